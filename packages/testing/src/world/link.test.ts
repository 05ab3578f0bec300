import { describe, expect, test } from 'vitest'
import { transportConformance } from '../transport-conformance.js'
import { fakeWorld, forget, openWorld } from './fake-ends.test-helper.js'

transportConformance({
  name: 'a link of a world',
  test,
  createPair: async () => {
    const { world, server, client } = await openWorld()
    return { a: client.transport, b: server.transport, dispose: async () => world.link(client).cut() }
  },
})

describe('opening', () => {
  test('reaches the server after one way, the client after both', async () => {
    const world = fakeWorld({ latency: 20 })
    const [server, client] = [world.server(), world.client()]
    client.dial()
    expect(client.transport.state).toBe('connecting')
    await world.advance(19)
    expect(server.seen).toEqual([])
    await world.advance(1)
    expect(server.seen).toEqual(['accepted'])
    await world.advance(20)
    expect(client.seen).toEqual(['open'])
    expect([client.transport.protocol, server.transport.protocol]).toEqual(['wse-default-json', 'wse-default-json'])
  })

  test('tells the server who asks, and for what', async () => {
    const world = fakeWorld()
    const [server, ann] = [world.server('a b'), world.client({ name: 'ann' })]
    const bob = world.client({ name: 'bob' })
    ann.dial(`${world.urlOf(server)}?token=1`)
    bob.dial()
    await world.settle()
    expect(server.requests).toEqual([
      { headers: {}, url: '/a%20b?token=1', remoteAddress: '10.0.0.0' },
      { headers: {}, url: '/a%20b', remoteAddress: '10.0.0.1' },
    ])
  })

  test('fails at a url where nobody is', async () => {
    const world = fakeWorld()
    const client = world.client({ to: 'ws://nowhere.test' })
    client.dial()
    expect(client.seen).toEqual([])
    await world.settle()
    expect(client.seen).toEqual(['close 1006'])
  })

  test('terminated on its way ends at both', async () => {
    const world = fakeWorld({ latency: 10 })
    const [server, client] = [world.server(), world.client()]
    client.dial().terminate()
    await world.advance(20)
    expect(client.seen).toEqual(['close 1006'])
    expect(server.seen).toEqual(['accepted', 'close 1006'])
    expect(await world.close()).toEqual([])
  })
})

describe('time', () => {
  test('latency is each way, and order is kept when it falls', async () => {
    const { world, server, client, link } = await openWorld({ latency: 20 })
    client.transport.send('one')
    link.latency(5)
    client.transport.send('two')
    server.transport.send('down')
    await world.advance(5)
    expect([server.seen, client.seen]).toEqual([[], ['down']])
    await world.advance(15)
    expect(server.seen).toEqual(['one', 'two'])
  })

  test('jitter is at most what was asked for, and by seed', async () => {
    async function arrivals(seed: number) {
      const { world, server, client } = await openWorld({ seed, latency: 10, jitter: 10 })
      const at: number[] = []
      server.react = () => at.push(world.clock.now() - 40)
      for (let i = 0; i < 20; i++) {
        client.transport.send(`${i}`)
        await world.advance(100)
      }
      return at.map((time, index) => time - index * 100)
    }
    const times = await arrivals(1)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...times)).toBeLessThanOrEqual(20)
    expect(new Set(times).size).toBeGreaterThan(10)
    expect(await arrivals(1)).toEqual(times)
    expect(await arrivals(2)).not.toEqual(times)
  })

  test('slices: a frame arrives with its last one, and a cut before it loses it', async () => {
    const { world, server, client, link } = await openWorld({ latency: 5 })
    link.slice({ bytes: 10, every: 100 })
    client.transport.send('x'.repeat(25))
    client.transport.send('y')
    expect(client.transport.bufferedAmount).toBe(26)
    await world.advance(304)
    expect(server.seen).toEqual([])
    await world.advance(1)
    expect(server.seen).toEqual(['x'.repeat(25)])
    await world.advance(99)
    expect(client.transport.bufferedAmount).toBe(0)
    link.cut()
    await world.advance(1_000)
    expect(server.seen).toEqual(['x'.repeat(25), 'close 1006'])
  })

  test('slices: tells when there is room again', async () => {
    const { world, client, link } = await openWorld()
    link.slice({ bytes: 10, every: 100 })
    client.transport.send('x'.repeat(30))
    await world.advance(299)
    expect(client.seen).toEqual([])
    await world.advance(1)
    expect(client.seen).toEqual(['drain'])
    link.slice(null)
    client.transport.send('x'.repeat(30))
    expect(client.transport.bufferedAmount).toBe(0)
  })
})

test('terminate: what had left arrives, the rest is lost, and the end is not late', async () => {
  const { world, server, client, link } = await openWorld({ latency: 5 })
  link.slice({ bytes: 10, every: 100 })
  client.transport.send('one')
  client.transport.send('two')
  await world.advance(100)
  client.transport.terminate()
  await world.advance(105)
  expect(server.seen).toEqual(['one', 'close 1006'])
})

describe('faults', () => {
  test('cut: both ends see 1006 at once, what was on its way is lost', async () => {
    const { world, server, client, link } = await openWorld({ latency: 20 })
    client.transport.send('lost')
    link.cut()
    expect([link.state('client'), link.state('server')]).toEqual(['closed', 'closed'])
    await world.settle()
    expect([client.seen, server.seen]).toEqual([['close 1006'], ['close 1006']])
    link.cut()
    await world.advance(100)
    expect(server.seen).toEqual(['close 1006'])
  })

  test('cut at one end: the other never notices by itself', async () => {
    const { world, server, client, link } = await openWorld()
    link.cut('client')
    await world.advance(1_000_000)
    expect([client.seen, server.seen]).toEqual([['close 1006'], []])
    server.transport.send('into the void')
    server.transport.close(4001, '')
    await world.advance(1_000)
    expect([server.seen, link.state('server')]).toEqual([[], 'closing'])
    link.cut()
    await world.settle()
    expect(server.seen).toEqual(['close 1006'])
  })

  test.each(['up', 'down'] as const)('half-open %s: silence that way only, for good', async (way) => {
    const { world, server, client, link } = await openWorld({ latency: 10 })
    client.transport.send('u1')
    server.transport.send('d1')
    link.halfOpen(way)
    link.heal()
    client.transport.send('u2')
    server.transport.send('d2')
    await world.advance(100)
    expect(server.seen).toEqual(way === 'up' ? [] : ['u1', 'u2'])
    expect(client.seen).toEqual(way === 'down' ? [] : ['d1', 'd2'])
    expect([link.state('client'), link.state('server')]).toEqual(['open', 'open'])
  })

  test('stall: kept back in order, delivered after heal', async () => {
    const { world, server, client, link } = await openWorld({ latency: 10 })
    client.transport.send('one')
    link.stall('up')
    client.transport.send('two')
    server.transport.send('down')
    await world.advance(1_000)
    expect([server.seen, client.seen]).toEqual([[], ['down']])
    link.heal('up')
    client.transport.send('three')
    await world.settle()
    expect(server.seen).toEqual(['one', 'two'])
    await world.advance(10)
    expect(server.seen).toEqual(['one', 'two', 'three'])
  })

  test('a link that has ended takes no fault', async () => {
    const { world, link, client } = await openWorld()
    client.transport.close(1000, '')
    await world.settle()
    const { events } = world
    for (const act of [link.cut, link.stall, link.heal, link.halfOpen]) act.call(link)
    expect(world.events).toBe(events)
  })
})

test('flow: a reader that pauses, corked writes, pings', async () => {
  const { world, server, client } = await openWorld()
  server.transport.pause?.()
  client.transport.send('one')
  client.transport.ping?.()
  await world.settle()
  expect([server.seen, client.transport.bufferedAmount]).toEqual([[], 3])
  server.transport.resume?.()
  await world.settle()
  expect([server.seen, client.seen]).toEqual([['one'], ['drain', 'pong']])
  forget(server, client)
  client.transport.cork?.()
  client.transport.send('two')
  expect(client.transport.bufferedAmount).toBe(3)
  client.transport.terminate()
  await world.settle()
  expect(server.seen).toEqual(['close 1006'])
})
