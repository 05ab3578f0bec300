import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../fake-clock.test-helper.js'
import { type PendingCall, PendingCalls } from './pending-calls.js'

let clock: FakeClock
let expired: unknown[]
let calls: PendingCalls

beforeEach(() => {
  clock = new FakeClock()
  expired = []
  calls = new PendingCalls(clock, (stamp) => expired.push(stamp))
})

function call(inMs: number, release?: () => void): PendingCall {
  return { name: 'rp', deadline: clock.now() + inMs, resolve: () => {}, reject: () => {}, release }
}

describe('deadlines', () => {
  it('come in their order, whatever order the calls were made in', () => {
    for (const ms of [300, 100, 200]) calls.add(ms, call(ms))
    clock.advance(99)
    expect(expired).toEqual([])
    clock.advance(1)
    expect(expired).toEqual([100])
    clock.advance(500)
    expect(expired).toEqual([100, 200, 300])
    expect(calls.size).toBe(0)
  })

  it('are kept by one timer, however many calls there are', () => {
    for (let i = 1; i <= 1_000; i++) calls.add(i, call(1_000 + i))
    expect(clock.armed).toBe(1)
    expect(clock.set).toBe(1)
  })

  it('move the timer only when one comes before all others', () => {
    calls.add(1, call(500))
    calls.add(2, call(600))
    expect(clock.set).toBe(1)
    calls.add(3, call(400))
    expect(clock.set).toBe(2)
    expect(clock.armed).toBe(1)
  })

  it('need no timer where there is none', () => {
    calls.add(1, call(Number.POSITIVE_INFINITY))
    expect([calls.armed, clock.armed]).toEqual([false, 0])
  })

  it('that passed while the machine slept all come at once', () => {
    for (const ms of [100, 200, 300]) calls.add(ms, call(ms))
    clock.sleep(10_000)
    expect(expired).toEqual([100, 200, 300])
    expect([calls.armed, clock.armed]).toEqual([false, 0])
  })

  it('are met even if a call is added while others expire', () => {
    calls = new PendingCalls(clock, (stamp) => {
      expired.push(stamp)
      if (stamp === 1) calls.add(9, call(50))
    })
    calls.add(1, call(100))
    calls.add(2, call(500))
    clock.advance(150)
    expect(expired).toEqual([1, 9])
    expect(clock.armed).toBe(1)
    clock.advance(350)
    expect(expired).toEqual([1, 9, 2])
    expect(clock.armed).toBe(0)
  })

  it('do not pass an answered call', () => {
    calls.add(1, call(100))
    calls.add(2, call(200))
    expect(calls.take(1)).toBeDefined()
    clock.advance(1_000)
    expect(expired).toEqual([2])
  })
})

describe('taking', () => {
  it('gives a call once, and lets go of what it holds', () => {
    const release = vi.fn()
    calls.add(1, call(100, release))
    expect(calls.take(1)?.name).toBe('rp')
    expect(calls.take(1)).toBeUndefined()
    expect(release).toHaveBeenCalledOnce()
  })

  it('tells a number from the same number as text', () => {
    calls.add(1, call(100))
    expect(calls.take('1')).toBeUndefined()
    expect(calls.size).toBe(1)
  })

  it('all, one by one, leaves neither a call nor a timer', () => {
    calls.add(1, call(100))
    calls.add(2, call(200))
    expect(calls.stamps()).toEqual([1, 2])
    for (const stamp of calls.stamps()) expect(calls.take(stamp)).toBeDefined()
    calls.rest()
    expect([calls.size, clock.armed]).toEqual([0, 0])
  })

  it('all, one by one, finds a call gone that was settled meanwhile', () => {
    calls.add(1, call(100))
    calls.add(2, call(200))
    const taken: unknown[] = []
    for (const stamp of calls.stamps()) {
      if (calls.take(stamp)) taken.push(stamp)
      calls.take(2)
    }
    expect(taken).toEqual([1])
  })

  it('rests only when there is no call left', () => {
    calls.add(1, call(100))
    calls.add(2, call(200))
    calls.take(1)
    calls.rest()
    expect(clock.armed).toBe(1)
    clock.advance(200)
    expect(expired).toEqual([2])
  })
})
