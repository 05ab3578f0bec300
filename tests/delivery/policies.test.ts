import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { LARGE, Reader } from './reader.js'

behaviour('a message of which the newest counts', { codecs: 'all' }, (test) => {
  test('reaches a slow reader as its newest only, one for each key, in the order of the keys', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    const filled = await reader.congest()
    for (let n = 0; n < 100; n++) {
      for (const key of ['a', 'b']) expect(reader.conn.send('at', { key, n }, { latest: key })).toBe('queued')
    }
    reader.go()
    await reader.hears(2, 'at')
    await idle()
    expect(reader.got('fill').length).toBe(filled)
    expect(reader.got('at')).toEqual([
      ['at', { key: 'a', n: 99 }],
      ['at', { key: 'b', n: 99 }],
    ])
    expect(reader.conn.buffered).toBe(0)
  })

  test('reaches a reader that keeps up as all there are', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    for (let n = 0; n < 100; n++) expect(reader.conn.send('at', n, { latest: '' })).toBe('sent')
    await reader.hears(100, 'at')
  })

  test('comes after messages that were sent later without a policy, and keeps its own order', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    await reader.congest()
    reader.conn.send('at', 1, { latest: '' })
    reader.conn.send('chat', 'later')
    reader.go()
    await reader.hears(1, 'at')
    reader.conn.send('at', 2, { latest: '' })
    await reader.hears(2, 'at')
    expect(reader.got('at', 'chat')).toEqual([
      ['chat', 'later'],
      ['at', 1],
      ['at', 2],
    ])
  })

  test('by broadcast, to a user, or to all devices is held back for who is slow alone', async (ends) => {
    const { server, url } = await ends.server()
    const [slow, quick] = [
      await Reader.enter(ends, server, url, 'slow'),
      await Reader.enter(ends, server, url, 'quick'),
    ]
    await slow.congest()
    for (let n = 0; n < 5; n++) {
      expect(server.broadcast('all', n, { latest: '' })).toEqual({ sent: 1, queued: 1, dropped: 0 })
      expect(server.send('slow', 'one', n, { latest: '' })).toEqual({ sent: 0, queued: 1, dropped: 0 })
      expect(slow.conn.client.send('user', n, { latest: '' })).toBe('queued')
      expect(quick.conn.client.send('user', n, { latest: '' })).toBe('sent')
    }
    await quick.hears(5, 'all')
    slow.go()
    await slow.hears(1, 'user')
    expect(slow.got('all', 'one', 'user')).toEqual([
      ['all', 4],
      ['one', 4],
      ['user', 4],
    ])
    expect(quick.got('all', 'user').length).toBe(10)
  })

  test('waits for a client that is away as its newest', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: { floor: 10, base: 20 } })
    const heard: unknown[] = []
    client.channel.on('at', (n) => heard.push(n))
    client.channel.on('chat', (text) => heard.push(text))
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const closed = client.when.closed()
    conn.terminate()
    await closed
    for (let n = 0; n < 10; n++) expect(conn.send('at', n, { latest: '' })).toBe('queued')
    conn.send('chat', 'hi')
    expect(server.broadcast('at', 10, { latest: '' })).toEqual({ sent: 0, queued: 1, dropped: 0 })
    const drained = conn.drained()
    await ends.clock.advance(100)
    await until(() => heard.length === 2)
    await drained
    expect([heard, conn.buffered]).toEqual([['hi', 10], 0])
  })

  test('of a client waits for a link as its newest, also before the first', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: { floor: 10, base: 20, cap: 20 } })
    const connected = client.connect('ann')
    for (let n = 0; n < 2_000; n++) expect(client.send('at', n, { latest: '' })).toBe('queued')
    client.send('chat', 'hi')
    expect(client.inspect().queuedFrames).toBe(2)
    const heard: unknown[] = []
    const { server } = await ends.server({}, url)
    server.channel.on('at', (_, n) => heard.push(n))
    server.channel.on('chat', (_, text) => heard.push(text))
    const drain = client.when.drain()
    await ends.clock.advance(100)
    await connected
    await drain
    await until(() => heard.length === 2)
    expect(heard).toEqual(['hi', 1_999])
    expect(client.buffered).toBe(0)
  })

  test('that was held back when the session ends is told as not sent', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann', { instance: 'phone', attempt: 1, keep: true })
    await reader.congest()
    const reset = server.when.reset()
    for (let n = 0; n < 5; n++) reader.conn.send('at', n, { latest: '' })
    reader.conn.drop()
    const [, { reason, notSent }] = await reset
    expect([reason, notSent]).toEqual(['closed', [{ type: 'at', payload: 4 }]])
    reader.go()
  })
})

behaviour('a message with a queue of its own', { codecs: 'all' }, (test) => {
  test('is held back for a slow reader up to its bound, then the newest are not taken, or the oldest go', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann')
    await reader.congest()
    const said = (type: string, overflow: 'drop-newest' | 'drop-oldest') =>
      [1, 2, 3, 4].map((n) => reader.conn.send(type, n, { queue: { frames: 2, overflow } }))
    expect(said('newest', 'drop-newest')).toEqual(['queued', 'queued', 'dropped', 'dropped'])
    expect(said('oldest', 'drop-oldest')).toEqual(['queued', 'queued', 'queued', 'queued'])
    expect(server.broadcast('newest', 5, { queue: { frames: 2 } })).toEqual({ sent: 0, queued: 0, dropped: 1 })
    reader.go()
    await reader.hears(2, 'oldest')
    expect(reader.got('newest', 'oldest')).toEqual([
      ['newest', 1],
      ['newest', 2],
      ['oldest', 3],
      ['oldest', 4],
    ])
  })

  test('may cost a slow reader its session: 4002, and what was lost is told', async (ends) => {
    const { server, url } = await ends.server()
    const reader = await Reader.enter(ends, server, url, 'ann', { instance: 'phone', attempt: 1, keep: true })
    await reader.congest()
    const [reset, gone, reported] = [server.when.reset(), server.when.disconnected(), server.when.error()]
    const queue = { frames: 2, overflow: 'close' } as const
    expect([1, 2, 3].map((n) => reader.conn.send('log', n, { queue }))).toEqual(['queued', 'queued', 'dropped'])
    const [, { reason, notSent }] = await reset
    expect(reason).toBe('server-buffer')
    expect(notSent).toEqual([1, 2, 3].map((payload) => ({ type: 'log', payload })))
    expect((await gone).slice(1)).toEqual([4002, 'wse.slow-reader'])
    expect(await reported).toMatchObject([{ code: WSE_ERROR.SLOW_READER }, { cid: 'ann' }])
    expect([reader.conn.state, reader.conn.send('log', 4, { queue })]).toEqual(['closed', 'dropped'])
    reader.go()
  })

  test('of a client throws QUEUE_FULL where it may cost no session', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    client.connect('ann').catch(() => {})
    const queue = { frames: 1, overflow: 'close' } as const
    expect(client.send('log', 1, { queue })).toBe('queued')
    expect(() => client.send('log', 2, { queue })).toThrow(expect.objectContaining({ code: WSE_ERROR.QUEUE_FULL }))
    expect(client.send('other', LARGE)).toBe('queued')
  })
})

behaviour('a policy that makes no sense', { codecs: 'all' }, (test) => {
  test('is refused wherever it is given, before anything is sent', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const bad = { latest: 'a', queue: { frames: 1 } }
    const refused = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'latest' } })
    expect(() => client.send('m', 1, bad)).toThrow(refused)
    expect(() => conn.send('m', 1, bad)).toThrow(refused)
    expect(() => conn.client.send('m', 1, bad)).toThrow(refused)
    expect(() => server.send('ann', 'm', 1, bad)).toThrow(refused)
    expect(() => server.broadcast('m', 1, bad)).toThrow(refused)
  })
})
