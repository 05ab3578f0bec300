import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { Heartbeat, type HeartbeatOptions, heartbeatOption, type Pulse } from './heartbeat.js'

type Settings = Heartbeat['settings']

class FakePulse implements Pulse {
  readonly transport = new FakeTransport()
  readonly pings: { at: number; rtt: number | undefined }[] = []
  readonly session: Pulse['session']
  paused = false
  latency: number | null = null

  constructor(version: 4 | 5 = 5, canPing = false) {
    if (canPing) Object.assign(this.transport, { ping: () => this.#pinged(undefined) })
    const link = new Link(
      this.transport,
      { codec: jsonCodec, clock, limits: LINK_LIMITS },
      { receive() {}, failed() {}, ended: () => heartbeat.remove(this), ponged: () => heartbeat.ponged(this) },
    )
    link.version = version
    this.session = { link }
  }

  ping(): void {
    const { link } = this.session
    if (link?.version === 4) link.ping()
    else this.#pinged(this.latency ?? undefined)
  }

  get open(): boolean {
    return this.transport.closes.length === 0
  }

  answer(): void {
    this.transport.receive('["~wse:pong",{}]')
  }

  #pinged(rtt: number | undefined): void {
    this.pings.push({ at: clock.now(), rtt })
  }
}

let clock: FakeClock
let heartbeat: Heartbeat
/** The time the server began at. */
let start: number

beforeEach(() => {
  clock = new FakeClock()
  start = clock.now()
  heartbeat = heartbeatOf()
})

function heartbeatOf(options: HeartbeatOptions = {}): Heartbeat {
  return new Heartbeat(clock, heartbeatOption(options) as Settings)
}

/** A pulse looked after, whose first ping has just gone out. */
function pinged(version: 4 | 5 = 5, canPing = false): FakePulse {
  const pulse = new FakePulse(version, canPing)
  heartbeat.add(pulse)
  while (pulse.pings.length === 0) clock.advance(1)
  return pulse
}

describe('links are pinged', () => {
  it('once an interval each, the first time at a random point of it', () => {
    const all = Array.from({ length: 250 }, () => new FakePulse())
    for (const pulse of all) heartbeat.add(pulse)
    clock.advance(25_000)
    expect(all.every(({ pings }) => pings.length === 1)).toBe(true)
    for (const pulse of all) pulse.answer()
    const points = new Set(all.map(({ pings }) => pings[0]?.at))
    expect(points.size).toBeGreaterThan(15)
    for (const point of points) expect(all.filter(({ pings }) => pings[0]?.at === point).length).toBeLessThan(40)
  })

  it('at the same point of every interval', () => {
    const pulse = pinged()
    for (let i = 0; i < 200; i++) {
      clock.advance(500)
      pulse.answer()
    }
    const times = pulse.pings.map(({ at }) => at)
    expect(times.slice(1).map((at, index) => at - (times[index] as number))).toEqual(Array(4).fill(25_000))
  })

  it('with one timer for all of them, and none where there are none', () => {
    expect(clock.armed).toBe(0)
    const all = Array.from({ length: 20 }, () => new FakePulse())
    for (const pulse of all) heartbeat.add(pulse)
    expect([heartbeat.size, clock.armed]).toEqual([20, 1])
    clock.advance(3_000)
    for (const pulse of all) heartbeat.remove(pulse)
    heartbeat.remove(new FakePulse())
    expect([heartbeat.size, clock.armed]).toEqual([0, 0])
    const later = pinged()
    expect([later.pings.length, clock.armed]).toEqual([1, 1])
  })

  it.each([100, 1, 5_000])('every %i ms if that is the interval', (interval) => {
    heartbeat = heartbeatOf({ interval, grace: interval })
    const pulse = new FakePulse()
    heartbeat.add(pulse)
    for (let i = 0; i < 40; i++) {
      clock.advance(interval / 4)
      pulse.answer()
    }
    expect(pulse.pings.length).toBeGreaterThanOrEqual(9)
    expect(pulse.pings.length).toBeLessThanOrEqual(11)
  })

  it('not once they have gone', () => {
    const [gone, other] = [pinged(), new FakePulse()]
    heartbeat.add(other)
    heartbeat.remove(gone)
    clock.advance(25_000)
    expect([gone.pings.length, gone.open, other.pings.length]).toEqual([1, true, 1])
  })

  it('not where there is no link', () => {
    heartbeat.add({ session: { link: null }, ping() {}, paused: false, latency: null })
    expect([heartbeat.size, clock.armed]).toEqual([0, 0])
  })
})

describe('a round trip', () => {
  it('is measured, and told with the next ping', () => {
    const pulse = pinged()
    clock.advance(41)
    expect([heartbeat.ponged(pulse), pulse.latency]).toEqual([41, 41])
    pulse.answer()
    clock.advance(25_000)
    expect(pulse.pings.map(({ rtt }) => rtt)).toEqual([undefined, 41])
  })

  it('is measured once a ping', () => {
    const pulse = pinged()
    heartbeat.ponged(pulse)
    clock.advance(10)
    expect([heartbeat.ponged(pulse), pulse.latency]).toEqual([null, 0])
  })

  it('is none where nobody was asked', () => {
    const pulse = new FakePulse()
    expect(heartbeat.ponged(pulse)).toBeNull()
    heartbeat.add(pulse)
    expect([heartbeat.ponged(pulse), pulse.latency]).toEqual([null, null])
  })
})

describe('WSE 4', () => {
  it('is pinged below the protocol, where the transport can', () => {
    const pulse = pinged(4, true)
    clock.advance(41)
    pulse.transport.onMessage?.('["chat",1,null]')
    pulse.session.link?.transport.onPong?.()
    expect([pulse.latency, pulse.transport.sent]).toEqual([41, []])
    clock.advance(25_000)
    expect([pulse.pings.length, pulse.open]).toEqual([2, true])
  })

  it('is given up where it does not answer', () => {
    const pulse = pinged(4, true)
    clock.advance(12_000)
    expect(pulse.open).toBe(false)
  })

  it('is left alone where the transport cannot ping', () => {
    const pulse = new FakePulse(4)
    heartbeat.add(pulse)
    expect([heartbeat.size, clock.armed]).toEqual([0, 0])
  })
})

describe('the option heartbeat', () => {
  it('is 25 s and 10 s, or none', () => {
    expect(heartbeatOption(undefined)).toEqual({ interval: 25_000, grace: 10_000 })
    expect(heartbeatOption({ grace: 5 })).toEqual({ interval: 25_000, grace: 5 })
    expect(heartbeatOption(false)).toBeNull()
    expect(Object.isFrozen(heartbeatOption({}))).toBe(true)
  })

  it.each([
    [true, 'heartbeat'],
    [{ every: 5 }, 'heartbeat.every'],
    [{ interval: 0 }, 'heartbeat.interval'],
    [{ grace: Number.POSITIVE_INFINITY }, 'heartbeat.grace'],
  ])('may not be %o', (given, option) => {
    const refused = expect.objectContaining({ code: 'wse.invalid-option', details: { option } })
    expect(() => heartbeatOption(given as HeartbeatOptions)).toThrow(refused)
  })
})

it('the first ping comes within an interval, however late a link is added', () => {
  heartbeat.add(new FakePulse())
  clock.advance(12_345)
  const pulse = pinged()
  expect(clock.now() - start).toBeLessThanOrEqual(12_345 + 25_000)
  expect(pulse.pings).toHaveLength(1)
})
