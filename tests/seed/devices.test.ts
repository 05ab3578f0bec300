import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/server'
import { expect } from 'vitest'
import { clientLog, connOf, idle, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const displaced = [WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY]

behaviour('connPerUser', (test) => {
  test('[W9] is one: the oldest device is dropped for a new one', async (ends) => {
    const { server, url } = await ends.server()
    const [first, second] = [ends.client(url), ends.client(url)]
    await first.connect('ann', 'first')
    const closed = first.when.closed()
    await second.connect('ann', 'second')
    expect(await closed).toEqual(displaced)
    expect(second.status).toBe('READY')
    expect(connOf(server, 'ann').meta).toBe('second')
  })

  test('[W9] of three drops the oldest of four, in order of their coming', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 3 })
    const closed: string[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const client = ends.client(url)
      client.when.closed((code) => closed.push(`${name} ${code}`))
      await client.connect('ann', name)
    }
    await until(() => closed.length === 2)
    expect(closed).toEqual([`a ${WSE_CLOSE.DISPLACED}`, `b ${WSE_CLOSE.DISPLACED}`])
    expect([...(server.clients.get('ann')?.conns.values() ?? [])].map(({ meta }) => meta)).toEqual(['c', 'd', 'e'])
  })

  test('[W9] is counted for each user', async (ends) => {
    const { url } = await ends.server()
    const clients = ['ann', 'bob', 'eve'].map((name) => ({ name, client: ends.client(url) }))
    for (const { name, client } of clients) await client.connect(name)
    await idle()
    expect(clients.map(({ client }) => client.status)).toEqual(['READY', 'READY', 'READY'])
  })

  test('makes room again when a device leaves', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const [a, b, c] = [ends.client(url), ends.client(url), ends.client(url)]
    await a.connect('ann')
    await b.connect('ann')
    await a.disconnect()
    await until(() => server.clients.get('ann')?.conns.size === 1)
    await c.connect('ann')
    await idle()
    expect([b.status, c.status]).toEqual(['READY', 'READY'])
  })

  test('is final for the displaced: two devices with re do not take turns for ever', async (ends) => {
    const { server, url } = await ends.server({ heartbeat: false })
    const [first, second] = [ends.client(url, { re: true }), ends.client(url, { re: true })]
    const log = clientLog(first)
    await first.connect('ann')
    log.length = 0
    await second.connect('ann')
    await until(() => log.length === 2)
    await ends.clock.advance(60_000)
    await idle()
    expect(log).toEqual([`closed ${displaced.join(' ')}`, 'updated OFFLINE'])
    expect(second.status).toBe('READY')
    expect(server.clients.size).toBe(1)
  })

  test('lets the user stay: nobody leaves and nobody joins', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    await ends.client(url).connect('ann')
    await ends.client(url).connect('ann')
    await until(() => log.length === 4)
    expect(log).toEqual(['joined ann', 'connected ann', `disconnected ann ${displaced.join(' ')}`, 'connected ann'])
  })

  test('rejects what the displaced device was waiting for', async (ends) => {
    const { server, url } = await ends.server()
    server.register('never', () => new Promise(() => {}))
    const first = ends.client(url)
    await first.connect('ann')
    const failed = expect(first.call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { disconnected: displaced },
    })
    await ends.client(url).connect('ann')
    await failed
  })
})

behaviour('connPerUser with a challenge', (test) => {
  test('displaces nobody until the new device has answered rightly', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ identity, challenge, accept, refuse }) => (challenge?.response === 3 ? accept(identity) : refuse()),
    })
    server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
    const [first, thief, second] = [ends.client(url), ends.client(url), ends.client(url)]
    first.challenge(({ a, b }, solve) => solve(a + b))
    second.challenge(({ a, b }, solve) => solve(a + b))
    thief.challenge((_quest, solve) => solve(0))
    await first.connect('ann')
    await expect(thief.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect(first.status).toBe('READY')
    const closed = first.when.closed()
    await second.connect('ann')
    expect(await closed).toEqual(displaced)
  })
})

behaviour('a swarm', (test) => {
  test('of 20 users connects, is greeted, and leaves without a trace', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    const clients = Array.from({ length: 20 }, () => ends.client(url))
    const welcomes = await Promise.all(clients.map((client, i) => client.connect(`user ${i}`)))
    expect(welcomes).toEqual(clients.map((_, i) => ({ hello: `user ${i}` })))
    expect(server.clients.size).toBe(20)
    const heard = clients.map((client) => new Promise((resolve) => client.channel.on('all', resolve)))
    expect(server.broadcast('all', 'hi').sent).toBe(20)
    expect(new Set(await Promise.all(heard))).toEqual(new Set(['hi']))
    await Promise.all(clients.map((client) => client.disconnect()))
    await until(() => server.clients.size === 0)
    expect(log.filter((line) => line.startsWith('left'))).toHaveLength(20)
    expect(Object.values(server.inspect()).every((held) => held === 0)).toBe(true)
  })

  test('of one user plays ping-pong up to 1001', async (ends) => {
    const { server, url } = await ends.server()
    server.channel.on('count', (conn, n) => conn.send('count', n + 1))
    const client = ends.client(url)
    const done = new Promise((resolve) => {
      client.channel.on('count', (n) => (n >= 1001 ? resolve(n) : client.send('count', n + 1)))
    })
    await client.connect()
    client.send('count', 0)
    expect(await done).toBe(1001)
  })
})
