import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { Attempts } from './attempts.js'

/** Attempts of which a test says what comes of them. */
function attempts(most = 2) {
  const clock = createTestClock()
  const ran: string[] = []
  const pending = new Map<string, (isDone: boolean) => void>()
  const world = { isWorthIt: true }
  const all = new Attempts<string>({
    clock,
    most,
    pause: 1_000,
    isWorthIt: () => world.isWorthIt,
    run(key) {
      ran.push(key)
      return new Promise((resolve) => pending.set(key, resolve))
    },
  })
  const end = async (key: string, isDone: boolean) => {
    pending.get(key)?.(isDone)
    await clock.settle()
  }
  return { all, clock, ran, end, world }
}

it('makes so many at once, in order', async () => {
  const { all, ran, end } = attempts()
  for (const key of ['a', 'b', 'c', 'd', 'c']) all.make(key)
  expect(ran).toEqual(['a', 'b'])
  await end('b', true)
  expect(ran).toEqual(['a', 'b', 'c'])
  await end('a', true)
  await end('c', true)
  expect(ran).toEqual(['a', 'b', 'c', 'd'])
})

it('makes again, after a pause, what came to nothing', async () => {
  const { all, ran, end, clock } = attempts()
  all.make('a')
  all.make('b')
  await end('a', false)
  await clock.advance(500)
  await end('b', false)
  await clock.advance(499)
  expect(ran).toEqual(['a', 'b'])
  await clock.advance(1)
  expect([ran, all.timers]).toEqual([['a', 'b', 'a', 'b'], 0])
  await end('a', true)
  await end('b', true)
  await clock.advance(5_000)
  expect([ran.length, clock.armed]).toEqual([4, 0])
})

it('waits on where there is no point in it', async () => {
  const { all, ran, end, clock, world } = attempts()
  all.make('a')
  await end('a', false)
  world.isWorthIt = false
  await clock.advance(10_000)
  expect([ran, clock.armed]).toEqual([['a'], 1])
  world.isWorthIt = true
  await clock.advance(1_000)
  expect(ran).toEqual(['a', 'a'])
})

it('is asked for in vain while it is under way, or at once while it waits for its pause', async () => {
  const { all, ran, end, clock } = attempts()
  all.make('a')
  all.make('a')
  expect(ran).toEqual(['a', 'a'])
  await end('a', false)
  all.make('a')
  expect(ran).toEqual(['a', 'a', 'a'])
  await clock.advance(5_000)
  expect(ran).toEqual(['a', 'a', 'a'])
})

it('forgets one, and all', async () => {
  const { all, ran, end, clock } = attempts(1)
  for (const key of ['a', 'b', 'c']) all.make(key)
  all.forget('b')
  await end('a', false)
  all.forget('a')
  expect(ran).toEqual(['a', 'c'])
  all.makeLater('d')
  all.stop()
  await end('c', false)
  all.make('e')
  all.makeLater('e')
  await clock.advance(5_000)
  expect([ran, all.timers, clock.armed]).toEqual([['a', 'c'], 0, 0])
})
