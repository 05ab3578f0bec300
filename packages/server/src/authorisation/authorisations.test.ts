import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import type { ServerSession } from '../sessions/server-session.js'
import { Authorisations } from './authorisations.js'

class FakeSession {
  readonly transport = new FakeTransport()
  readonly session: { link: Link | null }
  expired = false
  readonly #began = clock.now()

  constructor(version: 4 | 5 = 5) {
    const setup = { codec: jsonCodec, clock, limits: LINK_LIMITS }
    const link = new Link(this.transport, setup, { receive() {}, ended() {}, failed() {} })
    link.version = version
    this.session = { link }
    this.transport.send = (data) => this.told.push([clock.now() - this.#began, JSON.parse(String(data))])
    this.transport.close = (code) => this.told.push([clock.now() - this.#began, code])
  }

  /** What its client was told, and when. */
  readonly told: unknown[][] = []

  get real(): ServerSession {
    return this as unknown as ServerSession
  }
}

let clock: FakeClock
let authorisations: Authorisations

beforeEach(() => {
  clock = new FakeClock()
  authorisations = new Authorisations(clock)
})

function authorised(ms: number | undefined, version: 4 | 5 = 5): FakeSession {
  const session = new FakeSession(version)
  authorisations.set(session.real, ms)
  return session
}

const expiring = (ms: number) => ['~wse:expiring', { in: ms }]

describe('an authorisation', () => {
  it('that lasts needs nothing', () => {
    authorised(undefined)
    expect([authorisations.size, clock.set]).toEqual([0, 0])
  })

  it('is said to end 30 s before, and its link is closed 25 s after', () => {
    const session = authorised(60_000)
    clock.advance(200_000)
    expect(session.told).toEqual([
      [30_000, expiring(30_000)],
      [85_000, 4007],
    ])
    expect(session.expired).toBe(true)
  })

  it('that is short is said to end at once, with the time that is left', () => {
    const session = authorised(10_000)
    clock.advance(200_000)
    expect(session.told).toEqual([
      [1_000, expiring(9_000)],
      [35_000, 4007],
    ])
  })

  it('of a moment is said to end in no time, never in less', () => {
    const session = authorised(1)
    clock.advance(2_000)
    expect(session.told).toEqual([[1_000, expiring(0)]])
  })

  it('that ends in between is acted on within a second', () => {
    const session = authorised(60_250)
    clock.advance(85_250)
    expect(session.told).toEqual([[31_000, expiring(29_250)]])
    clock.advance(1_000)
    expect(session.told).toHaveLength(2)
  })

  it('is not expired before its grace is over', () => {
    const session = authorised(60_000)
    clock.advance(84_999)
    expect([session.expired, authorisations.size]).toEqual([false, 1])
  })
})

describe('renewed', () => {
  it('it begins anew', () => {
    const session = authorised(60_000)
    clock.advance(50_000)
    authorisations.set(session.real, 60_000)
    clock.advance(60_000)
    expect(session.told).toEqual([
      [30_000, expiring(30_000)],
      [80_000, expiring(30_000)],
    ])
  })

  it('for as long as it lasts, nothing comes any more', () => {
    const session = authorised(60_000)
    clock.advance(50_000)
    authorisations.set(session.real, undefined)
    expect([authorisations.size, clock.armed]).toEqual([0, 0])
    clock.advance(100_000)
    expect(session.told).toHaveLength(1)
  })

  it('in its grace, it goes on', () => {
    const session = authorised(60_000)
    clock.advance(84_000)
    authorisations.set(session.real, 600_000)
    clock.advance(60_000)
    expect([session.told.length, session.expired]).toEqual([1, false])
  })

  it('after it had run out, it is good again', () => {
    const session = authorised(60_000)
    clock.advance(90_000)
    authorisations.set(session.real, 60_000)
    expect(session.expired).toBe(false)
    authorisations.set(session.real, undefined)
    expect([session.expired, clock.armed]).toEqual([false, 0])
  })
})

describe('who cannot be told', () => {
  it('as WSE 4 has no frame for it, is closed as any', () => {
    const session = authorised(60_000, 4)
    clock.advance(200_000)
    expect(session.told).toEqual([[85_000, 4007]])
  })

  it('as it is away, expires there', () => {
    const session = authorised(60_000)
    session.session.link = null
    clock.advance(200_000)
    expect([session.told, session.expired, authorisations.size, clock.armed]).toEqual([[], true, 0, 0])
  })

  it('until it is back, is told then', () => {
    const session = authorised(60_000)
    const { link } = session.session
    session.session.link = null
    clock.advance(40_000)
    session.session.link = link
    clock.advance(1_000)
    expect(session.told).toEqual([[41_000, expiring(19_000)]])
  })
})

describe('all of them', () => {
  it('share one timer, which goes with the last', () => {
    const [ann, ben] = [authorised(60_000), authorised(90_000)]
    expect([authorisations.size, clock.armed]).toEqual([2, 1])
    clock.advance(5_000)
    expect(clock.armed).toBe(1)
    authorisations.remove(ann.real)
    authorisations.remove(ann.real)
    expect(clock.armed).toBe(1)
    authorisations.remove(ben.real)
    expect([authorisations.size, clock.armed]).toEqual([0, 0])
  })

  it('end each at its own time', () => {
    const [ann, ben] = [authorised(60_000), authorised(90_000)]
    clock.advance(300_000)
    expect([ann.told.map(([at]) => at), ben.told.map(([at]) => at)]).toEqual([
      [30_000, 85_000],
      [60_000, 115_000],
    ])
    expect(clock.armed).toBe(0)
  })
})

it('one that was removed while another is closed is left alone', () => {
  const [ann, ben] = [authorised(60_000), authorised(60_000)]
  ann.transport.close = () => authorisations.remove(ben.real)
  clock.advance(85_000)
  expect([ben.expired, ben.told.map(([at]) => at)]).toEqual([false, [30_000]])
})

it('one that was renewed while another is closed goes on', () => {
  const [ann, ben] = [authorised(60_000), authorised(60_000)]
  ann.transport.close = () => authorisations.set(ben.real, 600_000)
  clock.advance(90_000)
  expect([ben.expired, ben.told.map(([at]) => at), authorisations.size]).toEqual([false, [30_000], 1])
})
