import { beforeEach, describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { Malformed } from '../frames/envelope.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { End } from '../two-peers.test-helper.js'
import { RunningCall } from './running-call.js'
import { RunningCalls } from './running-calls.js'

let clock: FakeClock
let calls: RunningCalls
let first: RunningCall
let second: RunningCall

beforeEach(() => {
  clock = new FakeClock()
  calls = new RunningCalls(clock, 2)
  first = runningCall(1, 500)
  second = runningCall(3, 1_000)
})

function runningCall(stamp: number, timeout: number): RunningCall {
  const setup = { side: 'server', clock, limits: LINK_LIMITS, timeout: 0 } as const
  const host = { setup, host: new End(clock, 'server', 5), call: () => Promise.resolve(), expire() {} }
  return new RunningCall(host, 'rp', stamp, timeout, null)
}

describe('calls being worked on', () => {
  it('are as many as the limit says', () => {
    calls.add(first)
    expect(calls.hasRoom()).toBe(true)
    calls.add(second)
    expect(calls.hasRoom()).toBe(false)
    calls.take(first)
    expect(calls.hasRoom()).toBe(true)
  })

  it('make room when their caller has given up, without a timer', () => {
    calls.add(first)
    calls.add(second)
    clock.advance(499)
    expect(calls.hasRoom()).toBe(false)
    clock.advance(1)
    expect(calls.hasRoom()).toBe(true)
    expect([calls.take(first), calls.take(second)]).toEqual([false, true])
    expect(clock.set).toBe(0)
  })

  it('are kept beyond that while there is room', () => {
    calls.add(first)
    clock.advance(10_000)
    expect(calls.hasRoom()).toBe(true)
    expect(calls.take(first)).toBe(true)
  })

  it('have one stamp each', () => {
    calls.add(first)
    expect(() => calls.refuseDuplicate(1)).toThrow(Malformed)
    expect(() => calls.refuseDuplicate(3)).not.toThrow()
    expect(() => calls.refuseDuplicate('1')).not.toThrow()
    calls.take(first)
    expect(() => calls.refuseDuplicate(1)).not.toThrow()
  })

  it('are taken once', () => {
    calls.add(first)
    expect([calls.take(first), calls.take(first), calls.size]).toEqual([true, false, 0])
  })

  it('are given up together, and told why', () => {
    calls.add(first)
    calls.add(second)
    const { signal } = second
    calls.lose(({ name }) => new WseError('GONE', { name }))
    expect([calls.size, calls.take(first)]).toEqual([0, false])
    expect([signal.reason, first.signal.reason]).toMatchObject([{ code: 'GONE' }, { code: 'GONE' }])
  })
})
