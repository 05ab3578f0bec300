import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { retryDelay } from './retry-delay.js'

it('puts attempts off further and further, up to two seconds, and never for all nodes alike', () => {
  const clock = createTestClock()
  for (const [failed, most] of [50, 100, 200, 400, 800, 1_600, 2_000, 2_000].entries()) {
    const delays = Array.from({ length: 200 }, () => retryDelay(failed, clock))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(most / 2)
    expect(Math.max(...delays)).toBeLessThan(most)
    expect(new Set(delays).size).toBeGreaterThan(100)
  }
  expect(retryDelay(5_000, clock)).toBeLessThan(2_000)
})
