import { setTimeout as sleep } from 'node:timers/promises'
import { ALL, nodeSubject, type PublishResult } from '@wse/protocol/backplane'
import { redisBackplane } from '@wse/redis'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { RedisServer } from '../fixtures/redis.js'
import { LEASE, PROBE, RedisNode, WIDE } from './redis-node.js'

/** What a busy machine may be late by, in ms. */
const SLACK = 150

const reasonOf = (result: PublishResult) => (result.ok ? 'ok' : result.reason)

it('is down within two probes of an engine that stands still', async () => {
  await using server = await RedisServer.start()
  const probe = 200
  await using node = await RedisNode.start(server.path, { probe })
  await sleep(30)
  server.freeze()
  const since = performance.now()
  const underWay = node.publish('s', 'x')
  const asked = [node.backplane.history('s', null), node.backplane.attach(['t'])]
  await node.became('down')
  expect(performance.now() - since).toBeLessThan(2 * probe + SLACK)
  expect(reasonOf(await underWay)).toBe('timeout')
  expect(await Promise.all(asked)).toEqual([null, false])
  expect(reasonOf(await node.publish('s', 'x'))).toBe('down')
  server.thaw()
  await node.became('up')
  expect(node.states).toEqual(['up', 'down', 'up'])
})

it('carries out nothing of what was said to an engine before it stood still for long', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const other = new Redis(server.path)
  const arrived: string[] = []
  other.on('message', (_, message) => arrived.push(message))
  await other.subscribe('wse:s:s')
  server.freeze()
  const all = Array.from({ length: 50 }, (_, at) => node.publish('s', `${at}`, at % 2 ? { history: WIDE } : undefined))
  const claimed = node.backplane.claim('f', 'late', 60_000)
  const entered = node.backplane.enter('s', [{ id: 'ann', value: '' }])
  expect(new Set((await Promise.all(all)).map(reasonOf))).toEqual(new Set(['timeout']))
  expect([await claimed, await entered]).toEqual([null, null])
  await sleep(2 * PROBE)
  server.thaw()
  await node.became('up')
  await node.publish('s', 'now')
  await node.until(() => arrived.length > 0)
  expect(arrived.length).toBe(1)
  expect(await server.command('KEYS', 'wse:[fhkpw]:*')).toEqual([])
  other.disconnect()
})

it('goes on with the others where one of several engines fails, subject by subject', async () => {
  await using one = await RedisServer.start()
  await using two = await RedisServer.start()
  await using node = await RedisNode.start([one.path, two.path])
  const subjects = Array.from({ length: 20 }, (_, at) => `s${at}`)
  await node.backplane.attach(subjects)
  two.freeze()
  await node.became('degraded')
  const results = await Promise.all(subjects.map((subject) => node.publish(subject, subject)))
  const lost = subjects.filter((_, at) => reasonOf(results[at] as PublishResult) === 'down')
  expect(lost.length).toBeGreaterThan(0)
  expect(lost.length).toBeLessThan(subjects.length)
  expect(results.filter(({ ok }) => ok).length).toBe(subjects.length - lost.length)
  await node.until(() => node.messages.length === subjects.length - lost.length)
  expect(await node.backplane.tops(subjects.filter((subject) => !lost.includes(subject)))).not.toBeNull()
  expect(await node.backplane.tops(subjects)).toBeNull()
  expect(node.gaps).toEqual([])
  two.thaw()
  await node.became('up')
  const told = node.gaps.flatMap((gap) => gap.subjects)
  expect(told.filter((subject) => subjects.includes(subject)).sort()).toEqual([...lost].sort())
  expect(node.states).toEqual(['up', 'degraded', 'up'])
})

it('tells of a gap when the engine cuts its subscriptions, and is attached again', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  const subjects = Array.from({ length: 2_000 }, (_, at) => `s${at}`)
  await node.backplane.attach(subjects)
  expect(await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1)
  await node.until(() => node.gaps.length > 0)
  expect(node.gaps[0]?.lost).toBe(false)
  expect([...(node.gaps[0]?.subjects ?? [])].sort()).toEqual([ALL, nodeSubject(node.id), ...subjects].sort())
  await node.became('up')
  for (const subject of ['s0', 's1999']) expect(await node.publish(subject, 'x')).toMatchObject({ receivers: 1 })
  await node.until(() => node.messages.length === 2)
})

it('tells of a gap when it was too slow for the engine', async () => {
  await using server = await RedisServer.start('--client-output-buffer-limit', 'pubsub 64kb 64kb 1')
  await using node = await RedisNode.start(server.path)
  await node.backplane.attach(['s'])
  const flood = "for i = 1, 1000 do redis.call('PUBLISH', KEYS[1], string.rep('x', 1000)) end"
  await server.command('EVAL', flood, '1', 'wse:s:s')
  await node.until(() => node.gaps.length > 0)
  expect(node.gaps[0]?.subjects).toContain('s')
  await node.became('up')
})

it('never goes on with an epoch after a restart, whatever the engine has on disk', async () => {
  await using server = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
  await using node = await RedisNode.start(server.path)
  const setup = { history: WIDE }
  const before = await node.publish('s', 'before', setup)
  await node.backplane.enter('s', [{ id: 'ann', value: '' }])
  await server.kill()
  await node.became('down')
  await server.restart()
  await node.until(() => node.gaps.some(({ lost }) => lost))
  expect(await server.command('EXISTS', 'wse:h:s')).toBe(1)
  const after = await node.publish('s', 'after', setup)
  if (!before.ok || !after.ok) throw new Error('it was not published')
  expect(after.position?.offset).toBe(1)
  expect(after.position?.epoch).not.toBe(before.position?.epoch)
  expect((await node.backplane.history('s', before.position ?? null))?.complete).toBe(false)
  expect((await node.backplane.history('s', null))?.items.map(({ body }) => body)).toEqual(['after'])
  expect(await node.backplane.present('s')).toEqual([])
})

it('notices that an engine was emptied while it ran', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  await using other = await RedisNode.start(server.path)
  await node.until(() => node.backplane.nodes.size === 2)
  const before = await node.publish('s', 'x', { history: WIDE })
  await server.command('FLUSHALL')
  for (const one of [node, other]) await one.until(() => one.gaps.some(({ lost }) => lost))
  for (const one of [node, other]) await one.became('up')
  const after = await node.publish('s', 'x', { history: WIDE })
  if (!before.ok || !after.ok) throw new Error('it was not published')
  expect(after.position?.epoch).not.toBe(before.position?.epoch)
  await sleep(2 * LEASE)
  // Nobody was taken for dead meanwhile.
  expect([node.news, other.news]).toEqual([[`${other.id} up`], [`${node.id} up`]])
})

it('brings its scripts along again where somebody has made the engine forget them', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path)
  await server.command('SCRIPT', 'FLUSH')
  await node.until(() => node.backplane.stats.failed === 0)
  let result = await node.publish('s', 'x')
  if (!result.ok) {
    expect(result.reason).toBe('rejected')
    result = await node.publish('s', 'x')
  }
  expect(result.ok).toBe(true)
  await sleep(4 * PROBE)
  expect([node.backplane.state, await node.backplane.barrier('s')]).toEqual(['up', true])
})

it('keeps its nodes where the memory of the engine is full, and refuses to keep more', async () => {
  await using server = await RedisServer.start('--maxmemory-policy', 'noeviction')
  await using node = await RedisNode.start(server.path, { probe: 1_000 })
  await server.command('CONFIG', 'SET', 'maxmemory', '1')
  const refused = await node.publish('s', 'x', { history: WIDE })
  expect(refused).toMatchObject({ ok: false, reason: 'rejected', detail: expect.stringContaining('OOM') })
  expect((await node.publish('s', 'x')).ok).toBe(true)
  await using late = await RedisNode.start(server.path, { probe: 1_000 })
  await sleep(2 * LEASE)
  expect(node.news).toEqual([`${late.id} up`])
  expect([node.backplane.state, node.gaps]).toEqual(['up', []])
  await server.command('CONFIG', 'SET', 'maxmemory', '0')
  expect((await node.publish('s', 'x', { history: WIDE })).ok).toBe(true)
})

it('lets no more wait for an engine than it may', async () => {
  await using server = await RedisServer.start()
  await using node = await RedisNode.start(server.path, { bufferedBytes: 100_000 })
  server.freeze()
  const all = Array.from({ length: 200 }, () => node.publish('s', 'x'.repeat(1_000)))
  const reasons = (await Promise.all(all)).map(reasonOf)
  expect(new Set(reasons)).toEqual(new Set(['timeout', 'overflow']))
  expect(reasons.indexOf('overflow')).toBeGreaterThan(80)
  server.thaw()
  await node.became('up')
  expect((await node.publish('s', 'x')).ok).toBe(true)
})

it('starts once there is an engine, however often it has failed before', async () => {
  await using server = await RedisServer.start()
  await server.kill()
  await using node = new RedisNode(server.path)
  const started = node.backplane.start(node)
  await node.until(() => node.errors.length > 0)
  await sleep(200)
  // Said once, not with each attempt.
  expect([node.backplane.state, node.errors.length, node.states]).toEqual(['starting', 1, []])
  await server.restart()
  await started
  expect([node.backplane.state, node.gaps]).toEqual(['up', []])
})

it('is no worse for a handler that throws', async () => {
  await using server = await RedisServer.start()
  const errors: unknown[] = []
  const thrown = new Error('mine')
  const fail = () => {
    throw thrown
  }
  const backplane = redisBackplane({ shards: server.path, lease: LEASE, probe: PROBE })
  await backplane.start({
    incoming: fail,
    node: fail,
    state: fail,
    gap: fail,
    failed: (error) => {
      errors.push(error)
      fail()
    },
  })
  await using node = await RedisNode.start(server.path)
  await backplane.attach(['s'])
  for (let i = 0; i < 3; i++) await node.publish('s', 'x')
  await node.until(() => errors.length >= 5)
  expect(errors.every((error) => error === thrown)).toBe(true)
  expect(backplane.state).toBe('up')
  await backplane.close()
})
