import { describe, expect, test } from 'vitest'
import { type FakeClient, type FakeServer, fakeWorld, forget, openWorld } from './fake-ends.test-helper.js'
import type { World } from './world.js'

/** Chatter under faults. */
async function chatter(world: World<FakeServer, FakeClient>): Promise<void> {
  const server = world.server()
  const clients = [world.client(), world.client({ name: 'bob' })]
  server.react = (data, transport) => transport.send(`re ${data} ${server.clock.random().toFixed(3)}`)
  world.shake({ cut: 0.05, halfOpen: 0.05, stall: 0.2, every: 100 })
  for (const client of clients) client.dial()
  for (let i = 0; i < 50; i++) {
    for (const client of clients) {
      if (client.transport.state === 'closed') client.dial()
      client.transport.send(`${i} ${world.random().toFixed(3)}`)
    }
    await world.advance(37)
  }
  world.calm()
}

describe('a world', () => {
  test('is the same for the same seed, byte for byte', async () => {
    async function transcript(seed: number) {
      const world = fakeWorld({ seed, latency: 20, jitter: 5 })
      await chatter(world)
      await world.close()
      return world.transcript()
    }
    const one = await transcript(1)
    expect(one.length).toBeGreaterThan(5_000)
    expect(await transcript(1)).toBe(one)
    expect(await transcript(2)).not.toBe(one)
  })

  test('gives each party a chance of its own', async () => {
    const draws = [true, false].map((more) => {
      const world = fakeWorld({ seed: 3 })
      const [server, client] = [world.server(), world.client()]
      if (more) server.clock.random()
      if (more) world.random()
      return [client.clock.random(), ...client.clock.randomBytes(4)]
    })
    expect(draws[0]).toEqual(draws[1])
    const world = fakeWorld()
    const parties = [world.server(), world.server('b'), world.client(), world.client()]
    expect(new Set(parties.map(({ clock }) => clock.random())).size).toBe(4)
  })

  test('knows servers and clients by name', () => {
    const world = fakeWorld()
    expect(() => world.client()).toThrow('there is no server')
    const [one, two] = [world.server(), world.server('b')]
    expect([world.urlOf(one), world.urlOf(two)]).toEqual(['ws://world.test/server', 'ws://world.test/b'])
    expect(() => world.server('b')).toThrow('there is a server b already')
    expect(world.client().env.url).toBe(world.urlOf(one))
    expect(world.client({ to: two }).env.url).toBe(world.urlOf(two))
    const client = world.client()
    expect(() => world.link(client)).toThrow('client 3 has made no link yet')
    const other = fakeWorld()
    expect(() => other.link(client)).toThrow('no client of this world')
    expect(() => other.crash(one)).toThrow('no server of this world')
  })

  test('lists links, newest last', async () => {
    const { world, client, link } = await openWorld()
    const bob = world.client()
    bob.dial()
    client.dial()
    expect(world.links().map(({ id }) => id)).toEqual([1, 2, 3])
    expect(world.links(client).map(({ id }) => id)).toEqual([1, 3])
    expect([link.id, world.link(client).id]).toEqual([1, 3])
  })

  test('writes down what happened', async () => {
    const { world, server, client, link } = await openWorld({ latency: 20 })
    client.transport.send('["add",[1,2],1]')
    await world.advance(20.5)
    server.transport.send(new Uint8Array([1, 255]))
    client.transport.send('x'.repeat(300))
    link.cut()
    world.crash(server)
    expect(world.transcript().split('\n')).toEqual([
      '         0           start server',
      '         0 #1        dials ws://world.test/server',
      '         0 #1   up   1 open',
      '        20 #1   up   1 arrives',
      '        20 #1   down 1 opened',
      '        40 #1   down 1 arrives',
      '        40 #1   up   2 ["add",[1,2],1]',
      '        60 #1   up   2 arrives',
      '      60.5 #1   down 2 <2 bytes 01ff>',
      `      60.5 #1   up   3 ${'x'.repeat(200)}…`,
      '      60.5 #1        cut',
      '      60.5 #1   up   3 is lost',
      '      60.5 #1   down 2 is lost',
      '      60.5           crash server',
    ])
  })
})

describe('shake', () => {
  test('disturbs until it is calm, and then all can recover', async () => {
    const { world, server, client } = await openWorld()
    world.shake({ stall: 1, every: 10 })
    await world.advance(10)
    for (const { send } of [client.transport, server.transport]) send.call(client.transport, 'x')
    world.calm()
    await world.settle()
    expect(server.seen).toEqual(['x', 'x'])
    expect(world.clock.armed).toBe(0)
    world.shake({ halfOpen: 1, every: 10 })
    await world.advance(30)
    expect(world.link(client).state('client')).toBe('open')
    world.calm()
    await world.settle()
    expect(client.seen).toEqual(['close 1006'])
  })

  test('ends by itself', async () => {
    const { world, client } = await openWorld()
    world.shake({ cut: 0, every: 100, for: 250 })
    await world.advance(249)
    expect(world.clock.armed).toBe(1)
    await world.advance(1)
    expect(world.clock.armed).toBe(0)
    expect(client.transport.state).toBe('open')
    expect(() => world.shake({ every: 0 })).toThrow(RangeError)
  })
})

describe('close', () => {
  test('takes down whatever state things are in', async () => {
    const world = fakeWorld({ latency: 10, jitter: 3 })
    const server = world.server()
    const clients = Array.from({ length: 8 }, () => world.client())
    for (const client of clients) client.dial()
    await world.advance(50)
    const [one, two, three, four, five, six] = clients.map((client) => ({ client, link: world.link(client) }))
    one?.link.halfOpen('down')
    two?.link.stall()
    three?.link.hold()
    if (four) world.partition(four.client, server)
    four?.client.dial()
    if (five) world.sleep(five.client)
    six?.link.cut('server')
    clients[6]?.dial()
    world.shake({ cut: 0.5 })
    expect(await world.close()).toEqual([])
  })

  test('says what was left behind, once', async () => {
    const { world, client, server } = await openWorld()
    client.clock.setTimer(() => {}, 1_000_000)
    client.disconnect = () => Promise.reject(new Error('no'))
    Object.assign(server, { inspect: () => ({ links: 2, clients: 0 }) })
    const left = await world.close()
    expect(left).toEqual([
      'client failed to go: Error: no',
      'the clock has 1 armed timer: one of 1000000 ms due at 1000000 ms',
      'server still holds links: 2',
    ])
    expect(await world.close()).toBe(left)
  })

  test('does not wait for ever', async () => {
    const { world, client, server } = await openWorld()
    client.disconnect = () => new Promise(() => {})
    server.close = () => Promise.resolve()
    expect(await world.close()).toEqual([
      '1 did not go within 60 s',
      'link 1 at the client is open, not closed',
      'link 1 at the server is open, not closed',
    ])
    forget(client)
  })
})
