import { expect, it } from 'vitest'
import { FakeClock } from '../../fake-clock.test-helper.js'
import { Upkeep } from './upkeep.js'

it('runs by the earliest of what it was told, and then by what it is told by that', () => {
  const clock = new FakeClock()
  const ran: number[] = []
  const from = clock.now()
  const upkeep = new Upkeep(clock, () => {
    ran.push(clock.now() - from)
    return ran.length < 3 ? clock.now() + 10 : Number.POSITIVE_INFINITY
  })
  upkeep.by(from + 500)
  upkeep.by(from + 100)
  upkeep.by(from + 300)
  expect([clock.armed, upkeep.timers]).toEqual([1, 1])
  clock.advance(1_000)
  expect(ran).toEqual([100, 110, 120])
  expect([clock.armed, upkeep.timers]).toEqual([0, 0])
})

it('stops, and waits no longer than a timer can', () => {
  const clock = new FakeClock()
  const upkeep = new Upkeep(clock, () => Number.POSITIVE_INFINITY)
  upkeep.by(Number.MAX_SAFE_INTEGER)
  clock.advance(2 ** 31)
  expect(upkeep.timers).toBe(0)
  upkeep.by(clock.now() + 5)
  upkeep.stop()
  upkeep.stop()
  expect(clock.armed).toBe(0)
})
