import { describe, expect, test } from 'vitest'
import { fakeWorld, forget, openWorld } from './fake-ends.test-helper.js'

describe('manual mode', () => {
  test('opens, carries and closes by hand, within the calls', async () => {
    const world = fakeWorld({ hold: true, latency: 1_000 })
    const [server, client] = [world.server(), world.client()]
    client.dial()
    const link = world.link(client)
    expect([link.waiting('up'), link.waiting('down')]).toEqual([1, 0])
    expect(link.deliver('up')).toBe(1)
    expect(server.seen).toEqual(['accepted'])
    expect(link.deliver('down')).toBe(1)
    expect(client.seen).toEqual(['open'])
    for (const frame of ['one', 'two', 'three']) client.transport.send(frame)
    server.react = (data, transport) => transport.send(`re ${data}`)
    expect(link.deliver('up', 2)).toBe(2)
    expect(server.seen).toEqual(['accepted', 'one', 'two'])
    expect(link.waiting('up')).toBe(1)
    expect(link.deliver('down', Number.POSITIVE_INFINITY)).toBe(2)
    expect(link.deliver('down')).toBe(0)
    server.transport.close(4001, '')
    expect(link.deliver('down')).toBe(1)
    expect(client.seen).toEqual(['open', 're one', 're two', 'close 4001'])
    expect(link.deliver('up', 9)).toBe(2)
    expect(server.seen).toEqual(['accepted', 'one', 'two', 'three', 'close 4001'])
  })

  test('nothing arrives by itself until it is released', async () => {
    const { world, server, client, link } = await openWorld({ latency: 10 })
    client.transport.send('one')
    link.hold()
    await world.advance(1_000)
    expect(server.seen).toEqual([])
    link.release()
    await world.settle()
    expect(server.seen).toEqual(['one'])
  })

  test('delivers nothing that is stalled, lost, paused or at a sleeper', async () => {
    const { world, server, client, link } = await openWorld()
    link.hold()
    for (const frame of ['one', 'two', 'three']) client.transport.send(frame)
    link.stall('up')
    expect(link.deliver('up')).toBe(0)
    link.heal('up')
    server.transport.pause?.()
    expect(link.deliver('up')).toBe(0)
    server.transport.resume?.()
    world.sleep(server)
    expect(link.deliver('up')).toBe(0)
    world.wake(server)
    expect(link.deliver('up')).toBe(1)
    link.halfOpen('up')
    expect([link.waiting('up'), link.deliver('up')]).toEqual([0, 0])
    expect(server.seen).toEqual(['one'])
  })

  test('cut is told within the call', async () => {
    const { server, client, link } = await openWorld()
    link.hold()
    link.cut()
    expect([server.seen, client.seen]).toEqual([['close 1006'], ['close 1006']])
  })

  test('refuses what needs it on a link that is not held', async () => {
    const { link } = await openWorld()
    expect(() => link.deliver('up')).toThrow('link 1 is not held')
    expect(() => link.batch('up', 2)).toThrow('link 1 is not held')
  })
})

describe('batch', () => {
  async function waiting(...frames: (string | Uint8Array)[]) {
    const { world, server, client, link } = await openWorld()
    link.hold()
    for (const frame of frames) client.transport.send(frame)
    return { world, server, client, link }
  }

  test('joins what waits, as far as it may', async () => {
    const { server, link, world } = await waiting('["a",1]', '["b",2]', '["~wse:ack",3]', '["c"]')
    expect(link.batch('up', 9)).toBe(2)
    expect(link.waiting('up')).toBe(3)
    expect(link.deliver('up', 9)).toBe(3)
    expect(server.seen).toEqual(['[["a",1],["b",2]]', '["~wse:ack",3]', '["c"]'])
    expect(world.transcript()).toContain('up   2 to 3 are joined in 2')
    forget(server)
  })

  test('joins no more than asked for', async () => {
    const { link } = await waiting('["a",1]', '["b",2]', '["c",3]')
    expect(link.batch('up', 2)).toBe(2)
    expect(link.waiting('up')).toBe(2)
  })

  test.each([
    ['one alone', ['["a",1]']],
    ['a link frame first', ['["~wse:hi",{}]', '["a",1]', '["b",2]']],
    ['a batch', ['[["a",1],["b",2]]', '["c"]']],
    ['bytes', [new Uint8Array([1]), '["c"]']],
    ['bytes behind', ['["c"]', new Uint8Array([1])]],
    ['nothing', []],
  ])('joins nothing: %s', async (_, frames) => {
    const { link } = await waiting(...frames)
    expect(link.batch('up', 3)).toBe(0)
    expect(link.waiting('up')).toBe(frames.length)
  })

  test('joins no close', async () => {
    const { link, client } = await waiting('["a",1]')
    client.transport.close(1000, '')
    expect(link.batch('up', 2)).toBe(0)
  })
})
