import { type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../../../protocol/src/fake-clock.test-helper.js'
import type { Target } from '../authorisation/identity.js'
import type { Context } from '../context.js'
import { Departure, type DepartureHost } from './departure.js'
import type { JumpPolicy } from './jump-policy.js'

interface Move {
  readonly at: number
  readonly target: Target
  readonly wait: number
}

let clock: FakeClock
let start: number
let moves: Move[]
let failures: WseError[]
let policy: JumpPolicy
let target: Target
let move: () => Promise<Payload>
let departure: Departure

beforeEach(() => {
  clock = new FakeClock()
  start = clock.now()
  moves = []
  failures = []
  policy = 'same-origin'
  target = { url: 'wss://a.example.com/ws', identity: 'secret', meta: { device: 'phone' } }
  move = () => Promise.resolve('welcome')
  const context = {
    clock,
    get jumpPolicy() {
      return policy
    },
    signals: { emit: (_event: string, error: WseError) => failures.push(error) },
  } as unknown as Context
  const host: DepartureHost = {
    get target() {
      return target
    },
    jump: {
      jumping: false,
      to(there, wait) {
        moves.push({ at: clock.now() - start, target: there, wait })
        return move()
      },
    },
  }
  departure = new Departure(context, host)
})

const REASON = 'wse.restart'
const fails = (code: string) => () => Promise.reject(new WseError(code))
const times = () => moves.map(({ at }) => at)

async function pass(ms: number): Promise<void> {
  const until = clock.now() + ms
  clock.advance(0)
  await turn()
  for (let left = ms; left > 0; left = until - clock.now()) {
    clock.advance(Math.min(left, 100))
    await turn()
  }
}

describe('a client that is asked to leave', () => {
  it('moves after the delay the server drew, and has until the deadline to finish', async () => {
    departure.asked({ reason: REASON, deadline: 25_000, delay: 3_000 })
    expect([departure.waiting, clock.armed]).toEqual([1, 1])
    await pass(2_900)
    expect(moves).toEqual([])
    await pass(100)
    expect(moves).toEqual([{ at: 3_000, target, wait: 22_000 }])
    await pass(60_000)
    expect([moves.length, departure.waiting, clock.armed]).toEqual([1, 0, 0])
  })

  it.each([
    [{}, 0, 0],
    [{ deadline: 5_000 }, 0, 5_000],
    [{ delay: 2_000 }, 2_000, 0],
    [{ delay: 2_000, deadline: 500 }, 2_000, 0],
    [{ delay: 0, deadline: 0 }, 0, 0],
  ])('by %o moves after %i ms, with %i ms to finish', async (goaway, at, wait) => {
    departure.asked({ reason: REASON, ...goaway })
    await pass(10_000)
    expect(moves.map((made) => [made.at, made.wait])).toEqual([[at, wait]])
  })

  it('moves to where it is told', async () => {
    departure.asked({ reason: REASON, to: 'wss://a.example.com/other' })
    await pass(100)
    expect(moves[0]?.target).toEqual({ ...target, url: 'wss://a.example.com/other' })
  })

  it('takes its identity along only where that may go', async () => {
    policy = () => true
    departure.asked({ reason: REASON, to: 'wss://b.example.com/ws' })
    await pass(100)
    expect(moves[0]?.target).toEqual({ url: 'wss://b.example.com/ws', identity: '', meta: { device: 'phone' } })
  })

  it('moves as whom it is by then, if it said anew who it is meanwhile', async () => {
    departure.asked({ reason: REASON, delay: 3_000, deadline: 25_000 })
    target = { ...target, identity: 'fresh' }
    await pass(3_000)
    expect(moves[0]?.target.identity).toBe('fresh')
  })

  it('stays, and says so, where it may not go', async () => {
    const to = `ws://a.example.com/${'x'.repeat(5_000)}`
    departure.asked({ reason: REASON, to })
    await pass(5_000)
    expect([moves, departure.waiting, clock.armed]).toEqual([[], 0, 0])
    expect(failures).toMatchObject([{ code: WSE_ERROR.NOT_SUPPORTED, details: { option: 'jumpPolicy' } }])
    expect(failures[0]?.message.length).toBeLessThan(500)
  })

  it('again, does what was said last', async () => {
    departure.asked({ reason: REASON, delay: 3_000 })
    departure.asked({ reason: REASON, delay: 5_000, to: 'wss://a.example.com/last' })
    await pass(10_000)
    expect(moves.map(({ at, target: { url } }) => [at, url])).toEqual([[5_000, 'wss://a.example.com/last']])
  })
})

describe('called off', () => {
  it('it stays', async () => {
    departure.asked({ reason: REASON, delay: 3_000 })
    departure.cancel()
    departure.cancel()
    expect([departure.waiting, clock.armed]).toEqual([0, 0])
    await pass(10_000)
    expect(moves).toEqual([])
  })

  it('between two tries, it tries no more', async () => {
    move = fails(WSE_ERROR.CONNECT_FAILED)
    departure.asked({ reason: REASON, deadline: 25_000 })
    await pass(500)
    departure.cancel()
    await pass(10_000)
    expect([times(), clock.armed]).toEqual([[0], 0])
  })

  it('while a try is under way, it tries no more', async () => {
    let fail = (_: WseError) => {}
    move = () => new Promise((_, reject) => (fail = reject))
    departure.asked({ reason: REASON, deadline: 25_000 })
    await pass(100)
    departure.cancel()
    fail(new WseError(WSE_ERROR.CONNECT_FAILED))
    await pass(10_000)
    expect([times(), departure.waiting, clock.armed]).toEqual([[0], 0, 0])
  })

  it('before anything was asked, nothing happens', () => {
    departure.cancel()
    expect([departure.waiting, clock.armed]).toEqual([0, 0])
  })
})

describe('a move that fails', () => {
  it.each([WSE_ERROR.CONNECT_FAILED, WSE_ERROR.CONNECT_TIMEOUT, WSE_ERROR.DISPLACED])(
    'with %s is tried again, after twice as long each time, until it succeeds',
    async (code) => {
      move = fails(code)
      departure.asked({ reason: REASON, deadline: 25_000, delay: 1_000 })
      await pass(3_900)
      move = () => Promise.resolve('welcome')
      await pass(30_000)
      expect(moves.map(({ at, wait }) => [at, wait])).toEqual([
        [1_000, 24_000],
        [2_000, 23_000],
        [4_000, 21_000],
      ])
      expect([failures, clock.armed]).toEqual([[], 0])
    },
  )

  it('is tried again only while there is time', async () => {
    move = fails(WSE_ERROR.CONNECT_FAILED)
    departure.asked({ reason: REASON, deadline: 8_000 })
    await pass(60_000)
    expect([times(), departure.waiting, clock.armed]).toEqual([[0, 1_000, 3_000, 7_000], 0, 0])
  })

  it.each([WSE_ERROR.JUMP_CANCELLED, WSE_ERROR.NOT_AUTHORIZED])('with %s is not tried again', async (code) => {
    move = fails(code)
    departure.asked({ reason: REASON, deadline: 25_000 })
    await pass(30_000)
    expect([times(), clock.armed]).toEqual([[0], 0])
  })

  it('after the server has asked anew gives way to that', async () => {
    let fail = (_: WseError) => {}
    move = () => new Promise((_, reject) => (fail = reject))
    departure.asked({ reason: REASON, deadline: 25_000 })
    await pass(100)
    departure.asked({ reason: REASON, delay: 5_000, deadline: 25_000 })
    fail(new WseError(WSE_ERROR.CONNECT_FAILED))
    move = () => Promise.resolve('welcome')
    await pass(20_000)
    expect(times()).toEqual([0, 5_100])
  })
})
