import { WSE_ERROR } from '@wse/client'
import { WseServer } from '@wse/server'
import { createTestClock, type TransportPair } from '@wse/testing'
import { expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { memoryClient } from '../fixtures/memory-client.js'

behaviour('WSE 4 on its server', (test) => {
  test('defect 13: left came twice, always with 1000, and disconnected for those who were never connected', async (ends) => {
    const { server, url } = await ends.server()
    const events: unknown[] = []
    server.when.disconnected((_, code, reason) => events.push(['disconnected', code, reason]))
    server.when.left((_, code, reason) => events.push(['left', code, reason]))
    const stranger = ends.peer(url)
    stranger.send('junk')
    await stranger.closed
    const client = ends.client(url)
    await client.connect('ann')
    const closed = client.when.closed()
    server.dropClient('ann', 'é'.repeat(80))
    await closed
    const reason = 'é'.repeat(61)
    expect(events).toEqual([
      ['disconnected', 4506, reason],
      ['left', 4506, reason],
    ])
  })

  test('defect 14: a link that said nothing was kept for ever', async (ends) => {
    const { server, url } = await ends.server()
    const peer = ends.peer(url)
    while (server.inspect().strangers === 0) await ends.clock.settle()
    await ends.clock.advance(5_000)
    expect((await peer.closed).code).toBe(4008)
  })

  test('defect 14: a client might send as much as it could', async (ends) => {
    const { server, url } = await ends.server({ limits: { messageRate: { perSecond: 1, burst: 5, close: true } } })
    let heard = 0
    server.channel.on('n', () => {
      heard++
    })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'mallory' })
    for (let i = 0; i < 50; i++) peer.send(['n', i])
    expect((await peer.closed).code).toBe(4004)
    // The one that was too much is counted, so it is handled as well.
    expect(heard).toBeLessThanOrEqual(6)
  })

  test('defect 15: a handler that threw kicked the innocent sender, one of disconnected left the user behind', async (ends) => {
    const { server, url } = await ends.server()
    server.channel.on('chat', () => {
      throw new Error('not your fault')
    })
    server.when.disconnected(() => {
      throw new Error('nor yours')
    })
    server.register('still', () => 'here')
    const client = ends.client(url)
    await client.connect('ann')
    client.send('chat', 1)
    expect(await client.call('still')).toBe('here')
    const left = server.when.left()
    await client.disconnect()
    await left
    expect(server.clients.size).toBe(0)
  })

  test('defect 18: the address was whatever X-Forwarded-For said', async (ends) => {
    const { server, url } = await ends.server()
    const connected = server.when.connected()
    await ends.client(url, { headers: { 'X-Forwarded-For': '6.6.6.6' } }).connect('ann')
    expect((await connected).remote_addr).toBe('127.0.0.1')
  })

  test('defect 20: every close had the code 1000', async (ends) => {
    const { server, url } = await ends.server()
    const codes: unknown[] = []
    for (const end of [() => server.dropClient('ann'), () => ends.client(url).connect('ann')]) {
      const client = ends.client(url)
      await client.connect('ann')
      const closed = client.when.closed()
      await end()
      codes.push((await closed)[0])
    }
    expect(codes).toEqual([4506, 4505])
  })

  test('defect 24: there was no close(), and clients were not told', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const closed = client.when.closed()
    await server.close()
    expect(await closed).toEqual([4001, 'wse.restart'])
    await expect(server.when.joined()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
  })

  test('defect 26: BigInt threw from inside send, binary became an object', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    expect(() => client.send('n', 1n)).toThrow(expect.objectContaining({ code: WSE_ERROR.UNSERIALIZABLE }))
    server.channel.on('bytes', (conn, bytes) => conn.send('bytes', bytes))
    const echoed = new Promise((resolve) => client.channel.on('bytes', resolve))
    client.send('bytes', new Uint8Array([1, 2, 3]))
    expect(await echoed).toEqual(new Uint8Array([1, 2, 3]))
  })

  test('defect 28: listeners were called last first', async (ends) => {
    const { server, url } = await ends.server()
    const heard: number[] = []
    for (const n of [1, 2, 3]) server.when.connected(() => heard.push(n))
    await ends.client(url).connect('ann')
    expect(heard).toEqual([1, 2, 3])
  })

  test('defect 29: nobody was told what became of a message, and each device had it encoded anew', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 3 })
    const clients = [ends.client(url), ends.client(url)]
    for (const client of clients) await client.connect('ann')
    let encoded = 0
    const payload = {
      toJSON() {
        encoded++
        return 1
      },
    }
    expect(server.broadcast('news', payload)).toEqual({ sent: 2, queued: 0, dropped: 0 })
    expect(server.send('nobody', 'news', payload)).toEqual({ sent: 0, queued: 0, dropped: 0 })
    expect(encoded).toBe(1)
  })
})

it('WSE 4 defect 14: 64 MB were kept for one client that did not read', async () => {
  const clock = createTestClock()
  const server = new WseServer({ identify: anyone, clock })
  const pairs: TransportPair[] = []
  const client = memoryClient(server, clock, {}, (pair) => pairs.push(pair))
  await client.connect('slow')
  const conn = connOf(server, 'slow')
  const disconnected = server.when.disconnected()
  pairs[0]?.[0].pause()
  let most = 0
  for (let i = 0; i < 1_000; i++) {
    conn.send('news', 'x'.repeat(65_536))
    most = Math.max(most, conn.buffered)
  }
  expect((await disconnected).slice(1)).toEqual([4002, 'wse.slow-reader'])
  expect(most).toBeLessThan(5_000_000)
  pairs[0]?.[0].resume()
  await Promise.all([client.disconnect(), server.close()])
  expect(clock.timers).toEqual([])
})
