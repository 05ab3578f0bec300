import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { RedisServer } from '../fixtures/redis.js'
import { ChildNode } from './child.js'
import { RedisProxy } from './proxy.js'
import { LEASE, PROBE, RedisNode } from './redis-node.js'

/** What a busy machine may be late by, in ms. */
const SLACK = 300

it('tells once of a process that was killed, when its lease has run out, and clears what it had noted', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  await using other = await RedisNode.start(server.path)
  await using child = await ChildNode.start(server.path, LEASE, PROBE)
  for (const one of [node, other]) await one.until(() => one.news.includes(`${child.id} up`))
  expect(await node.backplane.present('s')).toEqual([{ id: 'ann', node: child.id, value: '' }])
  await child.kill()
  const since = performance.now()
  expect(await node.publish('s', 'x')).toMatchObject({ receivers: 0 })
  for (const one of [node, other]) await one.until(() => one.news.includes(`${child.id} down`))
  expect(performance.now() - since).toBeLessThan(LEASE + SLACK)
  expect(await node.backplane.present('s')).toEqual([])
  await sleep(LEASE)
  const about = (one: RedisNode) => one.news.filter((news) => news.startsWith(child.id))
  expect([about(node), about(other)]).toEqual([
    [`${child.id} up`, `${child.id} down`],
    [`${child.id} up`, `${child.id} down`],
  ])
  expect(await server.command('KEYS', 'wse:[dnpw]*')).toEqual([])
})

it('takes nobody for present whose lease has run out, though nobody has noticed', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path, { lease: 60_000 })
  const other = await RedisNode.start(server.path, { lease: 60_000 })
  await other.backplane.enter('s', [{ id: 'ann', value: '' }])
  await server.command('ZADD', 'wse:m', '1', `${other.id}.0`)
  expect(await node.backplane.present('s')).toEqual([])
  expect(await node.backplane.enter('s', [{ id: 'bob', value: '' }])).toEqual([])
  expect(node.news).toEqual([`${other.id} up`])
  await other.backplane.close()
})

it('takes a node back under its id that stood still for longer than its lease', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  await using child = await ChildNode.start(server.path, LEASE, PROBE)
  await node.until(() => node.news.includes(`${child.id} up`))
  child.freeze()
  await node.until(() => node.news.includes(`${child.id} down`))
  expect(await node.backplane.present('s')).toEqual([])
  child.thaw()
  await node.until(() => node.news.length === 3)
  expect(node.news).toEqual([`${child.id} up`, `${child.id} down`, `${child.id} up`])
})

it('comes back under its id when it was cut off, and has to note anew who is present', async () => {
  await using server = await RedisServer.start()
  const proxy = new RedisProxy(`${server.path}1`, server.path)
  await using node = await RedisNode.start(server.path)
  const away = await RedisNode.start(proxy.path)
  await node.until(() => node.news.length === 1)
  await away.backplane.enter('s', [{ id: 'ann', value: '' }])
  proxy.cut()
  await away.became('down')
  await node.until(() => node.news.length === 2)
  // Who cannot reach the engine knows nothing of others, and takes nobody for gone.
  expect(away.news).toEqual([`${node.id} up`])
  proxy.mend()
  await away.became('up')
  await node.until(() => node.news.length === 3)
  expect(node.news).toEqual([`${away.id} up`, `${away.id} down`, `${away.id} up`])
  expect(away.news).toEqual([`${node.id} up`])
  expect(away.gaps.map(({ lost }) => lost)).toEqual([true])
  expect(await node.backplane.present('s')).toEqual([])
  await away.backplane.enter('s', [{ id: 'ann', value: 'again' }])
  expect(await node.backplane.present('s')).toEqual([{ id: 'ann', node: away.id, value: 'again' }])
  await away.backplane.close()
  await proxy.stop()
})

it('keeps who is present over a short cut, but for those who left meanwhile', async () => {
  await using server = await RedisServer.start()
  const proxy = new RedisProxy(`${server.path}1`, server.path)
  await using node = await RedisNode.start(server.path, { lease: 5_000 })
  const away = await RedisNode.start(proxy.path, { lease: 5_000 })
  const entries = ['ann', 'bob', 'eve'].map((id) => ({ id, value: '' }))
  await away.backplane.enter('s', entries)
  proxy.cut()
  away.backplane.leave('s', ['ann'])
  await away.became('down')
  away.backplane.leave('s', ['bob'])
  expect(await away.backplane.enter('s', [{ id: 'joe', value: '' }])).toBeNull()
  proxy.mend()
  await away.became('up')
  expect(away.gaps.map(({ lost }) => lost)).toEqual([false])
  expect((await away.backplane.present('s'))?.map(({ id }) => id)).toEqual(['eve'])
  expect(node.news).toEqual([`${away.id} up`])
  await away.backplane.close()
  await proxy.stop()
})

it('tells at once that a node was closed, whichever of its engines can be reached', async () => {
  await using one = await RedisServer.start()
  await using two = await RedisServer.start()
  const shards = [one.path, two.path]
  await using node = await RedisNode.start(shards, { lease: 60_000 })
  const other = await RedisNode.start(shards, { lease: 60_000 })
  await node.until(() => node.news.length === 1)
  two.freeze()
  await node.became('degraded')
  await other.became('degraded')
  await other.backplane.close()
  await node.until(() => node.news.length === 2)
  two.thaw()
  await node.became('up')
  await sleep(4 * PROBE)
  expect(node.news).toEqual([`${other.id} up`, `${other.id} down`])
})

it('clears a lot that was noted a part after the other', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const other = await RedisNode.start(server.path)
  const entering = Array.from({ length: 1_000 }, (_, at) => other.backplane.enter(`s${at}`, [{ id: 'ann', value: '' }]))
  await Promise.all(entering)
  expect(await server.command('EXISTS', 'wse:w:s999')).toBe(1)
  await other.backplane.close()
  expect(await server.command('KEYS', 'wse:[dnpw]*')).toEqual([])
  expect(await node.backplane.present('s999')).toEqual([])
})
