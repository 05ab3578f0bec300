import { expect, it } from 'vitest'
import { type Tombstone, Tombstones } from './tombstones.js'

function tombstone(received: number): Tombstone {
  return { cid: 'ann', anonymous: false, instance: 'i', reason: 'window', close: null, received }
}

it('a session is found by any of its tokens', () => {
  const tombstones = new Tombstones(10)
  const mine = tombstone(1)
  tombstones.add(['a', 'b'], mine)
  expect([tombstones.get('a'), tombstones.get('b'), tombstones.get('c')]).toEqual([mine, mine, undefined])
  expect(tombstones.size).toBe(2)
})

it('one without a token leaves nothing', () => {
  const tombstones = new Tombstones(10)
  tombstones.add([], tombstone(1))
  expect(tombstones.size).toBe(0)
})

it('only the newest are remembered, exactly as many as the limit', () => {
  const tombstones = new Tombstones(3)
  for (const name of ['a', 'b', 'c']) tombstones.add([name], tombstone(1))
  expect(tombstones.size).toBe(3)
  tombstones.add(['d', 'e'], tombstone(2))
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => tombstones.get(name)?.received)).toEqual([
    undefined,
    undefined,
    1,
    2,
    2,
  ])
  expect(tombstones.size).toBe(3)
})

it('more tokens at once than the limit leave the last of them', () => {
  const tombstones = new Tombstones(1)
  tombstones.add(['a', 'b'], tombstone(1))
  expect([tombstones.size, tombstones.get('b')?.received]).toEqual([1, 1])
})

it('all are forgotten on demand', () => {
  const tombstones = new Tombstones(3)
  tombstones.add(['a'], tombstone(1))
  tombstones.clear()
  expect([tombstones.size, tombstones.get('a')]).toEqual([0, undefined])
})
