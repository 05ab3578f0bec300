import { expect, it } from 'vitest'
import { Fences } from './fences.js'

it('lets only the last claim write, and tells it what was written before', () => {
  const fences = new Fences()
  const first = fences.claim('f', 'one', 100, 0)
  expect(first.before).toBeNull()
  expect(fences.keep('f', first.generation, 'one, later', 100, 0)).toBe(true)
  const second = fences.claim('f', 'two', 100, 0)
  expect(second.before).toBe('one, later')
  expect(second.generation).toBeGreaterThan(first.generation)
  expect(fences.keep('f', first.generation, 'late', 100, 0)).toBe(false)
  expect(fences.drop('f', first.generation, 0)).toBe(false)
  expect(fences.drop('f', second.generation, 0)).toBe(true)
  expect(fences.claim('f', 'three', 100, 0)).toEqual({ generation: second.generation + 1, before: null })
})

it('never lets an old generation come back, be the fence gone', () => {
  const fences = new Fences()
  const first = fences.claim('f', 'one', 100, 0)
  const second = fences.claim('f', 'two', 100, 0)
  fences.drop('f', second.generation, 0)
  expect(fences.keep('f', first.generation, 'late', 100, 0)).toBe(false)
  fences.clear()
  expect(fences.claim('f', 'three', 100, 0).generation).toBeGreaterThan(second.generation)
})

it('runs out, and is put off by keeping it', () => {
  const fences = new Fences()
  const { generation } = fences.claim('f', 'one', 1_500, 0)
  fences.claim('g', 'one', 5_000, 0)
  expect(fences.expire(0)).toBe(1_500)
  expect(fences.keep('f', generation, 'two', 1_500, 1_000)).toBe(true)
  expect(fences.expire(2_400)).toBe(3_400)
  expect(fences.keep('f', generation, 'late', 1_500, 2_500)).toBe(false)
  expect(fences.claim('f', 'three', 1_500, 2_500).before).toBeNull()
  expect(fences.expire(10_000)).toBe(Number.POSITIVE_INFINITY)
  expect(fences.size).toBe(0)
})
