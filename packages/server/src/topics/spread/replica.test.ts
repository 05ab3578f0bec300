import { expect, it } from 'vitest'
import type { Arrival } from '../../backplane/cluster.js'
import { Replica } from './replica.js'

const arrival = (n: number) => ({ n }) as unknown as Arrival
const numbersOf = (taken: readonly Arrival[]) => taken.map((one) => (one as unknown as { n: number }).n)

it('keeps what arrives until all is here, and gives it in order', async () => {
  const replica = new Replica()
  const told: string[] = []
  void replica.ready?.then(() => told.push('ready'))
  expect([replica.isReady, replica.holds(arrival(1)), replica.holds(arrival(2))]).toEqual([false, true, true])
  const taken: Arrival[] = []
  expect(replica.end((one) => taken.push(one))).toBe(true)
  expect([numbersOf(taken), replica.isReady, replica.ready, replica.holds(arrival(3))]).toEqual([
    [1, 2],
    true,
    null,
    false,
  ])
  await Promise.resolve()
  expect(told).toEqual(['ready'])
})

it('begins anew: an older round has no effect any more, and what was kept stays', () => {
  const replica = new Replica()
  const first = replica.begin()
  replica.holds(arrival(1))
  expect(replica.begin()).toBe(first + 1)
  const taken: Arrival[] = []
  replica.end((one) => taken.push(one))
  expect(numbersOf(taken)).toEqual([1])
  replica.begin()
  expect([replica.isReady, replica.holds(arrival(2))]).toEqual([false, true])
})

it('keeps the rest where what was kept shows that something is missing; who waits goes on waiting', async () => {
  const replica = new Replica()
  let isReady = false
  void replica.ready?.then(() => {
    isReady = true
  })
  for (const n of [1, 2, 3]) replica.holds(arrival(n))
  const taken: Arrival[] = []
  replica.end((one) => {
    taken.push(one)
    if (numbersOf([one])[0] === 2) replica.begin()
  })
  await Promise.resolve()
  expect([numbersOf(taken), replica.isReady, isReady]).toEqual([[1, 2], false, false])
  replica.end((one) => taken.push(one))
  await Promise.resolve()
  expect([numbersOf(taken), replica.isReady, isReady]).toEqual([[1, 2, 3], true, true])
})

it('keeps only so much, and says so: then it has to be read once more', async () => {
  const replica = new Replica()
  let isReady = false
  void replica.ready?.then(() => {
    isReady = true
  })
  for (let n = 0; n < 10_001; n++) expect(replica.holds(arrival(n))).toBe(true)
  let count = 0
  const count_up = () => {
    count++
  }
  expect(replica.end(count_up)).toBe(false)
  await Promise.resolve()
  expect([count, isReady]).toEqual([10_000, false])
  replica.begin()
  expect(replica.end(count_up)).toBe(true)
  await Promise.resolve()
  expect(isReady).toBe(true)
})

it('lets go of some of what it keeps, and of who waits', async () => {
  const replica = new Replica()
  for (const n of [1, 2, 3, 4]) replica.holds(arrival(n))
  replica.drop((one) => (numbersOf([one])[0] as number) % 2 === 0)
  const taken: Arrival[] = []
  replica.end((one) => taken.push(one))
  expect(numbersOf(taken)).toEqual([1, 3])
  replica.drop(() => true)
  expect(replica.isReady).toBe(true)
  replica.begin()
  const waited = replica.ready
  replica.release()
  await waited
})

it('knows histories that are past, but not all there ever were', () => {
  const replica = new Replica()
  for (let n = 0; n < 20; n++) replica.goesPast(`e${n}`)
  expect([replica.isPast('e0'), replica.isPast('e19'), replica.isPast('e20')]).toEqual([false, true, false])
  replica.isAt('e19')
  expect(replica.isPast('e19')).toBe(false)
})
