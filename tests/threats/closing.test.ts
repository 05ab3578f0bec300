import { WSE_CLOSE, WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'

behaviour('closing', (test) => {
  const REASONS: readonly [string, unknown, string][] = [
    ['124 letters', 'x'.repeat(124), 'x'.repeat(123)],
    ['62 letters of two bytes', 'é'.repeat(62), 'é'.repeat(61)],
    ['emoji across the edge', `${'x'.repeat(121)}😀`, 'x'.repeat(121)],
    ['an array of floats', new Float32Array(8), ''],
    ['an object', { toString: null }, ''],
  ]
  for (const [what, reason, seen] of REASONS) {
    test(`T57 drop with a reason of ${what} cuts it at a code point and never throws`, async (ends) => {
      const { server, url } = await startServer(ends)
      const disconnected = server.when.disconnected()
      const client = ends.client(url)
      await client.connect('ann')
      const closed = client.when.closed()
      server.dropClient('ann', reason as string)
      expect(await closed).toEqual([WSE_CLOSE.DROPPED, seen])
      expect((await disconnected).slice(1)).toEqual([WSE_CLOSE.DROPPED, seen])
      await expectAlive(ends, url)
    })
  }

  test('T58 nothing done to a connection that is gone throws a transport error', async (ends) => {
    const { server, url } = await startServer(ends)
    const results: unknown[] = []
    server.when.disconnected((conn) => {
      results.push(conn.send('late', 1), conn.client.send('late'), conn.readyState >= 2)
      conn.drop()
      conn.terminate()
      results.push(conn.call('late').catch((error) => error.details.certainty))
    })
    const client = ends.client(url)
    await client.connect('ann')
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    conn?.drop('first')
    conn?.drop('second')
    expect(await Promise.all(results)).toEqual(['dropped', 'dropped', true, 'not-sent'])
    expect([server.clients.size, conn?.buffered]).toEqual([0, 0])
    await expectAlive(ends, url)
  })

  test('T58 a client says so where it cannot send, in every state', async (ends) => {
    const { url } = await startServer(ends)
    const client = ends.client(url)
    const notReady = expect.objectContaining({ code: WSE_ERROR.CONNECTION_NOT_READY })
    const refuses = async () => {
      expect(() => client.send('chat')).toThrow(notReady)
      await expect(client.call('add')).rejects.toEqual(notReady)
    }
    await refuses()
    const connecting = client.connect('ann')
    await refuses()
    await connecting
    const seen: unknown[] = []
    client.when.closed(() => seen.push(refuses()))
    await client.disconnect()
    await Promise.all(seen)
    await refuses()
    expect(seen.length).toBe(1)
  })

  test('left and disconnected come once, with the code and reason that were real', async (ends) => {
    const { server, url } = await startServer(ends, { connPerUser: 2 })
    const events: unknown[] = []
    server.when.disconnected((_, code, reason) => events.push(['disconnected', code, reason]))
    server.when.left((_, code, reason) => events.push(['left', code, reason]))
    const [one, two] = [ends.client(url), ends.client(url)]
    await one.connect('ann')
    await two.connect('ann')
    await one.disconnect('bye')
    server.dropClient('ann', 'enough')
    await server.close()
    expect(events).toEqual([
      ['disconnected', 1000, 'bye'],
      ['disconnected', 4506, 'enough'],
      ['left', 4506, 'enough'],
    ])
  })
})
