import { expect, it } from 'vitest'
import { Rendezvous } from './rendezvous.js'

const SUBJECTS = Array.from({ length: 30_000 }, (_, at) => `t:room:${at}`)

function spread(count: number): number[] {
  const rendezvous = new Rendezvous(count)
  const sizes = Array.from({ length: count }, () => 0)
  for (const subject of SUBJECTS) sizes[rendezvous.of(subject)] = (sizes[rendezvous.of(subject)] ?? 0) + 1
  return sizes
}

it('gives every shard about as many subjects', () => {
  for (const count of [2, 3, 8, 30]) {
    const fair = SUBJECTS.length / count
    for (const size of spread(count)) expect(Math.abs(size - fair) / fair).toBeLessThan(0.15)
  }
})

it('moves to a shard that is added what is on it, and nothing else', () => {
  const [before, after] = [new Rendezvous(4), new Rendezvous(5)]
  const moved = SUBJECTS.filter((subject) => before.of(subject) !== after.of(subject))
  expect(moved.every((subject) => after.of(subject) === 4)).toBe(true)
  expect(moved.length / SUBJECTS.length).toBeCloseTo(1 / 5, 1)
})

it('never changes, since nodes of several releases have to agree', () => {
  const rendezvous = new Rendezvous(5)
  const subjects = ['a', 'n:abc', 't:news', 'u:1', 't:ä€漢😀', '']
  expect(subjects.map((subject) => rendezvous.of(subject))).toEqual([1, 1, 4, 0, 4, 0])
  expect(subjects.map((subject) => new Rendezvous(1).of(subject))).toEqual([0, 0, 0, 0, 0, 0])
})
