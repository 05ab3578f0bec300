import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../fake-clock.test-helper.js'
import { Malformed } from '../frames/envelope.js'
import { RunningCalls } from './running-calls.js'

let clock: FakeClock
let calls: RunningCalls

beforeEach(() => {
  clock = new FakeClock()
  calls = new RunningCalls(clock, 2)
})

describe('calls being worked on', () => {
  it('are as many as the limit says', () => {
    calls.add(1, 1_000)
    expect(calls.hasRoom()).toBe(true)
    calls.add(3, 1_000)
    expect(calls.hasRoom()).toBe(false)
    calls.take(1)
    expect(calls.hasRoom()).toBe(true)
  })

  it('make room when their caller has given up, without a timer', () => {
    calls.add(1, 500)
    calls.add(3, 1_000)
    clock.advance(499)
    expect(calls.hasRoom()).toBe(false)
    clock.advance(1)
    expect(calls.hasRoom()).toBe(true)
    expect([calls.take(1), calls.take(3)]).toEqual([false, true])
    expect(clock.set).toBe(0)
  })

  it('are kept beyond that while there is room', () => {
    calls.add(1, 500)
    clock.advance(10_000)
    expect(calls.hasRoom()).toBe(true)
    expect(calls.take(1)).toBe(true)
  })

  it('have one stamp each', () => {
    calls.add(1, 500)
    expect(() => calls.refuseDuplicate(1)).toThrow(Malformed)
    expect(() => calls.refuseDuplicate(3)).not.toThrow()
    expect(() => calls.refuseDuplicate('1')).not.toThrow()
    calls.take(1)
    expect(() => calls.refuseDuplicate(1)).not.toThrow()
  })

  it('are taken once', () => {
    calls.add(1, 500)
    expect([calls.take(1), calls.take(1), calls.size]).toEqual([true, false, 0])
  })

  it('are forgotten together', () => {
    calls.add(1, 500)
    calls.add(3, 500)
    calls.clear()
    expect([calls.size, calls.take(1)]).toEqual([0, false])
  })
})
