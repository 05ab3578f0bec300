import { expect, it } from 'vitest'
import { playStorm } from './storm/storm.js'

/** The first seed, and how many are played; more by hand: `STORM_SEED=1 STORM_CASES=20000`. */
const SEED = Number(process.env.STORM_SEED ?? 1)
const CASES = Number(process.env.STORM_CASES ?? 300)

it(`several servers hold in ${CASES} storms`, { timeout: 60_000 + CASES * 200 }, async () => {
  const failures: string[] = []
  for (let seed = SEED; seed < SEED + CASES && failures.length === 0; seed++) {
    await playStorm(seed).catch((error) => failures.push(error.message))
  }
  expect(failures.join('\n')).toBe('')
})
