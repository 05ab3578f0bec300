import { expect, it, vi } from 'vitest'
import { freePort, RedisServer } from '../fixtures/redis.js'
import { RedisNode, WIDE } from './redis-node.js'
import { Sentinel } from './sentinel.js'

const tcp = (port: number) => ['--port', `${port}`, '--bind', '127.0.0.1', '--repl-diskless-sync-delay', '0']

it('follows a failover, and never goes on with an epoch of the Redis before', async () => {
  const [first, second] = [await freePort(), await freePort()]
  await using master = await RedisServer.start(...tcp(first))
  await using replica = await RedisServer.start(...tcp(second), '--replicaof', '127.0.0.1', `${first}`)
  await using sentinel = await Sentinel.start('main', first)
  const shard = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' }
  await using node = await RedisNode.start(shard, { probe: 100 })
  await node.backplane.attach(['s'])
  const before = await node.publish('s', 'before', { history: WIDE })
  const replicated = async () => expect(await replica.command('LLEN', 'wse:h:s')).toBe(1)
  await vi.waitFor(replicated, { timeout: 10_000 })
  const known = async () => expect(await sentinel.command('REPLICAS', 'main')).toHaveLength(1)
  await vi.waitFor(known, { timeout: 15_000, interval: 200 })
  await vi.waitFor(() => sentinel.command('FAILOVER', 'main'), { timeout: 10_000, interval: 100 })
  await node.until(() => node.gaps.some(({ lost }) => lost))
  await node.became('up')
  const after = await node.publish('s', 'after', { history: WIDE })
  if (!before.ok || !after.ok) throw new Error('it was not published')
  expect(after.position?.offset).toBe(1)
  expect(after.position?.epoch).not.toBe(before.position?.epoch)
  expect(await replica.command('LLEN', 'wse:h:s')).toBe(1)
  expect(await master.command('PUBSUB', 'CHANNELS', '*')).toEqual([])
  await node.until(() => node.bodies.includes('after'))
})
