import { WseError } from '@wse/client'
import { instrumentServer } from '@wse/opentelemetry'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { traced } from './fixture.js'
import { Meters } from './sdk.js'

const SYSTEM = { 'rpc.system.name': 'wse' }
const [SERVER, CLIENT] = [{ 'wse.end': 'server' }, { 'wse.end': 'client' }]

behaviour('metrics', (test) => {
  test('count calls by name, way and outcome; names that nobody registered are none', async (ends) => {
    const meters = new Meters()
    const { server, client, conn } = await traced(ends, meters)
    server.register('add', () => 1)
    server.register('big', () => {
      throw new WseError('TOO_BIG')
    })
    client.register('ok', () => true)
    for (const name of ['add', 'add', 'big', 'missing']) await client.try(name)
    await conn.call('ok')
    const big = { 'rpc.method': 'big', 'rpc.response.status_code': 'TOO_BIG', 'error.type': 'TOO_BIG' }
    const calls = await meters.read('wse.calls')
    const way = (direction: string) => {
      const own = calls.filter(({ attributes }) => attributes['wse.direction'] === direction)
      return own.map(({ value, attributes: { 'wse.direction': _, ...rest } }) => [value, rest])
    }
    const common = [
      [2, { ...SYSTEM, 'rpc.method': 'add' }],
      [1, { ...SYSTEM, ...big }],
    ]
    const ok = [1, { ...SYSTEM, 'rpc.method': 'ok' }]
    expect(way('in')).toEqual([...common, ok])
    expect(way('out')).toMatchObject([...common, [1, { 'rpc.method': 'missing' }], ok])
  })

  test('have a bounded number of series, whatever the other end answers with', async (ends) => {
    const meters = new Meters()
    const { client, conn } = await traced(ends, meters)
    let n = 0
    client.register('junk', () => {
      throw new WseError(`CODE_${n++}${n > 150 ? 'x'.repeat(200) : ''}`)
    })
    for (let i = 0; i < 160; i++) await conn.try('junk')
    const calls = await meters.read('wse.calls')
    const out = calls.filter(({ attributes }) => attributes['wse.direction'] === 'out')
    expect(out).toHaveLength(101)
    expect(out.at(-1)).toMatchObject({ value: 60, attributes: { 'error.type': '_OTHER' } })
  })

  test('tell how long calls took, in seconds and the buckets of the conventions', async (ends) => {
    const meters = new Meters()
    const { server, client } = await traced(ends, meters)
    const begun = new Promise((begin) => {
      server.register('wait', () => {
        begin(true)
        return new Promise((resolve) => ends.clock.setTimer(() => resolve(1), 300))
      })
    })
    const call = client.call('wait')
    await begun
    await ends.clock.advance(300)
    await call
    for (const name of ['rpc.client.call.duration', 'rpc.server.call.duration']) {
      const { buckets, sum, count } = await meters.histogram(name)
      expect({ sum, count }).toEqual({ sum: 0.3, count: 1 })
      expect(buckets.boundaries).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10])
      expect(buckets.counts.indexOf(1)).toBe(buckets.boundaries.indexOf(0.5))
    }
  })

  test('count connections that are here, and what comes back', async (ends) => {
    const meters = new Meters()
    const { server, client, conn, enter } = await traced(ends, meters)
    const bob = await enter('bob')
    const here = async () => (await meters.read('wse.connections')).map(({ value }) => value)
    expect(await meters.read('wse.connections')).toEqual([
      { value: 2, attributes: SERVER },
      { value: 2, attributes: CLIENT },
    ])
    const away = Promise.all([server.when.suspended(), client.when.closed()])
    const back = server.when.resumed()
    conn.terminate()
    await away
    expect(await here()).toEqual([2, 1])
    const ready = client.when.ready()
    await ends.clock.advance(60_000)
    await Promise.all([back, ready])
    expect(await here()).toEqual([2, 2])
    expect(await meters.read('wse.reconnects')).toEqual([
      { value: 1, attributes: { ...SERVER, 'wse.resumed': true } },
      { value: 1, attributes: { ...CLIENT, 'wse.resumed': true } },
    ])
    const left = server.when.left()
    await bob.client.disconnect()
    await left
    expect(await here()).toEqual([1, 1])
    await server.close()
    await client.disconnect()
    expect(await here()).toEqual([0, 0])
  })

  test('count those that were here before, and none after instrumenting was undone', async (ends) => {
    const meters = new Meters()
    const { server, url } = await ends.server({ heartbeat: false })
    const client = ends.client(url)
    await client.connect('ann')
    const undo = instrumentServer(server, meters)
    expect(await meters.read('wse.connections')).toEqual([{ value: 1, attributes: SERVER }])
    undo()
    expect(await meters.read('wse.connections')).toEqual([{ value: 0, attributes: SERVER }])
    const left = server.when.left()
    await client.disconnect()
    await left
    expect(await meters.read('wse.connections')).toEqual([{ value: 0, attributes: SERVER }])
    expect(await meters.read('wse.buffered')).toEqual([{ value: 0, attributes: SERVER }])
  })

  test('count sessions that could not go on, by the reason', async (ends) => {
    const meters = new Meters()
    const { server, conn } = await traced(ends, meters)
    conn.terminate()
    const gone = server.when.disconnected()
    server.revoke('ann')
    await gone
    const resets = await meters.read('wse.resets')
    expect(resets.filter(({ attributes }) => attributes['wse.end'] === 'server')).toHaveLength(1)
  })

  test('tell the bytes that wait, of all connections together, when they are collected', async (ends) => {
    const meters = new Meters()
    const { server, conn, enter } = await traced(ends, meters)
    const bob = await enter('bob')
    const away = server.when.suspended()
    conn.terminate()
    await away
    conn.send('news', 'x'.repeat(1_000))
    bob.conn.send('news', 'x'.repeat(1_000))
    const expected = conn.buffered + bob.conn.buffered
    expect(expected).toBeGreaterThan(1_000)
    expect(await meters.read('wse.buffered')).toContainEqual({ value: expected, attributes: SERVER })
  })

  test('of ends of one process are told apart by attributes of their own', async (ends) => {
    const meters = new Meters()
    const { server } = await ends.server({ heartbeat: false })
    const { server: other, url } = await ends.server({ heartbeat: false })
    instrumentServer(server, { ...meters, attributes: { 'app.room': 'one' } })
    instrumentServer(other, { ...meters, attributes: { 'app.room': 'two' } })
    await ends.client(url).connect('ann')
    expect(await meters.read('wse.connections')).toEqual([{ value: 1, attributes: { ...SERVER, 'app.room': 'two' } }])
  })
})
