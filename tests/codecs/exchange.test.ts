import { type Reset, WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7)

/** A server that echoes, and a client of it that comes back. */
async function connected(ends: Ends, options: Parameters<Ends['server']>[0] = {}) {
  const { server, url } = await ends.server(options)
  server.register('echo', (_, value) => value)
  const client = ends.client(url, { re: true })
  await client.connect('ann', { device: 'phone' })
  return { server, url, client, conn: () => connOf(server, 'ann') }
}

/** Cuts the link of a client, and lets it come back. */
async function cut({
  server,
  client,
  ends,
}: { ends: Ends } & Pick<Awaited<ReturnType<typeof connected>>, 'server' | 'client'>) {
  const retrying = client.when.retrying()
  connOf(server, 'ann').terminate()
  const { delay } = await retrying
  await ends.clock.advance(delay)
}

behaviour('what every codec carries', { codecs: 'all' }, (test) => {
  test('messages and calls both ways, with payloads of every kind JSON has', async (ends) => {
    const { server, client, conn } = await connected(ends)
    const values = [null, true, 0, -1, 1.5, 2 ** 40, '', 'ä漢😀\u0000', [], {}, [[1], { a: [null] }], { a: { b: 'c' } }]
    const heard: unknown[] = []
    client.channel.on('news', (value) => heard.push(value))
    client.register('echo', (value) => value)
    server.channel.on('chat', (_, value) => server.broadcast('news', value))
    for (const value of values) {
      client.send('chat', value)
      expect(await client.call('echo', value)).toEqual(value)
      expect(await conn().call('echo', value, { timeout: 500 })).toEqual(value)
    }
    await until(() => heard.length === values.length)
    expect(heard).toEqual(values)
    expect(conn().meta).toEqual({ device: 'phone' })
  })

  test('bytes: of messages, volatile ones and broadcasts, of calls and results, none and many', async (ends) => {
    const { server, client, conn } = await connected(ends)
    const heard: unknown[] = []
    for (const name of ['news', 'pixels']) client.channel.on(name, (value) => heard.push(value))
    server.channel.on('chat', (_, value) => heard.push(value))
    client.register('echo', (value) => value)
    for (const length of [0, 1, 300, 70_000]) {
      const value = bytes(length)
      expect(await client.call('echo', value)).toEqual(value)
      expect(await client.call('echo', value, { timeout: 500 })).toEqual(value)
      expect(await conn().call('echo', value)).toEqual(value)
      heard.length = 0
      client.send('chat', value)
      conn().send('pixels', value, { volatile: true })
      server.broadcast('news', value)
      await until(() => heard.length === 3)
      expect(heard).toEqual([value, value, value])
    }
  })

  test('errors: with their details, of what nobody registered, of what cannot be encoded', async (ends) => {
    const { server, client } = await connected(ends)
    server.register('fail', () => {
      throw new WseError('MINE', { list: [1, { a: 'b' }] }, { message: 'so' })
    })
    const circle: unknown[] = []
    circle.push(circle)
    server.register('circle', () => circle)
    const mine = { code: 'MINE', message: 'so', details: { list: [1, { a: 'b' }], rpc: 'fail' }, remote: true }
    await expect(client.call('fail')).rejects.toMatchObject(mine)
    await expect(client.call('nope')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
    await expect(client.call('circle')).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE, remote: true })
    await expect(client.call('echo', circle)).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE, remote: false })
    expect(await client.call('echo', 1)).toBe(1)
  })

  test('sessions: what was said around a cut arrives once and in order, bytes too', async (ends) => {
    const { server, client, conn } = await connected(ends)
    const there: unknown[] = []
    const here: unknown[] = []
    server.channel.on('chat', (_, value) => there.push(value))
    client.channel.on('news', (value) => here.push(value))
    const id = conn().conn_id
    const expected: unknown[] = []
    for (let round = 0; round < 4; round++) {
      const said = [round, bytes(round * 100), { round }]
      expected.push(...said)
      for (const value of said) {
        client.send('chat', value)
        conn().send('news', value)
      }
      const answer = client.call('echo', bytes(round))
      await cut({ ends, server, client })
      expect(await answer).toEqual(bytes(round))
    }
    await until(() => there.length === expected.length && here.length === expected.length)
    expect([there, here]).toEqual([expected, expected])
    expect(conn().conn_id).toBe(id)
  })

  test('the end of a session: what was never taken is told as it was said', async (ends) => {
    const { server, url } = await ends.server({ resume: { window: 1_000 } })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann', instance: 'i', attempt: 1, keep: true })
    const conn = connOf(server, 'ann')
    const suspended = server.when.suspended()
    peer.transport.terminate()
    await suspended
    conn.send('news', bytes(5))
    conn.send('news', { a: [1] })
    const lost = new Promise<Reset>((resolve) => server.when.reset((_, reset) => resolve(reset)))
    await ends.clock.advance(1_001)
    expect((await lost).notSent).toEqual([
      { type: 'news', payload: bytes(5) },
      { type: 'news', payload: { a: [1] } },
    ])
  })
})
