import { expect, it } from 'vitest'
import { systemClock } from './clock/system-clock.js'
import { FakeClock } from './fake-clock.test-helper.js'
import { createId } from './id.js'

it('an id has 21 characters that need no escaping anywhere', () => {
  for (let i = 0; i < 100; i++) expect(createId(systemClock)).toMatch(/^[\w-]{21}$/)
})

it('ids differ', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => createId(systemClock))).size).toBe(1_000)
})

it('the same chance gives the same ids, so that a test can repeat itself', () => {
  const [one, other] = [new FakeClock(), new FakeClock()]
  const ids = Array.from({ length: 5 }, () => createId(one))
  expect(Array.from({ length: 5 }, () => createId(other))).toEqual(ids)
  expect(new Set(ids).size).toBe(5)
})

it('every character comes up', () => {
  const seen = new Set(Array.from({ length: 500 }, () => createId(systemClock)).join(''))
  expect(seen.size).toBe(64)
})
