import { expect, it, vi } from 'vitest'
import { serverClock } from './server-clock.js'

it('asks the system once for many random bytes, and gives each of them out once', () => {
  const ask = vi.spyOn(globalThis.crypto, 'getRandomValues')
  const seen = new Set<string>()
  for (let i = 0; i < 1_000; i++) seen.add(Buffer.from(serverClock.randomBytes(32)).toString('hex'))
  expect(seen.size).toBe(1_000)
  expect(ask.mock.calls.length).toBeLessThan(10)
  ask.mockRestore()
})

it.each([0, 1, 21, 4_096, 4_097, 65_536])('gives %i bytes where so many are wanted', (count) => {
  const bytes = serverClock.randomBytes(count)
  expect(bytes).toHaveLength(count)
  if (count > 1_000) expect(new Set(bytes).size).toBeGreaterThan(200)
})

it('gives memory of its own, which nobody else sees', () => {
  const [one, other] = [serverClock.randomBytes(16), serverClock.randomBytes(16)]
  const before = [...other]
  one.fill(255)
  expect([...other]).toEqual(before)
})
