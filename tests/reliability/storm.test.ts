import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { backoff, reconnectPolicy } from '../../packages/client/src/reconnect/policy.js'
import { figure } from './figures.js'

const CLIENTS = 2_000

/** When each of many clients is back after an outage of `outage` ms: refused at once until then, let in at once after. */
function storm(outage: number, seed: number): { back: number[]; tries: number } {
  const policy = reconnectPolicy(true)
  if (policy === null) throw new Error('no policy')
  const { random } = createTestClock({ seed })
  let tries = 0
  const back = Array.from({ length: CLIENTS }, () => {
    let at = 0
    for (let attempt = 1; ; attempt++) {
      at += backoff(policy, attempt, random())
      tries++
      if (at >= outage) return at - outage
    }
  })
  return { back: [...back].sort((one, two) => one - two), tries }
}

function peak(back: readonly number[]): number {
  const slots = new Map<number, number>()
  for (const at of back) slots.set(Math.floor(at / 100), (slots.get(Math.floor(at / 100)) ?? 0) + 1)
  return Math.max(...slots.values())
}

it.each([2_000, 30_000])('F14 2,000 clients after an outage of %i ms do not come back at once', (outage) => {
  const { back, tries } = storm(outage, 42)
  const at = (share: number) => back[Math.floor(share * (CLIENTS - 1))] as number
  figure(`F14-simulation-${outage / 1_000}s`, {
    clients: CLIENTS,
    peakPer100ms: peak(back),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    tries,
  })
  if (outage === 30_000) expect(peak(back)).toBeLessThanOrEqual(40)
  expect(at(0.99)).toBeLessThanOrEqual(15_000)
})
