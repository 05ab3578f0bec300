import fc from 'fast-check'
import { expect, it } from 'vitest'
import { soon } from './policy.js'

it('is at once at least, and half a second at most, in whole milliseconds', () => {
  expect([soon(0), soon(0.5), soon(1 - Number.EPSILON)]).toEqual([0, 250, 500])
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const wait = soon(random)
      expect(Number.isInteger(wait) && wait >= 0 && wait <= 500).toBe(true)
    }),
  )
})

it('is spread by chance, so that all who are woken together do not come together', () => {
  const waits = Array.from({ length: 1_000 }, (_, index) => soon(index / 1_000))
  expect(new Set(waits).size).toBeGreaterThan(400)
  expect(waits).toEqual([...waits].sort((one, other) => one - other))
})
