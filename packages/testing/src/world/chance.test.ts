import { expect, test } from 'vitest'
import { chanceOf } from './chance.js'

const SEEDS = Array.from({ length: 1_000 }, (_, seed) => seed)

test('is the same for the same seed and use', () => {
  const [one, two] = [chanceOf(7, 'a'), chanceOf(7, 'a')]
  expect([one(), one(), one()]).toEqual([two(), two(), two()])
})

test.each(['a', 'scenario', 'link 12'])('neighbouring seeds are as good as any: %s', (use) => {
  const buckets = new Array<number>(10).fill(0)
  for (const seed of SEEDS) {
    const bucket = Math.floor(chanceOf(seed, use)() * 10)
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  for (const count of buckets) expect(count).toBeGreaterThan(60)
  for (const count of buckets) expect(count).toBeLessThan(140)
})

test('uses of one seed share nothing', () => {
  const alike = SEEDS.filter((seed) => Math.abs(chanceOf(seed, 'a')() - chanceOf(seed, 'b')()) < 0.1)
  // Two independent numbers are this close with chance 0.19.
  expect(alike.length).toBeGreaterThan(130)
  expect(alike.length).toBeLessThan(250)
})
