import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { freePort, RedisServer } from '../fixtures/redis.js'
import { RedisNode, WIDE } from './redis-node.js'

const tlsFile = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

it('keeps applications apart by their prefixes', async () => {
  await using server = await RedisServer.start()
  await using shop = await RedisNode.start(server.path, { prefix: 'shop' })
  await using chat = await RedisNode.start(server.path, { prefix: 'chat' })
  await using other = await RedisNode.start(server.path, { prefix: 'shop' })
  await shop.until(() => shop.news.length > 0)
  for (const node of [shop, chat]) await node.backplane.attach(['s'])
  await shop.publish('s', 'of shop', { history: WIDE })
  await shop.backplane.enter('s', [{ id: 'ann', value: '' }])
  await shop.backplane.claim('f', 'of shop', 60_000)
  await chat.publish('s', 'of chat')
  await shop.until(() => shop.messages.length > 0)
  await chat.until(() => chat.messages.length > 0)
  expect([shop.bodies, chat.bodies]).toEqual([['of shop'], ['of chat']])
  expect([[...shop.backplane.nodes].sort(), [...chat.backplane.nodes]]).toEqual([[shop.id, other.id].sort(), [chat.id]])
  expect([shop.news, chat.news]).toEqual([[`${other.id} up`], []])
  expect((await chat.backplane.history('s', null))?.items).toEqual([])
  expect(await chat.backplane.present('s')).toEqual([])
  expect((await chat.backplane.claim('f', '', 1_000))?.before).toBeNull()
  const keys = (await server.command('KEYS', '*')) as string[]
  expect(keys.every((key) => /^(shop|chat):/.test(key))).toBe(true)
})

it('tells of a wrong password, without an end, and comes up once it is taken', async () => {
  await using server = await RedisServer.start('--requirepass', 'right')
  server.password = 'right'
  await using right = await RedisNode.start({ path: server.path, password: 'right' })
  await using wrong = new RedisNode({ path: server.path, password: 'wrong' })
  const started = wrong.backplane.start(wrong)
  await wrong.until(() => wrong.errors.length > 0)
  await wrong.until(() => wrong.backplane.stats.waiting === 0)
  const result = await wrong.publish('s', 'x')
  expect(result).toMatchObject({ ok: false, reason: 'down', detail: expect.stringContaining('WRONGPASS') })
  expect([wrong.backplane.state, wrong.errors.map(String)]).toEqual([
    'starting',
    [expect.stringContaining('WRONGPASS')],
  ])
  await server.command('ACL', 'SETUSER', 'default', '>wrong')
  await started
  expect([wrong.backplane.state, right.backplane.state]).toEqual(['up', 'up'])
})

it('is down when its password is not taken any more, and up again when it is', async () => {
  const port = await freePort()
  await using server = await RedisServer.start('--port', `${port}`, '--bind', '127.0.0.1', '--requirepass', 'secret')
  server.password = 'secret'
  await using node = await RedisNode.start(`redis://:secret@127.0.0.1:${port}/2`)
  await server.command('ACL', 'SETUSER', 'default', '<secret', '>other')
  server.password = 'other'
  await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await node.until(() => node.errors.some((error) => String(error).includes('WRONGPASS')))
  expect([node.backplane.state, (await node.publish('s', 'x')).ok]).toEqual(['down', false])
  await server.command('ACL', 'SETUSER', 'default', '>secret')
  await node.became('up')
  expect(node.gaps.length).toBe(1)
})

it('needs no more of Redis than its own keys and channels, and a few commands', async () => {
  await using server = await RedisServer.start()
  const commands = ['-@all', '+@read', '+@write', '+@pubsub', '+@scripting', '+@connection', '+info', '+time']
  await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', 'resetchannels', '~shop:*', '&shop:*', ...commands)
  const shard = { path: server.path, username: 'app', password: 'secret' }
  await using node = await RedisNode.start(shard, { prefix: 'shop' })
  const { backplane } = node
  expect(await backplane.attach(['s'])).toBe(true)
  expect(await node.publish('s', 'x', { history: WIDE, key: 'k' })).toMatchObject({ ok: true, receivers: 1 })
  expect((await backplane.history('s', null))?.items.length).toBe(1)
  expect(await backplane.tops(['s'])).not.toBeNull()
  expect(await backplane.enter('s', [{ id: 'ann', value: '' }])).toEqual([])
  backplane.leave('s', ['ann'])
  expect(await backplane.present('s')).toEqual([])
  const fence = await backplane.claim('f', '', 1_000)
  expect(await backplane.keep('f', fence?.generation ?? 0, '', 1_000)).toBe(true)
  expect(await backplane.drop('f', fence?.generation ?? 0)).toBe(true)
  await using stranger = new RedisNode(shard, { prefix: 'chat' })
  void stranger.backplane.start(stranger)
  await stranger.until(() => stranger.errors.some((error) => String(error).includes('NOPERM')))
  expect(node.errors).toEqual([])
})

it('is joined over TLS', async () => {
  const port = await freePort()
  const tls = ['--tls-port', `${port}`, '--tls-cert-file', tlsFile('cert.pem'), '--tls-key-file', tlsFile('key.pem')]
  await using server = await RedisServer.start(...tls, '--tls-auth-clients', 'no', '--bind', '127.0.0.1')
  const ca = readFileSync(tlsFile('cert.pem'))
  const shard = { host: '127.0.0.1', port, tls: { ca, servername: 'localhost' } }
  await using node = await RedisNode.start(shard)
  await node.backplane.attach(['s'])
  expect(await node.publish('s', 'x')).toMatchObject({ ok: true, receivers: 1 })
  await node.until(() => node.messages.length === 1)
  server.freeze()
  await node.became('down')
  server.thaw()
  await node.became('up')
  await using stranger = new RedisNode(`rediss://127.0.0.1:${port}`)
  void stranger.backplane.start(stranger)
  await stranger.until(() => stranger.errors.length > 0)
  expect(stranger.backplane.state).toBe('starting')
})
