import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bounds } from './queue-options.js'

it('messages and calls may fill three quarters, the rest is for answers', () => {
  expect(bounds({ bytes: 1_048_576, frames: 1_000 })).toEqual({ bytes: 786_432, frames: 750 })
})

it.each([
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 3],
  [5, 4],
])('of %i, those are %i: a queue that holds anything holds a message', (all, own) => {
  expect(bounds({ bytes: all, frames: all })).toEqual({ bytes: own, frames: own })
})

it('is whole, never more than all, and grows with it', () => {
  const size = fc.integer({ min: 0, max: 2 ** 50 })
  fc.assert(
    fc.property(size, size, (bytes, frames) => {
      const own = bounds({ bytes, frames })
      for (const [all, part] of [
        [bytes, own.bytes],
        [frames, own.frames],
      ] as const) {
        expect(Number.isInteger(part) && part <= all && part >= all * 0.75).toBe(true)
        expect(bounds({ bytes: all + 4, frames: 0 }).bytes).toBe(part + 3)
      }
    }),
  )
})
