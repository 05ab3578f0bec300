import { WSE_ERROR, type WseClient } from '@wse/client'
import { type LimitOptions, WseServer } from '@wse/server'
import { createTestClock, type TransportPair } from '@wse/testing'
import { describe, expect, it } from 'vitest'
import { anyone, type Ends } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { memoryClient } from '../fixtures/memory-client.js'
import { Subscriber } from '../topics/subscriber.js'
import { expectAlive, startServer } from './alive.js'

behaviour('calls without end', (test) => {
  test('T62 of a client: 256 run, the rest is answered with RP_OVERLOAD at once, and room comes back', async (ends) => {
    const { server, url } = await startServer(ends, { heartbeat: false })
    server.register('never', () => new Promise(() => {}))
    const peer = ends.peer(url)
    await peer.greet({ identity: 'mallory', timeout: 20_000 })
    for (let i = 0; i < 10_000; i++) peer.send(['never', 1, i * 2 + 1])
    for (let i = 256; i < 10_000; i++) {
      expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_OVERLOAD }, i * 2 + 1])
    }
    await ends.clock.advance(20_000)
    peer.send(['add', { a: 1, b: 2 }, 99_999])
    expect(await peer.next()).toEqual(['~wse:response', 3, 99_999])
    await expectAlive(ends, url)
  })

  test('T62 of a client: one that is cancelled makes room at once, and others have room of their own', async (ends) => {
    const { server, url } = await startServer(ends, { limits: { callsIn: 2 } })
    server.register('never', () => new Promise(() => {}))
    const peer = ends.peer(url)
    await peer.greet({ identity: 'mallory', timeout: 0 })
    for (const stamp of [1, 3, 5]) peer.send(['never', 1, stamp])
    expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_OVERLOAD }, 5])
    await expectAlive(ends, url)
    peer.send(['~wse:cancel', 'cancelled', 1])
    peer.send(['add', { a: 1, b: 2 }, 7])
    expect(await peer.next()).toEqual(['~wse:response', 3, 7])
  })

  test('T63 of our own: beyond 1,024 they reject at once, the others by their deadline', async (ends) => {
    const { server, url } = await startServer(ends)
    server.register('never', () => new Promise(() => {}))
    const client = ends.client(url)
    await client.connect('ann')
    const codes = Array.from({ length: 10_000 }, () => client.call('never').catch((error) => error.code))
    expect(new Set(await Promise.all(codes.slice(1_024)))).toEqual(new Set([WSE_ERROR.RP_TOO_MANY]))
    await ends.clock.advance(20_000)
    const answers = await Promise.all(codes.slice(0, 1_024))
    expect(answers.filter((code) => code === WSE_ERROR.RP_OVERLOAD || code === WSE_ERROR.RP_TIMEOUT).length).toBe(1_024)
    expect(client.inspect().pendingCalls).toBe(0)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  })

  test('T63 of the server to one client: likewise', async (ends) => {
    const { server, url } = await startServer(ends)
    const peer = ends.peer(url)
    await peer.greet({ identity: 'mallory' })
    const conn = connOf(server, 'mallory')
    const codes = Array.from({ length: 10_000 }, () => conn.call('never').catch((error) => error.code))
    expect(new Set(await Promise.all(codes.slice(1_024)))).toEqual(new Set([WSE_ERROR.RP_TOO_MANY]))
    await ends.clock.advance(20_000)
    expect(new Set(await Promise.all(codes.slice(0, 1_024)))).toEqual(new Set([WSE_ERROR.RP_TIMEOUT]))
  })
})

behaviour('subscriptions without end', (test) => {
  test('T64: of 100,000 topics a client asks for it is given 256, and the server keeps no more', async (ends) => {
    const { server } = await ends.server({ heartbeat: false })
    server.topic('t:{n}')
    const mallory = await Subscriber.enter(ends, server, 'mallory')
    const codes = new Map<string | undefined, number>()
    for (let from = 0; from < 100_000; from += 250) {
      const names = Array.from({ length: 250 }, (_, i) => `t:${from + i}`)
      const answers = (await mallory.subscribe(...names)) as { error?: { code: string } }[]
      for (const { error } of answers) codes.set(error?.code, (codes.get(error?.code) ?? 0) + 1)
    }
    expect([...codes]).toEqual([
      [undefined, 256],
      ['wse.topic.full', 99_744],
    ])
    expect(mallory.conn.topics).toEqual(Array.from({ length: 256 }, (_, i) => `t:${i}`))
    expect(server.topics.names.length).toBe(256)
    expect(server.inspect()).toMatchObject({ topics: 256, subscriptions: 256, topicTimers: 0 })
  })
})

describe('a client that does not read', () => {
  const frame = 'x'.repeat(64 * 1_024)

  async function paused(limits: LimitOptions = {}) {
    const clock = createTestClock()
    const server = new WseServer({ identify: anyone, clock, limits, connPerUser: 2 })
    const pairs: TransportPair[] = []
    const connect = async (cid: string) => {
      const client = memoryClient(server, clock, {}, (pair) => pairs.push(pair))
      await client.connect(cid)
      await clock.settle()
      return client
    }
    const slow = await connect('slow')
    const neighbour = await connect('neighbour')
    pairs[0]?.[0].pause()
    const [conn] = server.clients.get('slow')?.conns.values() ?? []
    if (!conn) throw new Error('not connected')
    const end = async () => {
      pairs[0]?.[0].resume()
      await Promise.all([slow.disconnect(), neighbour.disconnect(), server.close()])
      expect(clock.timers).toEqual([])
      expect(server.inspect().slowReaders).toBe(0)
    }
    return { clock, server, slow, neighbour, conn, resume: () => pairs[0]?.[0].resume(), end }
  }

  it('T60 is told queued above 256 KiB, and misses what is volatile', async () => {
    const { conn, end } = await paused()
    const results = Array.from({ length: 6 }, () => conn.send('frame', frame))
    expect(results).toEqual(['sent', 'sent', 'sent', 'queued', 'queued', 'queued'])
    expect(conn.send('frame', frame, { volatile: true })).toBe('dropped')
    await end()
  })

  it('T60 is closed with 4002 at once above four times the message size, and nobody else notices', async () => {
    const { server, conn, neighbour, clock, end } = await paused()
    const left = server.when.disconnected()
    const heard: unknown[] = []
    neighbour.channel.on('frame', (payload) => heard.push(payload))
    for (let i = 0; i < 80; i++) server.broadcast('frame', frame)
    expect((await left).slice(1)).toEqual([4002, 'wse.slow-reader'])
    await clock.settle()
    expect(heard.length).toBe(80)
    expect(conn.readyState).toBeGreaterThan(1)
    await end()
  })

  it('T60 is closed with 4002 above 1 MiB once it has read nothing for five seconds', async () => {
    const { server, conn, clock, end } = await paused()
    const left = server.when.disconnected()
    const reported = server.when.error()
    for (let i = 0; i < 20; i++) conn.send('frame', frame)
    await clock.advance(4_000)
    expect(conn.readyState).toBe(1)
    await clock.advance(2_000)
    expect((await left).slice(1)).toEqual([4002, 'wse.slow-reader'])
    expect(await reported).toMatchObject([{ code: WSE_ERROR.SLOW_READER }, { cid: 'slow' }])
    await end()
  })

  it('T60 is kept as long as it reads something', async () => {
    const { conn, clock, resume, end } = await paused()
    for (let i = 0; i < 20; i++) conn.send('frame', frame)
    await clock.advance(4_000)
    resume()
    await clock.advance(10_000)
    expect([conn.readyState, conn.buffered]).toEqual([1, 0])
    await end()
  })
})

behaviour('a rate of messages that a client ignores', (test) => {
  const burst = (client: WseClient) => {
    for (let i = 0; i < 500; i++) client.send('n', i)
  }

  async function flooded(ends: Ends, close: boolean) {
    const { server, url } = await startServer(ends, { limits: { messageRate: { perSecond: 100, burst: 5, close } } })
    const heard: unknown[] = []
    server.channel.on('n', (_, n) => heard.push(n))
    const client = ends.client(url)
    await client.connect('ann')
    return { server, url, heard, client }
  }

  test('T61 costs it time and nobody else, and nothing is lost', async (ends) => {
    const { server, url, heard, client } = await flooded(ends, false)
    burst(client)
    await expectAlive(ends, url)
    for (let seconds = 0; seconds < 60 && heard.length < 500; seconds++) await ends.clock.advance(1_000)
    expect(heard).toEqual(Array.from({ length: 500 }, (_, i) => i))
    // What came in one piece was handled on credit; its socket is read again once that is paid back.
    await ends.clock.advance(10_000)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(connOf(server, 'ann').readyState).toBe(1)
  })

  test('T61 closes it with 4004 where that is asked for, and nothing is heard of it afterwards', async (ends) => {
    const { server, url, heard, client } = await flooded(ends, true)
    const closed = client.when.closed()
    const after: unknown[] = []
    server.when.disconnected(() => server.channel.on('n', (_, n) => after.push(n)))
    burst(client)
    expect(await closed).toEqual([4004, 'wse.rate'])
    await expectAlive(ends, url)
    // The one that was too much is counted, so it is handled as well.
    expect([heard, after]).toEqual([[0, 1, 2, 3, 4, 5], []])
  })
})

describe('a rate of messages', () => {
  it('T61 beyond the limit is read more slowly, and nothing of it is lost', async () => {
    const { clock, server, client, heard } = await rated({ perSecond: 10, burst: 5 })
    for (let i = 0; i < 30; i++) client.send('n', i)
    await clock.settle()
    expect(heard.length).toBeLessThan(10)
    await clock.advance(5_000)
    expect(heard).toEqual(Array.from({ length: 30 }, (_, i) => i))
    await Promise.all([client.disconnect(), server.close()])
    expect(clock.timers).toEqual([])
  })

  it('T61: 10,000 a second are taken as fast as was allowed, and calls of others go on meanwhile', async () => {
    const { clock, server, client, heard } = await rated({ perSecond: 500, burst: 100 })
    server.register('add', (_, { a, b }) => a + b)
    const other = memoryClient(server, clock)
    await other.connect('bob')
    const answers: unknown[] = []
    for (let ms = 1; ms <= 2_000; ms++) {
      for (let i = 0; i < 10; i++) client.send('n', i)
      if (ms % 100 === 0) other.call('add', { a: ms, b: 1 }).then((sum) => answers.push(sum))
      await clock.advance(1)
      // What one turn of the client has sent is one frame, which is taken whole.
      expect(heard.length).toBeLessThanOrEqual(100 + ms / 2 + 10)
    }
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => 100 * (i + 1) + 1))
    expect(heard.length).toBeGreaterThan(1_000)
    expect(connOf(server, 'ann').readyState).toBe(1)
    await clock.advance(60_000)
    expect(heard.length).toBe(20_000)
    await Promise.all([client.disconnect(), other.disconnect(), server.close()])
    expect(clock.timers).toEqual([])
  })

  it('T61 beyond the limit is closed with 4004 where that is asked for', async () => {
    const { clock, server, client, heard } = await rated({ perSecond: 10, burst: 5, close: true })
    const closed = client.when.closed()
    for (let i = 0; i < 30; i++) client.send('n', i)
    expect(await closed).toEqual([4004, 'wse.rate'])
    expect(heard).toEqual([0, 1, 2, 3, 4, 5])
    await Promise.all([client.disconnect(), server.close()])
    expect(clock.timers).toEqual([])
  })

  it('T61 of a client that leaves while it is not read leaves no timer', async () => {
    const { clock, server, client } = await rated({ perSecond: 0.01, burst: 1 })
    for (let i = 0; i < 30; i++) client.send('n', i)
    await clock.settle()
    const gone = client.disconnect()
    await clock.advance(60_000)
    await gone
    await server.close()
    expect(clock.timers).toEqual([])
    expect(Object.values(server.inspect()).some(Boolean)).toBe(false)
  })

  async function rated(messageRate: LimitOptions['messageRate']) {
    const clock = createTestClock()
    const server = new WseServer({ identify: anyone, clock, limits: { messageRate } })
    const heard: unknown[] = []
    server.channel.on('n', (_, n) => heard.push(n))
    const client = memoryClient(server, clock)
    await client.connect('ann')
    return { clock, server, client, heard }
  }
})

behaviour('T68 a time-out that makes no sense', (test) => {
  for (const timeout of [Number.NaN, -1, 2 ** 31, '5', Number.POSITIVE_INFINITY, null]) {
    test(`such as ${typeof timeout} ${timeout} is refused at once, by both ends`, async (ends) => {
      const { server, url } = await startServer(ends)
      const client = ends.client(url)
      await client.connect('ann')
      const options = { timeout: timeout as number }
      const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'timeout' } })
      await expect(client.call('add', { a: 1, b: 2 }, options)).rejects.toEqual(invalid)
      await expect(connOf(server, 'ann').call('any', 1, options)).rejects.toEqual(invalid)
      expect(client.inspect().pendingCalls).toBe(0)
    })
  }
})
