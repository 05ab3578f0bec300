import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/server'
import { expect } from 'vitest'
import { connOf, idle, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('the events of a server', (test) => {
  test('[W26] [P2] [H18] tell of one user and device: joined, connected, disconnected, left', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    const client = ends.client(url)
    await client.connect('ann')
    expect(log).toEqual(['joined ann', 'connected ann'])
    const left = server.when.left()
    await client.disconnect('bye')
    await left
    expect(log).toEqual(['joined ann', 'connected ann', 'disconnected ann 1000 bye', 'left ann 1000 bye'])
  })

  test('[W26] tell of a user once, however many devices come and go', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 3 })
    const log = serverLog(server)
    const clients = [ends.client(url), ends.client(url), ends.client(url)]
    for (const client of clients) await client.connect('ann')
    for (const [i, client] of clients.entries()) {
      await client.disconnect(`bye ${i}`)
      await until(() => log.length === 5 + i || log.length === 8)
    }
    expect(log).toEqual([
      'joined ann',
      'connected ann',
      'connected ann',
      'connected ann',
      'disconnected ann 1000 bye 0',
      'disconnected ann 1000 bye 1',
      'disconnected ann 1000 bye 2',
      'left ann 1000 bye 2',
    ])
  })

  test('[W26] carry who, and what they said about themselves', async (ends) => {
    const { server, url } = await ends.server()
    const [joined, connected] = [server.when.joined(), server.when.connected()]
    const client = ends.client(url)
    await client.connect('ann', { device: 'phone' })
    const [user, meta] = await joined
    const conn = await connected
    expect([user.cid, meta, conn.meta]).toEqual(['ann', { device: 'phone' }, { device: 'phone' }])
    expect(conn.client).toBe(user)
    const [gone, left] = [server.when.disconnected(), server.when.left()]
    await client.disconnect()
    expect((await gone)[0]).toBe(conn)
    expect((await left)[0]).toBe(user)
  })

  const causes: Record<string, { end: 'drop' | 'dropClient' | 'terminate'; code: number; reason: string }> = {
    'conn.drop': { end: 'drop', code: WSE_CLOSE.DROPPED, reason: WSE_REASON.BY_SERVER },
    dropClient: { end: 'dropClient', code: WSE_CLOSE.DROPPED, reason: 'banned' },
    'a lost link': { end: 'terminate', code: WSE_CLOSE.ABNORMAL, reason: '' },
  }
  for (const [what, { end, code, reason }] of Object.entries(causes)) {
    test(`[W26] [H18] carry the real code and reason, exactly once: ${what}`, async (ends) => {
      const { server, url } = await ends.server()
      const log = serverLog(server)
      const client = ends.client(url)
      await client.connect('ann')
      const conn = connOf(server, 'ann')
      if (end === 'dropClient') server.dropClient('ann', reason)
      else conn[end]()
      await until(() => server.inspect().links === 0)
      await idle()
      const told = `ann ${code} ${reason}`.trim()
      expect(log.slice(2)).toEqual([`disconnected ${told}`, `left ${told}`])
    })
  }

  test('carry the code of a client that vanished', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    const left = server.when.left()
    peer.transport.terminate()
    await left
    expect(log.slice(2)).toEqual(['disconnected ann 1006', 'left ann 1006'])
  })

  test('tell nothing of those who were never let in', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ refuse }) => refuse() })
    const log = serverLog(server)
    await expect(ends.client(url).connect('bad')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    const peer = ends.peer(url)
    peer.send('{nope')
    await peer.closed
    await until(() => server.inspect().links === 0)
    expect(log).toEqual([])
  })

  test('come after server.clients has changed', async (ends) => {
    const { server, url } = await ends.server()
    const seen: unknown[] = []
    const look = (event: string) => () => seen.push([event, server.clients.get('ann')?.conns.size])
    server.when.joined(look('joined'))
    server.when.connected(look('connected'))
    server.when.disconnected(look('disconnected'))
    server.when.left(look('left'))
    const client = ends.client(url)
    await client.connect('ann')
    await client.disconnect()
    await until(() => seen.length === 4)
    expect(seen).toEqual([
      ['joined', 1],
      ['connected', 1],
      ['disconnected', undefined],
      ['left', undefined],
    ])
  })

  test('come in pairs also where a listener of joined drops the user', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    server.when.joined((client) => client.drop('not you'))
    const client = ends.client(url)
    const closed = client.when.closed()
    await client.connect('ann').catch(() => {})
    expect(await closed).toEqual([WSE_CLOSE.DROPPED, 'not you'])
    await until(() => server.inspect().links === 0)
    expect(log).toEqual(['joined ann', 'left ann 4506 not you'])
    expect(server.clients.size).toBe(0)
  })

  test('are not stopped by a listener that throws', async (ends) => {
    const { server, url } = await ends.server()
    const errors: unknown[] = []
    server.when.error((error) => errors.push(error.message))
    const oops = (event: string) => () => {
      throw new Error(`oops in ${event}`)
    }
    server.when.joined(oops('joined'))
    server.when.connected(oops('connected'))
    server.when.disconnected(oops('disconnected'))
    server.when.left(oops('left'))
    const log = serverLog(server)
    const client = ends.client(url)
    await client.connect('ann')
    await client.disconnect()
    await until(() => log.length === 4)
    expect(errors).toEqual(['joined', 'connected', 'disconnected', 'left'].map((event) => `oops in ${event}`))
    expect(server.clients.size).toBe(0)
  })

  test('may be unsubscribed from', async (ends) => {
    const { server, url } = await ends.server()
    const heard: string[] = []
    const off = server.when.connected((conn) => heard.push(String(conn.cid)))
    await ends.client(url).connect('ann')
    off()
    off()
    await ends.client(url).connect('bob')
    expect(heard).toEqual(['ann'])
  })

  test('[W26] of errors carry the connection they are about, where there is one', async (ends) => {
    const { server, url } = await ends.server()
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    const failed = server.when.error()
    peer.send('{nope')
    const [error, conn] = await failed
    expect(error).toMatchObject({ code: WSE_ERROR.PROTOCOL_VIOLATION })
    expect(conn?.cid).toBe('ann')
    const stranger = ends.peer(url)
    const failedAgain = server.when.error()
    stranger.send('{nope')
    expect((await failedAgain)[1]).toBeUndefined()
  })
})
