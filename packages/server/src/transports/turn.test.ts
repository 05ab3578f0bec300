import { expect, it, vi } from 'vitest'
import { afterTurn } from './turn.js'

const later = (flush: () => void) => afterTurn({ flush })

it('runs all jobs of a turn from one immediate, in order; what they ask for is of the next turn', async () => {
  const immediate = vi.spyOn(globalThis, 'setImmediate')
  const ran: string[] = []
  later(() => {
    ran.push('one')
    later(() => ran.push('three'))
  })
  later(() => ran.push('two'))
  expect([ran, immediate.mock.calls.length]).toEqual([[], 1])
  await new Promise<void>((resolve) => later(resolve))
  expect([ran, immediate.mock.calls.length]).toEqual([['one', 'two'], 2])
  await new Promise<void>((resolve) => later(resolve))
  expect([ran, immediate.mock.calls.length]).toEqual([['one', 'two', 'three'], 2])
  immediate.mockRestore()
})

it('runs a job after microtasks of the same turn', async () => {
  const ran: string[] = []
  const over = new Promise<void>((resolve) => {
    later(() => {
      ran.push('job')
      resolve()
    })
  })
  Promise.resolve().then(() => ran.push('microtask'))
  process.nextTick(() => ran.push('tick'))
  await over
  expect(ran.at(-1)).toBe('job')
})
