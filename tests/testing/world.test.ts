import { WseClient, type WseClientOptions } from '@wse/client'
import { type Identify, WseServer } from '@wse/server'
import { createWorld, explore, type WorldOptions } from '@wse/testing'
import { describe, expect, test } from 'vitest'

const anyone: Identify = ({ identity, accept }) => accept(String(identity), { hello: identity })

/** A world of the real ends, whose servers add. */
function realWorld(
  options: Partial<WorldOptions<WseServer, WseClient>> = {},
  clientOptions: WseClientOptions = { re: true },
) {
  return createWorld({
    server: (env) => {
      const server = new WseServer({ ...env, identify: anyone })
      server.register('add', (_, { a, b }) => a + b)
      return server
    },
    client: (env) => new WseClient({ ...env, ...clientOptions }),
    ...options,
  })
}

type RealWorld = ReturnType<typeof realWorld>

/** A world with a server, and a client that is READY. */
async function connected(options: Partial<WorldOptions<WseServer, WseClient>> = {}) {
  const world = realWorld(options)
  const [server, client] = [world.server(), world.client()]
  void client.connect('ann')
  await world.advance(200)
  expect(client.status).toBe('READY')
  return { world, server, client }
}

describe('a world of the real ends', () => {
  test('connects and calls, in the time the network takes', async () => {
    const world = realWorld({ latency: 20 })
    const server = world.server()
    const client = world.client()
    const welcome = client.connect('ann')
    await world.advance(79)
    expect(client.status).toBe('CONNECTING')
    await world.advance(1)
    expect(await welcome).toEqual({ hello: 'ann' })
    expect([...server.clients.keys()]).toEqual(['ann'])
    const sum = client.call('add', { a: 1, b: 2 })
    await world.advance(40)
    expect(await sum).toBe(3)
    expect(await world.close()).toEqual([])
  })

  test('comes back after a cut', async () => {
    const { world, server, client } = await connected()
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    const retrying = client.when.retrying()
    world.link(client).cut()
    await world.settle()
    const { delay } = await retrying
    expect([client.status, conn?.state]).toEqual(['RE_CONNECTING', 'suspended'])
    const resumed = server.when.resumed()
    await world.advance(delay)
    expect([client.status, world.links(client).length]).toEqual(['READY', 2])
    expect([await resumed, conn?.state]).toEqual([conn, 'live'])
    expect(await world.close()).toEqual([])
  })

  test('a call over a half-open link fails by its own time-out', async () => {
    const { world, client } = await connected()
    world.link(client).halfOpen('up')
    const failed = client.call('add', { a: 1, b: 2 }, { timeout: 500 }).catch(({ code }) => code)
    await world.advance(500)
    expect(await failed).toBe('wse.client.rp.timeout')
    expect(await world.close()).toEqual([])
  })

  test('finds the server again after crash and restart', async () => {
    const { world, server, client } = await connected({ latency: 5 })
    world.crash(server)
    await world.advance(10_000)
    expect(client.status).toBe('RE_CONNECTING')
    const again = world.restart(server)
    await world.advance(20_000)
    expect(client.status).toBe('READY')
    expect([...again.clients.keys()]).toEqual(['ann'])
    const sum = client.call('add', { a: 2, b: 3 })
    await world.advance(10)
    expect(await sum).toBe(5)
    expect(await world.close()).toEqual([])
  })

  test('waits out a partition', async () => {
    const { world, server, client } = await connected()
    world.partition(client, server)
    world.link(client).cut('client')
    await world.advance(60_000)
    expect(client.status).toBe('RE_CONNECTING')
    world.join(client, server)
    await world.advance(30_000)
    expect(client.status).toBe('READY')
    expect(await world.close()).toEqual([])
  })

  test('sleeps over a time-out', async () => {
    const { world, client } = await connected()
    world.link(client).stall('up')
    const failed = client.call('add', { a: 1, b: 2 }, { timeout: 500 }).catch(({ code }) => code)
    let settled = false
    void failed.then(() => {
      settled = true
    })
    world.sleep(client)
    await world.advance(10_000)
    expect(settled).toBe(false)
    world.wake(client)
    await world.settle()
    expect(settled).toBe(true)
    expect(await failed).toBe('wse.client.rp.timeout')
    expect(await world.close()).toEqual([])
  })

  test('shakes hands by hand, without a turn of the event loop', async () => {
    const world = realWorld({ hold: true })
    const [server, client] = [world.server(), world.client()]
    const welcome = client.connect('ann')
    const link = world.link(client)
    for (const way of ['up', 'down', 'up'] as const) expect(link.deliver(way)).toBe(1)
    expect(server.clients.size).toBe(1)
    expect(link.deliver('down', Number.POSITIVE_INFINITY)).toBeGreaterThan(0)
    expect(client.status).toBe('READY')
    expect(link.waiting('up')).toBe(0)
    await welcome
    await world.settle()
    const sums = [client.call('add', { a: 1, b: 2 }), client.call('add', { a: 3, b: 4 })]
    expect(link.batch('up', 2)).toBe(2)
    expect(link.deliver('up')).toBe(1)
    await null
    expect(link.deliver('down', Number.POSITIVE_INFINITY)).toBeGreaterThan(0)
    expect(await Promise.all(sums)).toEqual([3, 7])
    expect(await world.close()).toEqual([])
  })
})

/** Calls under faults; every call settles, and every client is READY in the end. */
async function stormy(world: RealWorld): Promise<void> {
  const server = world.server()
  const clients = ['ann', 'bob', 'cid'].map((name) => world.client({ to: server, name }))
  for (const [index, client] of clients.entries()) void client.connect(`user ${index}`)
  await world.advance(500)
  world.shake({ cut: 0.1, halfOpen: 0.05, stall: 0.2, every: 400, for: 8_000 })
  let pending = 0
  for (let i = 0; i < 40; i++) {
    const client = clients[Math.floor(world.random() * clients.length)]
    pending++
    const settle = () => {
      pending--
    }
    client?.call('add', { a: i, b: i }, { timeout: 2_000 }).then(settle, settle)
    await world.advance(200)
  }
  await world.advance(60_000)
  expect(pending).toBe(0)
  expect(clients.map(({ status }) => status)).toEqual(['READY', 'READY', 'READY'])
}

describe('seeds', () => {
  const make = (seed: number) => realWorld({ seed, latency: 20, jitter: 30 })

  test('the same transcript for the same seed, byte for byte', async () => {
    async function transcript(seed: number) {
      const world = make(seed)
      await stormy(world)
      expect(await world.close()).toEqual([])
      return world.transcript()
    }
    const one = await transcript(1)
    expect(one).toContain('"add"')
    expect(await transcript(1)).toBe(one)
    expect(await transcript(2)).not.toBe(one)
  })

  test('a storm is survived, whatever the seed', async () => {
    await explore({ seeds: 25 }, make, stormy)
  })

  test('explore prints a seed that fails, and replays it', async () => {
    async function impatient(world: RealWorld): Promise<void> {
      world.server()
      const client = world.client()
      void client.connect('ann')
      world.shake({ cut: 0.1, every: 100, for: 1_000 })
      await world.advance(1_000)
      if (client.status !== 'READY') throw new Error(`the client is ${client.status}`)
    }
    const messageOf = (running: Promise<void>): Promise<string> =>
      running.then(
        () => 'it did not fail',
        ({ message }) => message,
      )
    const message = await messageOf(explore({ seeds: 100 }, make, impatient))
    expect(message).toMatch(/^seed \d+: the client is RE_CONNECTING\n/)
    const seed = Number(message.slice('seed '.length, message.indexOf(':')))
    expect(await messageOf(explore({ seed }, make, impatient))).toBe(message)
  })
})
