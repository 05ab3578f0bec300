import { WSE_CLOSE, WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { connOf, deferred, idle } from '../fixtures/listen.js'
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

    test(`T57 so does every other way to close with ${what}`, async (ends) => {
      const { server, url } = await startServer(ends)
      const told: unknown[] = []
      server.when.disconnected((_, code, why) => told.push([code, why]))
      const client = ends.client(url)
      const closed = () => client.when.closed()
      await client.connect('ann')
      await Promise.all([closed(), connOf(server, 'ann').drop(reason as string)])
      await client.connect('ann')
      await Promise.all([closed(), server.clients.get('ann')?.drop(reason as string)])
      await client.connect('ann')
      const left = server.when.disconnected()
      await client.disconnect(reason as string)
      await left
      await client.connect('ann')
      const heard = closed()
      await server.close({ reason: reason as string })
      expect(await heard).toEqual([WSE_CLOSE.RESTART, seen])
      expect(told).toEqual([4506, 4506, 1000, 4001].map((code) => [code, seen]))
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

  test('T58 a client may leave while its link is being opened, and twice', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url)
    const closed = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    await Promise.all([client.disconnect('x'.repeat(200)), client.disconnect(), client.close()])
    await closed
    expect(Object.values(client.inspect()).some(Boolean)).toBe(false)
  })

  test('T58 whatever is done from inside the events of an end, nothing is thrown', async (ends) => {
    const { server, url } = await startServer(ends)
    const errors: unknown[] = []
    server.when.error((error) => errors.push(error))
    const done = deferred()
    const results: unknown[] = []
    const certainty = (error: { details: { certainty: string } }) => error.details.certainty
    server.when.connected((conn) => {
      conn.terminate()
      conn.drop('x')
      results.push(conn.send('a'), conn.send('b', 1, { volatile: true }), server.send('ann', 'c').sent)
      results.push(conn.call('d').catch(certainty))
    })
    server.when.left((identity) => {
      identity.drop()
      server.dropClient('ann')
      results.push(identity.send('e'), server.broadcast('f').sent)
      done.resolve(server.close())
    })
    const client = ends.client(url)
    client.when.error((error) => errors.push(error))
    client.when.closed(() => {
      for (const go of [() => client.disconnect(), () => client.close('again')])
        go().catch((error) => errors.push(error))
    })
    client.connect('ann').catch(() => {})
    await done.promise
    expect(await Promise.all(results)).toEqual(['dropped', 0, 'dropped', 'dropped', 0, 'not-sent'])
    await idle()
    expect(errors).toEqual([])
  })

  test('T58 a server that is closed, closed again and used afterwards throws nothing', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    await Promise.all([server.close(), server.close({ code: 1000 })])
    expect([conn.send('a'), conn.readyState, conn.buffered]).toEqual(['dropped', 3, 0])
    expect([server.broadcast('a').sent, server.send('ann', 'a').sent]).toEqual([0, 0])
    server.dropClient('ann')
    conn.drop()
    conn.terminate()
    await server.close()
    for (const code of [0, 999, 1001, 1005, 1006, 2_999, 5_000, Number.NaN]) {
      await expect(server.close({ code })).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
    }
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
