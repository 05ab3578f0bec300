import { expect, it } from 'vitest'
import { collectedHeap } from '../fixtures/heap.js'
import { RedisServer } from '../fixtures/redis.js'
import { RedisNode } from './redis-node.js'

const DAY = 86_400_000

it('lets histories run out, and knows their epochs for a day longer', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const ttl = 10_000
  await node.publish('s', 'x', { history: { size: 5, ttl, bytes: 1_000 }, key: 'k' })
  for (const key of ['wse:h:s', 'wse:k:s']) {
    const left = Number(await server.command('PTTL', key))
    expect(left).toBeGreaterThan(ttl)
    expect(left).toBeLessThanOrEqual(1.25 * ttl)
  }
  expect(Number(await server.command('PTTL', 'wse:t:s'))).toBeGreaterThan(DAY + ttl)
  const position = (await node.backplane.tops(['s']))?.[0]
  // As if its time had come.
  await server.command('DEL', 'wse:h:s')
  await node.backplane.history('none', null)
  const blank = await node.backplane.history('s', null)
  expect([blank?.items, blank?.top]).toEqual([[], position])
  expect(Number(await server.command('PTTL', 'wse:t:s'))).toBeGreaterThan(DAY - ttl)
  expect(Number(await server.command('PTTL', 'wse:t:none'))).toBeGreaterThan(DAY - ttl)
})

it('forgets keys with what they named, and no others', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const history = { size: 3, ttl: 60_000, bytes: 1_000 }
  for (let i = 0; i < 10; i++) await node.publish('s', `${i}`, { history, key: `key ${i}` })
  expect(await server.command('HKEYS', 'wse:k:s')).toEqual(['key 7', 'key 8', 'key 9'])
  expect(await server.command('HGET', 'wse:t:s', 'b')).toBe('3')
  // Messages with and without a key, text and bytes, weigh what their bodies do.
  await node.publish('s', new Uint8Array(20), { history, key: 'schlüssel' })
  await node.publish('s', 'ä', { history })
  expect(await server.command('HGET', 'wse:t:s', 'b')).toBe('23')
  for (let i = 0; i < 3; i++) await node.publish('s', 'xyz', { history })
  expect(await server.command('HGET', 'wse:t:s', 'b')).toBe('9')
  expect(await server.command('EXISTS', 'wse:k:s')).toBe(0)
})

it('lets fences run out, and remembers for an hour that nobody before may write', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const { backplane } = node
  const first = await backplane.claim('f', 'one', 1_000)
  const second = await backplane.claim('f', 'two', 1_000)
  expect(await backplane.drop('f', second?.generation ?? 0)).toBe(true)
  expect(await backplane.keep('f', first?.generation ?? 0, 'late', 1_000)).toBe(false)
  expect(await backplane.drop('f', second?.generation ?? 0)).toBe(false)
  expect(Number(await server.command('PTTL', 'wse:f:f'))).toBeGreaterThan(3_600_000)
  // What the engine has lost may be written again, and grows all the same.
  await server.command('DEL', 'wse:f:f')
  expect(await backplane.keep('f', second?.generation ?? 0, 'two', 1_000)).toBe(true)
  const third = await backplane.claim('f', 'three', 1_000)
  expect(third?.before).toBe('two')
  expect(third?.generation).toBeGreaterThan(second?.generation ?? 0)
})

it('is attached to 10,000 subjects for less than 1 kB of heap each', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path, { probe: 1_000 })
  const subjects = Array.from({ length: 10_000 }, (_, at) => `topic:${at}`)
  const before = collectedHeap()
  expect(await node.backplane.attach(subjects)).toBe(true)
  expect((collectedHeap() - before) / subjects.length).toBeLessThan(1_000)
  expect(node.backplane.stats.subjects).toBe(10_002)
  node.backplane.detach(subjects)
  await node.backplane.barrier('s')
  expect(node.backplane.stats.subjects).toBe(2)
})
