import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { Heartbeat, type HeartbeatOptions, heartbeatOption, type Pulse } from './heartbeat.js'

class FakePulse implements Pulse {
  transport = new FakeTransport()
  session: { link: Link }
  paused = false
  latency = null
  pingedAt = -1
  closedAt = -1

  constructor() {
    this.session = { link: this.linkOn(this.transport) }
  }

  linkOn(transport: FakeTransport): Link {
    const ended = () => {
      this.closedAt = clock.now()
      heartbeat.remove(this)
    }
    return new Link(transport, { codec: jsonCodec, clock, limits: LINK_LIMITS }, { receive() {}, failed() {}, ended })
  }

  ping(): void {
    this.pingedAt = clock.now()
  }
}

let clock: FakeClock
let heartbeat: Heartbeat

beforeEach(() => {
  clock = new FakeClock()
  heartbeat = heartbeatOf()
})

function heartbeatOf(options: HeartbeatOptions = {}): Heartbeat {
  return new Heartbeat(clock, heartbeatOption(options) as Heartbeat['settings'])
}

function added(): FakePulse {
  const pulse = new FakePulse()
  heartbeat.add(pulse)
  return pulse
}

/** A pulse whose first ping has just gone out. */
function pinged(): FakePulse {
  const pulse = added()
  while (pulse.pingedAt < 0) clock.advance(1)
  return pulse
}

const NO_PONG = [[4003, 'wse.no-pong']]

describe('a link that is silent', () => {
  it('is closed when its grace is over, and not before', () => {
    const pulse = pinged()
    clock.advance(9_999)
    expect(pulse.transport.closes).toEqual([])
    clock.advance(1_001)
    expect(pulse.transport.closes).toEqual(NO_PONG)
    expect(heartbeat.size).toBe(0)
    pulse.transport.closed(1006, '')
    expect(clock.armed).toBe(0)
  })

  it('is closed within the interval and the grace, wherever its place is', () => {
    const all = Array.from({ length: 60 }, added)
    clock.advance(25_000 + 10_000 + 1_000)
    for (const { transport, pingedAt, closedAt } of all) {
      expect(transport.closes).toEqual(NO_PONG)
      expect(closedAt - pingedAt).toBeGreaterThanOrEqual(10_000)
      expect(closedAt - pingedAt).toBeLessThanOrEqual(11_000)
    }
  })

  it.each([
    { interval: 100, grace: 50 },
    { interval: 1_000, grace: 1_000 },
    { interval: 7, grace: 3 },
    { interval: 60_000, grace: 60_000 },
  ])('is closed by %o likewise', (options) => {
    heartbeat = heartbeatOf(options)
    const all = Array.from({ length: 20 }, added)
    const { interval, grace } = options
    clock.advance(interval + grace + Math.min(1_000, interval / 5) + 1)
    for (const { pingedAt, closedAt } of all) {
      expect(closedAt).toBeGreaterThan(0)
      expect(closedAt - pingedAt).toBeGreaterThanOrEqual(grace - 1e-6)
    }
  })

  it('is closed though the grace is longer than the interval, as 10 s are than an interval of 5 s', () => {
    heartbeat = heartbeatOf({ interval: 5_000 })
    const pulse = added()
    clock.advance(60_000)
    expect(pulse.transport.closes).toEqual(NO_PONG)
  })

  it('is closed alone', () => {
    const [silent, lively] = [added(), added()]
    for (let i = 0; i < 80; i++) {
      clock.advance(500)
      lively.transport.receive('["chat",1]')
    }
    expect([silent.transport.closes, lively.transport.closes]).toEqual([NO_PONG, []])
    expect([heartbeat.size, lively.closedAt]).toEqual([1, -1])
  })

  it('is closed later if it answered before', () => {
    const pulse = pinged()
    const first = pulse.pingedAt
    pulse.transport.receive('["~wse:pong",{}]')
    clock.advance(24_999)
    expect(pulse.transport.closes).toEqual([])
    clock.advance(11_001)
    expect(pulse.pingedAt - first).toBe(25_000)
    expect(pulse.transport.closes).toEqual(NO_PONG)
  })
})

describe('an answer', () => {
  it.each([
    ['a frame', '["chat",1]'],
    ['bytes', jsonCodec.encode('blob', new Uint8Array(1), undefined, LINK_LIMITS)],
  ])('is %s, in the last moment', (_, frame) => {
    const pulse = pinged()
    clock.advance(9_999)
    pulse.transport.receive(frame)
    clock.advance(5_000)
    expect(pulse.transport.closes).toEqual([])
  })

  it('is not what came before the ping', () => {
    const pulse = added()
    pulse.transport.receive('["chat",1]')
    clock.advance(36_000)
    expect(pulse.transport.closes).toEqual(NO_PONG)
  })
})

describe('nobody is judged', () => {
  it('whose reading is held up here', () => {
    const pulse = pinged()
    pulse.paused = true
    clock.advance(20_000)
    expect(pulse.transport.closes).toEqual([])
  })

  it('for that, but for the next ping, once it is read again', () => {
    const pulse = pinged()
    pulse.paused = true
    clock.advance(20_000)
    pulse.paused = false
    clock.advance(4_999)
    expect(pulse.transport.closes).toEqual([])
    clock.advance(11_001)
    expect(pulse.transport.closes).toEqual(NO_PONG)
  })

  it('whose answers lie unread after a standstill of this process', () => {
    const all = Array.from({ length: 20 }, added)
    const answer = () => {
      for (const { transport } of all) transport.receive('["~wse:pong",{}]')
    }
    for (let i = 0; i < 5; i++) {
      clock.advance(5_000)
      answer()
    }
    clock.advance(9_500)
    clock.sleep(60_000)
    expect(all.flatMap(({ transport }) => transport.closes)).toEqual([])
    answer()
    clock.advance(9_000)
    expect(all.flatMap(({ transport }) => transport.closes)).toEqual([])
  })

  it('twice: who is silent after a standstill as well is closed soon', () => {
    const pulse = pinged()
    clock.sleep(60_000)
    expect(pulse.transport.closes).toEqual([])
    clock.advance(2_000)
    expect(pulse.transport.closes).toEqual(NO_PONG)
  })

  it('for a link it no longer has', () => {
    const pulse = pinged()
    const old = pulse.transport
    pulse.transport = new FakeTransport()
    pulse.session = { link: pulse.linkOn(pulse.transport) }
    heartbeat.add(pulse)
    pulse.pingedAt = -1
    while (pulse.pingedAt < 0) clock.advance(1)
    pulse.transport.receive('["~wse:pong",{}]')
    clock.advance(12_000)
    expect([old.closes, pulse.transport.closes, heartbeat.size]).toEqual([[], [], 1])
  })
})

it('all may be closed at once, and no timer is left', () => {
  const all = Array.from({ length: 40 }, added)
  clock.advance(40_000)
  for (const { transport } of all) transport.closed(1006, '')
  expect([heartbeat.size, clock.armed]).toEqual([0, 0])
})
