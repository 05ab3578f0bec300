import { describe, expect, test } from 'vitest'
import { fakeWorld, forget, openWorld } from './fake-ends.test-helper.js'

describe('partition', () => {
  test('silences what is open, keeps new links connecting until joined', async () => {
    const { world, server, client, link } = await openWorld()
    world.partition(client, server)
    client.transport.send('lost?')
    client.dial()
    await world.advance(100_000)
    expect([server.seen, client.seen, client.transport.state]).toEqual([[], [], 'connecting'])
    world.join(client, server)
    await world.settle()
    expect([server.seen, client.seen]).toEqual([['accepted'], ['open']])
    link.heal()
    await world.settle()
    expect(server.seen).toEqual(['accepted', 'lost?'])
  })

  test('cannot be healed link by link, and is between two', async () => {
    const { world, server, client, link } = await openWorld()
    const [other, bob] = [world.server('b'), world.client()]
    bob.dial()
    client.dial(world.urlOf(other))
    world.partition(client, server)
    link.heal()
    client.transports[0]?.send('one')
    await world.settle()
    expect([server.seen, bob.seen, client.seen]).toEqual([['accepted'], ['open'], ['open']])
  })

  test('a link terminated meanwhile never reaches the server', async () => {
    const { world, server, client } = await openWorld()
    world.partition(client, server)
    client.dial().terminate()
    world.join(client, server)
    await world.settle()
    expect([server.seen, client.seen]).toEqual([[], ['close 1006']])
  })
})

test('refuse: new links end, old ones go on', async () => {
  const { world, server, client, link } = await openWorld()
  world.refuse(server)
  client.dial()
  await world.settle()
  expect(client.seen).toEqual(['close 1006'])
  expect(link.state('client')).toBe('open')
  world.admit(server)
  client.dial()
  await world.settle()
  expect(client.seen).toEqual(['close 1006', 'open'])
})

describe('crash', () => {
  test('ends links after what was on its way; the dead have no effect', async () => {
    const { world, server, client } = await openWorld({ latency: 10 })
    let fired = 0
    server.clock.setTimer(() => fired++, 5)
    server.transport.send('last words')
    client.transport.send('too late')
    world.crash(server)
    server.transport.send('ghost')
    server.transport.close(4001, '')
    server.clock.setTimer(() => fired++, 0)
    await world.advance(9)
    expect(client.seen).toEqual([])
    await world.advance(1_000)
    expect([client.seen, server.seen, fired]).toEqual([['last words', 'close 1006'], [], 0])
    expect(world.clock.armed).toBe(0)
    expect(() => world.crash(server)).toThrow('it is gone already')
  })

  test('silent: links go half-open', async () => {
    const { world, server, client, link } = await openWorld({ latency: 10 })
    server.transport.send('lost')
    world.crash(server, { silent: true })
    client.transport.send('anybody?')
    await world.advance(100_000)
    expect([client.seen, link.state('client')]).toEqual([[], 'open'])
    link.cut()
    await world.settle()
    expect(client.seen).toEqual(['close 1006'])
    expect(server.seen).toEqual([])
  })

  test('refuses new links until restart, which is another server at the same url', async () => {
    const { world, server, client } = await openWorld({ latency: 10 })
    world.crash(server)
    client.dial()
    await world.advance(100)
    expect(client.seen.sort()).toEqual(['close 1006', 'close 1006'])
    forget(client)
    const again = world.restart(server)
    expect(again).not.toBe(server)
    expect(world.urlOf(again)).toBe(world.urlOf(server))
    expect([...again.clock.randomBytes(8)]).not.toEqual([...server.clock.randomBytes(8)])
    client.dial()
    await world.advance(100)
    expect([client.seen, again.seen, server.seen]).toEqual([['open'], ['accepted'], []])
    expect(await world.close()).toEqual([])
  })

  test('turns away who is on the way to it', async () => {
    const world = fakeWorld({ latency: 10 })
    const [server, client] = [world.server(), world.client()]
    client.dial()
    world.crash(server, { silent: true })
    await world.advance(20)
    expect(client.seen).toEqual(['close 1006'])
  })

  test('a client can crash, too', async () => {
    const { world, server, client } = await openWorld()
    world.crash(client)
    await world.settle()
    expect([server.seen, client.seen]).toEqual([['close 1006'], []])
    expect(await world.close()).toEqual([])
  })

  test('restart takes the place of one that is still there', async () => {
    const { world, server, client } = await openWorld()
    world.restart(server)
    await world.settle()
    expect(client.seen).toEqual(['close 1006'])
  })
})

describe('sleep', () => {
  async function asleep() {
    const { world, server, client, link } = await openWorld()
    const fired: string[] = []
    client.clock.setTimer(() => fired.push(`second at ${client.clock.now()}`), 200)
    client.clock.setTimer(() => fired.push(`first at ${client.clock.now()}`), 100)
    await world.advance(50)
    world.sleep(client)
    server.transport.send('hello')
    await world.advance(1_000)
    expect([fired, client.seen, client.clock.now()]).toEqual([[], [], 50])
    client.react = (data) => fired.push(data)
    return { world, client, server, link, fired }
  }

  test('the clock jumps: overdue timers fire in order, then what waited arrives', async () => {
    const { world, client, fired } = await asleep()
    world.wake(client)
    expect(client.clock.now()).toBe(1_050)
    await world.settle()
    expect(fired).toEqual(['first at 1050', 'second at 1050', 'hello'])
  })

  test('the clock stops: timers go on where they were', async () => {
    const { world, client, fired } = await asleep()
    world.wake(client, { clock: 'stops' })
    await world.settle()
    expect([fired, client.clock.now()]).toEqual([['hello'], 50])
    await world.advance(50)
    await world.advance(100)
    expect(fired).toEqual(['hello', 'first at 100', 'second at 200'])
  })

  test('learns of a lost link when it wakes', async () => {
    const { world, client, link } = await asleep()
    link.cut()
    await world.settle()
    expect(client.seen).toEqual([])
    world.wake(client)
    await world.settle()
    expect(client.seen).toEqual(['close 1006'])
  })

  test('timers set and cleared while asleep', async () => {
    const { world, client, fired } = await asleep()
    const cleared = client.clock.setTimer(() => fired.push('cleared'), 10)
    client.clock.setTimer(() => fired.push('set'), 10)
    client.clock.clearTimer(cleared)
    world.wake(client, { clock: 'stops' })
    await world.advance(10)
    expect(fired).toEqual(['hello', 'set'])
  })
})
