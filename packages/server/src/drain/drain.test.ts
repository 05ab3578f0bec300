import { jsonCodec, LINK_LIMITS, Link, type Session } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { Drain, type DrainOptions } from './drain.js'
import { askToLeave, type Leaver } from './goaway.js'

let clock: FakeClock
let drain: Drain
let leavers: Leaver[]
let transports: FakeTransport[]
let links: number

beforeEach(() => {
  clock = new FakeClock()
  leavers = []
  transports = []
  links = 0
  drain = new Drain({
    clock,
    live: () => leavers,
    get links() {
      return links
    },
  })
})

function comes(version: 4 | 5 = 5): Leaver {
  const transport = new FakeTransport()
  const setup = { codec: jsonCodec, clock, limits: LINK_LIMITS }
  const link = new Link(transport, setup, { receive() {}, ended() {}, failed() {} })
  link.version = version
  const leaver = { session: { link } as unknown as Session }
  leavers.push(leaver)
  transports.push(transport)
  links++
  return leaver
}

/** Starts one, and notes when it is over. */
function started(options: DrainOptions = {}): { at: number | null } {
  const start = clock.now()
  const over: { at: number | null } = { at: null }
  drain.start(options).then(() => {
    over.at = clock.now() - start
  })
  return over
}

interface Asked {
  readonly reason: string
  readonly deadline: number
  readonly delay: number
  readonly to?: string
}

function asked(): Asked[] {
  return transports.flatMap(({ sent }) => sent).map((data) => JSON.parse(String(data))[1] as Asked)
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  await turn()
}

describe('every client', () => {
  it('is asked to leave, once, each at a time drawn for it', () => {
    for (let i = 0; i < 200; i++) comes()
    started()
    expect(transports.every(({ sent }) => sent.length === 1)).toBe(true)
    const delays = asked().map(({ delay }) => delay)
    expect(Math.min(...delays)).toBeLessThan(1_500)
    expect(Math.max(...delays)).toBeGreaterThan(13_500)
    expect(Math.max(...delays)).toBeLessThanOrEqual(15_000)
    expect(delays.every(Number.isInteger)).toBe(true)
    expect(new Set(asked().map(({ reason, deadline, to }) => `${reason} ${deadline} ${to}`))).toEqual(
      new Set(['wse.restart 25000 undefined']),
    )
  })

  it('is asked to leave within the time there is, though the spread is longer', () => {
    for (let i = 0; i < 100; i++) comes()
    started({ timeout: 1_000, spread: 60_000 })
    expect(Math.max(...asked().map(({ delay }) => delay))).toBeLessThanOrEqual(1_000)
    expect(asked()[0]?.deadline).toBe(1_000)
  })

  it('is asked to leave at once without a spread, and is told where to', () => {
    comes()
    started({ spread: 0, to: 'wss://other.example/ws' })
    expect(asked()).toEqual([{ reason: 'wse.restart', deadline: 25_000, delay: 0, to: 'wss://other.example/ws' }])
  })

  it('that cannot be asked is left: WSE 4, and who has no link', () => {
    const goaway = { reason: 'wse.restart' }
    expect(askToLeave(comes(4), goaway)).toBe(false)
    expect(askToLeave({ session: { link: null } as unknown as Session }, goaway)).toBe(false)
    expect(askToLeave(comes(), goaway)).toBe(true)
    expect(asked()).toEqual([goaway])
  })
})

it('says so for a while before anybody is asked to leave', async () => {
  comes()
  const over = started({ notice: 2_000, timeout: 1_000 })
  expect([drain.draining, drain.announced, asked()]).toEqual([false, true, []])
  await pass(1_999)
  expect(asked()).toEqual([])
  await pass(1)
  expect([drain.draining, asked().length]).toEqual([true, 1])
  await pass(1_000)
  expect([over.at, drain.announced, clock.armed]).toEqual([3_000, false, 0])
  started({ notice: 2_000 })
  drain.finish()
  expect([drain.announced, clock.armed]).toEqual([false, 0])
})

describe('it is over', () => {
  it('at once where nobody is here', async () => {
    const over = started()
    await turn()
    expect([over.at, drain.draining, clock.armed]).toEqual([0, false, 0])
  })

  it('soon after the last link is gone', async () => {
    comes()
    comes()
    const over = started()
    await pass(3_000)
    links = 1
    await pass(3_000)
    expect([over.at, drain.draining]).toEqual([null, true])
    links = 0
    await pass(100)
    expect([drain.draining, clock.armed]).toEqual([false, 0])
    expect(over.at).toBeGreaterThanOrEqual(6_000)
    expect(over.at).toBeLessThanOrEqual(6_100)
  })

  it('when time is up, whoever is still here', async () => {
    comes()
    const over = started({ timeout: 2_050 })
    await pass(2_000)
    expect(over.at).toBeNull()
    await pass(100)
    expect([over.at !== null, drain.draining, clock.armed]).toEqual([true, false, 0])
  })

  it('when nobody wants to wait any longer', async () => {
    comes()
    const over = started()
    await pass(500)
    drain.finish()
    drain.finish()
    await turn()
    expect([over.at, drain.draining, clock.armed]).toEqual([500, false, 0])
  })

  it('and another may begin', async () => {
    comes()
    started()
    drain.finish()
    const over = started({ timeout: 1_000 })
    await pass(1_000)
    expect([over.at, asked().length]).toEqual([1_000, 2])
  })
})

it('nothing is under way before it began, and finishing it does nothing', () => {
  drain.finish()
  expect([drain.draining, clock.armed]).toEqual([false, 0])
})

describe('its options', () => {
  it.each([
    [{ to: 'https://other.example' }, 'to'],
    [{ to: '' }, 'to'],
    [{ to: 5 }, 'to'],
    [{ timeout: 0 }, 'timeout'],
    [{ timeout: Number.POSITIVE_INFINITY }, 'timeout'],
    [{ spread: -1 }, 'spread'],
    [{ spread: Number.NaN }, 'spread'],
    [{ notice: -1 }, 'notice'],
    [{ delay: 1 }, 'drain.delay'],
    [null, 'drain'],
  ])('may not be %o: nobody is asked then', async (options, option) => {
    comes()
    const begin = async () => drain.start(options as DrainOptions)
    await expect(begin()).rejects.toMatchObject({ code: 'wse.invalid-option', details: { option } })
    expect([asked(), drain.draining, clock.armed]).toEqual([[], false, 0])
  })

  it('take an address in any case', () => {
    comes()
    started({ to: 'WS://other.example' })
    expect(asked()[0]?.to).toBe('WS://other.example')
  })
})
