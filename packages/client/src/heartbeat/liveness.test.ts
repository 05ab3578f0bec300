import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { Liveness } from './liveness.js'

let clock: FakeClock
let start: number
let transport: FakeTransport
let link: Link
let liveness: Liveness
/** When silence was told of, each time. */
let silent: number[]
let onSilent: () => void

beforeEach(() => {
  clock = new FakeClock()
  start = clock.now()
  transport = new FakeTransport()
  link = new Link(
    transport,
    { codec: jsonCodec, clock, limits: LINK_LIMITS },
    { receive() {}, ended() {}, failed() {} },
  )
  silent = []
  onSilent = () => liveness.stop()
  liveness = livenessOf()
})

afterEach(() => {
  liveness.stop()
  expect(clock.armed).toBe(0)
})

function livenessOf(interval = 25_000, grace = 10_000): Liveness {
  return new Liveness(clock, link, { interval, grace }, () => {
    silent.push(clock.now() - start)
    onSilent()
  })
}

const hear = () => transport.receive('["chat",1]')

describe('a link on which nothing is heard', () => {
  it('is told of after an interval and its grace, once', () => {
    clock.advance(34_999)
    expect(silent).toEqual([])
    clock.advance(1)
    expect(silent).toEqual([35_000])
    clock.advance(100_000)
    expect([silent.length, clock.armed]).toEqual([1, 0])
  })

  it('after the last ping of the server, exactly', () => {
    clock.advance(12_345)
    hear()
    liveness.pinged()
    clock.advance(34_999)
    expect(silent).toEqual([])
    clock.advance(1)
    expect(silent).toEqual([12_345 + 35_000])
  })

  it.each([1, 7_777, 20_000, 34_000])('after %i ms of life without a ping, no later than in due time', (lived) => {
    clock.advance(lived)
    hear()
    clock.advance(35_000)
    expect(silent).toHaveLength(1)
    expect(silent[0]).toBeGreaterThan(lived + 35_000 - 5_001)
  })

  it.each([
    [1_000, 100],
    [100, 1_000],
    [1, 1],
  ])('by an interval of %i ms and a grace of %i likewise', (interval, grace) => {
    liveness.stop()
    liveness = livenessOf(interval, grace)
    clock.advance(interval + grace)
    expect(silent).toEqual([interval + grace])
  })
})

describe('a link that lives', () => {
  it('is left alone as long as the server pings', () => {
    for (let i = 0; i < 20; i++) {
      clock.advance(25_000)
      hear()
      liveness.pinged()
    }
    expect(silent).toEqual([])
  })

  it('is left alone as long as anything comes', () => {
    for (let i = 0; i < 20; i++) {
      clock.advance(20_000)
      hear()
    }
    expect(silent).toEqual([])
  })

  it('takes one timer, and few looks', () => {
    for (let i = 0; i < 1_000; i++) {
      clock.advance(250)
      hear()
    }
    expect([clock.armed, clock.set]).toEqual([1, 51])
  })
})

describe('a look in between', () => {
  it('judges at once', () => {
    liveness.look()
    expect(silent).toEqual([])
    onSilent = () => {}
    clock.sleep(0)
    clock.advance(34_999)
    liveness.look()
    expect(silent).toEqual([])
  })

  it('finds the silence of a machine that slept before its timers fire', () => {
    // The timers of a machine that wakes up come after the event that tells of it.
    Object.assign(clock, { now: () => start + 60_000 })
    liveness.look()
    expect(silent).toEqual([60_000])
  })

  it('sees what came meanwhile', () => {
    clock.advance(30_000)
    hear()
    liveness.look()
    clock.advance(20_000)
    expect(silent).toEqual([])
  })
})

describe('after this machine has slept', () => {
  it('what lies unread has a moment to show', () => {
    clock.sleep(3_600_000)
    expect(silent).toEqual([])
    clock.advance(500)
    hear()
    clock.advance(30_000)
    expect(silent).toEqual([])
  })

  it('a link that is still silent is told of within a second', () => {
    clock.sleep(3_600_000)
    clock.advance(1_000)
    expect(silent).toEqual([3_601_000])
  })

  it('what came before it stood still does not count as life after it', () => {
    clock.advance(1_000)
    hear()
    clock.sleep(3_600_000)
    clock.advance(1_000)
    expect(silent).toHaveLength(1)
  })

  it('a nap shorter than the patience costs nothing', () => {
    clock.sleep(15_000)
    clock.advance(5_000)
    hear()
    clock.advance(20_000)
    expect(silent).toEqual([])
  })
})

describe('where timers are rare, as in a hidden tab', () => {
  it('a link that is silent is told of by the second that comes late', () => {
    for (let i = 0; i < 3 && silent.length === 0; i++) clock.sleep(60_000)
    expect(silent).toEqual([120_000])
  })

  it('a link that lives is left alone', () => {
    let at = 0
    Object.assign(clock, { now: () => start + at })
    for (let minute = 0; minute < 30 * 60_000; minute += 60_000) {
      // Frames are read in time, only timers are not.
      for (const ms of [25_000, 50_000]) {
        at = minute + ms
        hear()
        liveness.pinged()
      }
      at = minute + 60_000
      clock.sleep(60_000)
    }
    expect(silent).toEqual([])
  })
})

it('goes on looking where its owner does nothing about it', () => {
  onSilent = () => {}
  clock.advance(36_000)
  expect([silent.length > 0, clock.armed]).toEqual([true, 1])
  expect(clock.set).toBeLessThan(20)
})

it('stopped, it tells of nothing', () => {
  liveness.stop()
  liveness.stop()
  clock.advance(100_000)
  expect([silent, clock.armed]).toEqual([[], 0])
})
