import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Reader } from './reader.js'

behaviour('conn.drained()', { codecs: 'all' }, (test) => {
  test('[H7] resolves at once where nothing is buffered', async (ends) => {
    const { server, url } = await ends.server()
    const { conn } = await Reader.enter(ends, server, url, 'ann')
    await conn.drained()
    conn.send('m', 1)
    await conn.drained()
    expect(conn.buffered).toBe(0)
  })

  test('[H7] resolves when a slow reader has caught up; when.drain tells of it once', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    const told: unknown[] = []
    server.when.drain((conn) => told.push(conn.cid))
    const filled = await reader.congest()
    let done = 0
    const drains = [1, 2].map(() => reader.conn.drained().then(() => done++))
    await idle()
    expect([done, told]).toEqual([0, []])
    reader.go()
    await Promise.all(drains)
    expect([done, reader.conn.buffered, told]).toEqual([2, 0, ['ann']])
    await reader.hears(filled, 'fill')
    await idle()
    expect(told).toEqual(['ann'])
  })

  test('rejects with CLOSED if the connection ends first, and for one that has', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    await reader.congest()
    const drained = reader.conn.drained()
    reader.conn.drop()
    const closed = { code: WSE_ERROR.CLOSED }
    await expect(drained).rejects.toMatchObject(closed)
    await expect(reader.conn.drained()).rejects.toMatchObject(closed)
    reader.go()
  })

  test('[H6] [H7] paces a writer: all arrives in order, and never more than a frame beyond the mark is unsent', async (ends) => {
    const { server, url } = await ends.server({ limits: { highWaterBytes: 1_000 } })
    const reader = await Reader.enter(ends, server, url, 'ann')
    let most = 0
    for (let n = 0; n < 500; n++) {
      if (reader.conn.send('n', { n, text: 'x'.repeat(500) }) === 'queued') await reader.conn.drained()
      most = Math.max(most, reader.conn.buffered)
    }
    await reader.hears(500, 'n')
    expect(reader.got('n').map((frame) => (frame as [string, { n: number }])[1].n)).toEqual([...Array(500).keys()])
    expect(most).toBeLessThan(2_000)
  })
})

behaviour('client.drained()', { codecs: 'all' }, (test) => {
  test('resolves at once where nothing is buffered, and after a link that was lost is replaced', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: { floor: 10, base: 20 } })
    const heard: unknown[] = []
    server.channel.on('m', (_, n) => heard.push(n))
    let told = 0
    client.when.drain(() => told++)
    await client.connect('ann')
    await client.drained()
    const closed = client.when.closed()
    connOf(server, 'ann').terminate()
    await closed
    expect(client.send('m', 1)).toBe('queued')
    const drained = client.drained()
    expect([client.buffered > 0, told]).toEqual([true, 0])
    await ends.clock.advance(100)
    await drained
    await until(() => heard.length === 1)
    expect([client.buffered, told]).toEqual([0, 1])
  })

  test('rejects where send would throw, and when the client leaves first', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    await expect(client.drained()).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
    client.connect('ann').catch(() => {})
    client.send('m', 1)
    const drained = client.drained()
    void client.disconnect()
    await expect(drained).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
  })
})

behaviour('batch(fn)', (test) => {
  test('[H8] of a connection sends what fn sends in one frame, and gives what fn returns', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    const result = reader.conn.batch(() => {
      for (let n = 0; n < 3; n++) reader.conn.send('n', n)
      return 'done'
    })
    reader.conn.send('n', 3)
    expect(result).toBe('done')
    expect(JSON.parse(String(await reader.peer.nextRaw()))).toEqual([0, 1, 2].map((n) => ['n', n]))
    await reader.hears(4, 'n')
  })

  test('may be nested, and may throw: what was sent until then leaves', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    const { conn } = reader
    const failing = () =>
      conn.batch(() => {
        conn.send('n', 0)
        conn.batch(() => conn.send('n', 1))
        conn.send('n', 2)
        throw new Error('in the midst')
      })
    expect(failing).toThrow('in the midst')
    expect(JSON.parse(String(await reader.peer.nextRaw()))).toEqual([0, 1, 2].map((n) => ['n', n]))
  })

  test('of a client likewise; without a link it just runs', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('n', (_, n) => heard.push(n))
    const client = ends.client(url, { re: true })
    expect(client.batch(() => 7)).toBe(7)
    const connected = client.connect('ann')
    client.batch(() => client.send('n', 0))
    await connected
    client.batch(() => {
      client.send('n', 1)
      client.send('n', 2)
    })
    await until(() => heard.length === 3)
    expect(heard).toEqual([0, 1, 2])
  })
})
