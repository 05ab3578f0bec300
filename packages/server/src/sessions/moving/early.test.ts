import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import type { Arrival } from '../../backplane/cluster.js'
import { EarlyFrames } from './early.js'

const frame = (id: string, n: number) => ({ letter: { about: { id, stay: 1, is: 'out', n } } }) as unknown as Arrival
const numberOf = ({ letter }: Arrival) => (letter.about as { n: number }).n

function early() {
  const clock = createTestClock({ seed: 1 })
  const given: number[] = []
  return { clock, given, frames: new EarlyFrames(clock, (arrival) => given.push(numberOf(arrival))) }
}

it('gives those of a session in order, once', () => {
  const { frames, given } = early()
  for (const [id, n] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    frames.keep(frame(id, n))
  expect(frames.of({ id: 'a', stay: 1 }).map(numberOf)).toEqual([1, 3])
  expect(frames.of({ id: 'a', stay: 1 })).toEqual([])
  expect(frames.of({ id: 'b', stay: 2 })).toEqual([])
  expect(given).toEqual([])
  frames.clear()
  expect(frames.timers).toBe(0)
})

it('keeps each for as long as any other: one that comes later is not given up with the first', async () => {
  const { frames, given, clock } = early()
  frames.keep(frame('a', 1))
  await clock.advance(29_000)
  frames.keep(frame('b', 2))
  await clock.advance(1_000)
  expect(given).toEqual([1])
  await clock.advance(28_999)
  expect([given, frames.timers]).toEqual([[1], 1])
  await clock.advance(1)
  expect([given, frames.timers]).toEqual([[1, 2], 0])
})

it('gives up at once what is beyond the bound', () => {
  const { frames, given } = early()
  for (let n = 1; n <= 10_001; n++) frames.keep(frame('a', n))
  expect(given).toEqual([10_001])
  frames.clear()
})
