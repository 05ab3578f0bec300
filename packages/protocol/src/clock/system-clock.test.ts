import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.js'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the clock of the machine', () => {
  it('is reached by fake timers, as nothing of the realm is captured at import', () => {
    vi.useFakeTimers()
    const ran = vi.fn()
    const from = systemClock.now()
    systemClock.setTimer(ran, 500)
    vi.advanceTimersByTime(499)
    expect(ran).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ran).toHaveBeenCalledOnce()
    expect(systemClock.now() - from).toBe(500)
  })

  it('forgets a timer, and minds neither one that ran nor one there never was', () => {
    vi.useFakeTimers()
    const ran = vi.fn()
    const timer = systemClock.setTimer(ran, 5)
    systemClock.clearTimer(timer)
    systemClock.clearTimer(timer)
    systemClock.clearTimer(null)
    systemClock.clearTimer(undefined)
    vi.advanceTimersByTime(10)
    expect(ran).not.toHaveBeenCalled()
  })

  it('never goes back', () => {
    let last = systemClock.now()
    for (let i = 0; i < 1_000; i++) {
      const now = systemClock.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })

  it('has chance below one, and bytes', () => {
    expect(systemClock.random()).toBeLessThan(1)
    expect(systemClock.randomBytes(0)).toHaveLength(0)
    expect(systemClock.randomBytes(32)).not.toEqual(systemClock.randomBytes(32))
  })

  it('has bytes and time even where the realm has no crypto and no performance', () => {
    vi.stubGlobal('crypto', undefined)
    vi.stubGlobal('performance', undefined)
    expect(new Set(systemClock.randomBytes(256)).size).toBeGreaterThan(100)
    expect(systemClock.now()).toBeGreaterThan(0)
  })
})
