import { setTimeout as sleep } from 'node:timers/promises'
import { activeResources } from '@wse/testing'
import { expect, it } from 'vitest'
import { RedisServer } from '../fixtures/redis.js'
import { RedisNode, WIDE } from './redis-node.js'

/** What keeps the process alive, once what is closing had a moment. */
async function leftBy(work: () => Promise<void>): Promise<string[]> {
  const added = activeResources()
  await work()
  await sleep(20)
  return added()
}

async function use(node: RedisNode): Promise<void> {
  const { backplane } = node
  await backplane.start(node)
  await backplane.attach(['s', 't'])
  await node.publish('s', 'x')
  await backplane.enter('s', [{ id: 'ann', value: '' }])
  await backplane.claim('f', '', 100)
}

it('leaves nothing behind in the process, nor of itself in the engine', async () => {
  await using server = await RedisServer.start()
  const left = await leftBy(async () => {
    const node = new RedisNode([server.path])
    await use(node)
    await node.backplane.close()
    expect(node.backplane.stats).toMatchObject({ subjects: 0, waiting: 0 })
    expect(node.backplane.nodes.size).toBe(0)
  })
  expect(left).toEqual([])
  expect(await server.command('PUBSUB', 'CHANNELS', '*')).toEqual([])
  expect(
    String(await server.command('CLIENT', 'LIST'))
      .trim()
      .split('\n').length,
  ).toBe(1)
  expect((await server.command('KEYS', '*')) as string[]).toEqual(expect.arrayContaining(['wse:g']))
  expect(await server.command('KEYS', 'wse:[mdnpw]*')).toEqual([])
})

it.each([
  ['stands still', (server: RedisServer) => server.freeze()],
  ['is gone', (server: RedisServer) => server.kill()],
])('leaves nothing behind where the engine %s', async (_, fail) => {
  await using server = await RedisServer.start()
  const left = await leftBy(async () => {
    const node = new RedisNode([server.path])
    await use(node)
    await fail(server)
    const asked = [node.publish('s', 'x', { history: WIDE }), node.backplane.attach(['u']), node.backplane.barrier('s')]
    await node.backplane.close()
    const [published, ...others] = await Promise.all(asked)
    expect([(published as { ok: boolean }).ok, ...others]).toEqual([false, false, false])
  })
  // The process of the engine is not one of ours.
  expect(left.filter((kind) => kind !== 'ProcessWrap')).toEqual([])
})

it('leaves nothing behind where it was closed before it was up', async () => {
  await using server = await RedisServer.start()
  await server.kill()
  const left = await leftBy(async () => {
    const node = new RedisNode([server.path, '/nowhere/at/all'])
    const started = node.backplane.start(node)
    await node.until(() => node.errors.length === 2)
    await node.backplane.close()
    await started
  })
  expect(left).toEqual([])
})

it('gives up its seat, closed at whatever moment of its start', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path, { lease: 60_000 })
  for (let turns = 0; turns < 40; turns++) {
    const starting = new RedisNode(server.path, { lease: 60_000 })
    const started = starting.backplane.start(starting)
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
    await starting.backplane.close()
    await started
  }
  await node.backplane.barrier('s')
  await node.until(() => node.backplane.nodes.size === 1)
  expect(await server.command('ZCARD', 'wse:m')).toBe(1)
})
