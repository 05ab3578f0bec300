import { type Identify, WSE_ERROR, type WseServer, type WseServerOptions } from '@wse/server'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

/** What WSE 4 knows; anything else is an application's. */
const KNOWN = ['~wse:challenge', '~wse:welcome', '~wse:response', '~wse:response-err']
const HI = { version: 4, identity: 'ann', meta: {} } as const

/** A welcomed WSE 4 client at a server of ours. */
async function welcomed(ends: Ends, options: Partial<WseServerOptions> = {}) {
  const { server, url } = await ends.server(options)
  const peer = ends.peer(url)
  await peer.greet(HI)
  return { server, url, peer, conn: connOf(server, 'ann') }
}

function expectOnlyWse4(peer: ScriptedPeer): void {
  for (const frame of peer.received) {
    const [type, , stamp] = frame as unknown[]
    if (String(type).startsWith('~wse:')) expect(KNOWN).toContain(type)
    expect(stamp === undefined || stamp === null || typeof stamp === 'string', JSON.stringify(frame)).toBe(true)
  }
}

behaviour('to a WSE 4 client', (test) => {
  test('a server writes no frame of version 5, whatever the application does', async (ends) => {
    const { server, peer, conn } = await welcomed(ends)
    server.register('add', (_conn, { a }) => a + 1)
    const stop = new AbortController()
    const given: Promise<unknown>[] = [
      conn.call('never', 1, { timeout: 100 }),
      conn.call('never', 2, { signal: stop.signal }),
      conn.call('never', 3),
    ].map((call) => call.catch(({ code }) => code))
    conn.send('plain', 1)
    conn.send('volatile', 2, { volatile: true })
    server.broadcast('volatile', 3, { volatile: true })
    server.send('ann', 'volatile', 4, { volatile: true })
    stop.abort()
    await ends.clock.advance(20_000)
    expect(await Promise.all(given)).toEqual([WSE_ERROR.RP_TIMEOUT, WSE_ERROR.RP_CANCELLED, WSE_ERROR.RP_TIMEOUT])
    peer.send(['add', { a: 1 }, 'DOadY0segS'])
    await until(() => peer.received.some((frame) => (frame as unknown[])[2] === 'DOadY0segS'))
    expectOnlyWse4(peer)
    expect(peer.received.slice(1)).toEqual([
      ['never', 1, expect.any(String)],
      ['never', 2, expect.any(String)],
      ['never', 3, expect.any(String)],
      ['plain', 1],
      ['volatile', 2],
      ['volatile', 3],
      ['volatile', 4],
      ['~wse:response', 2, 'DOadY0segS'],
    ])
  })

  test('bytes cannot be sent: NOT_SUPPORTED, and the link stays', async (ends) => {
    const { server, peer, conn } = await welcomed(ends)
    const bytes = Uint8Array.of(1, 2)
    const notSupported = expect.objectContaining({ code: WSE_ERROR.NOT_SUPPORTED })
    expect(() => conn.send('blob', bytes)).toThrow(notSupported)
    await expect(conn.call('blob', bytes)).rejects.toEqual(notSupported)
    expect(server.broadcast('blob', bytes)).toEqual({ sent: 0, queued: 0, dropped: 1 })
    server.register('blob', () => bytes)
    peer.send(['blob', null, 'a'])
    expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.NOT_SUPPORTED }, 'a'])
    expect(conn.send('text', 'still here')).toBe('sent')
    expect(await peer.next()).toEqual(['text', 'still here'])
  })

  test('nothing is sent for 10 minutes of silence, and it stays connected', async (ends) => {
    const { server, peer, conn } = await welcomed(ends)
    await ends.clock.advance(600_000)
    await idle()
    expect(peer.received).toHaveLength(1)
    expect(peer.closedWith).toBeNull()
    conn.send('news')
    expect(await peer.next()).toEqual(['news'])
    const heard = new Promise((resolve) => server.channel.on('chat', (_conn, text) => resolve(text)))
    peer.send(['chat', 'hello', null])
    expect(await heard).toBe('hello')
  })

  const closes: Record<string, { end(server: WseServer, peer: ScriptedPeer): unknown; code: number; reason: string }> =
    {
      'a restart': { end: (server) => void server.close(), code: 1012, reason: 'wse.restart' },
      'a restart with a reason': {
        end: (server) => void server.close({ reason: 'new version' }),
        code: 1012,
        reason: 'new version',
      },
      'a drop': { end: (server) => connOf(server, 'ann').drop(), code: 1000, reason: 'wse.by-server' },
      dropClient: { end: (server) => server.dropClient('ann'), code: 1000, reason: '' },
      'dropClient with a reason': { end: (server) => server.dropClient('ann', 'bye'), code: 1000, reason: 'bye' },
      garbage: { end: (_server, peer) => peer.send('{nope'), code: 1000, reason: 'wse.protocol-error' },
      'a second hi': { end: (_server, peer) => peer.hi(HI), code: 1000, reason: 'wse.protocol-error' },
      'too many frames': {
        end: (_server, peer) => [1, 2, 3].map((n) => peer.send(['chat', n, null])),
        code: 1013,
        reason: 'wse.rate',
      },
    }
  for (const [what, { end, code, reason }] of Object.entries(closes)) {
    test(`${what} closes with ${code} '${reason}'`, async (ends) => {
      const limits = { messageRate: { perSecond: 1, burst: 2, close: true } }
      const { server, peer } = await welcomed(ends, { limits })
      const left = server.when.left()
      end(server, peer)
      expect(await peer.closed).toEqual({ code, reason })
      expect((await left).slice(1)).toEqual([code, reason])
    })
  }

  test('a second device closes the first with 1000 and CLIENTS_CONCURRENCY', async (ends) => {
    const { url, peer } = await welcomed(ends)
    await ends.peer(url).greet({ identity: 'ann' })
    expect(await peer.closed).toEqual({ code: 1000, reason: 'wse.clients-concurrency' })
  })

  const handshakes: Record<string, { identify: Identify; code: number; reason: string; wait?: number }> = {
    'a refusal': { identify: ({ refuse }) => refuse(), code: 1000, reason: 'wse.not-authorized' },
    'a failure of identify': {
      identify: () => Promise.reject(new Error('cold')),
      code: 1013,
      reason: 'wse.try-again',
    },
    'an identify that takes too long': { identify: () => {}, code: 1013, reason: 'wse.try-again', wait: 5_000 },
  }
  for (const [what, { identify, code, reason, wait = 0 }] of Object.entries(handshakes)) {
    test(`${what} closes with ${code} '${reason}'`, async (ends) => {
      const { server, url } = await ends.server({ identify })
      const peer = ends.peer(url)
      peer.hi(HI)
      if (wait) await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
      await ends.clock.advance(wait)
      expect(await peer.closed).toEqual({ code, reason })
    })
  }

  test('a challenge that is not answered closes with 1013', async (ends) => {
    const { server, url } = await ends.server()
    server.useChallenge((_identity, _meta, quest) => quest(1))
    const peer = ends.peer(url)
    peer.hi(HI)
    await peer.next()
    await ends.clock.advance(15_000)
    expect(await peer.closed).toEqual({ code: 1013, reason: 'wse.handshake-timeout' })
  })
})

behaviour('what a WSE 4 client sends before its welcome', (test) => {
  test('is handled in order after it', async (ends) => {
    const decided = deferred()
    const heard: unknown[] = []
    const { server, url } = await ends.server({
      identify: ({ accept }) => decided.promise.then(() => accept('ann', 'hi')),
    })
    server.when.connected(() => heard.push('connected'))
    server.channel.on('chat', (_conn, n) => heard.push(n))
    server.register('add', (_conn, n) => heard.push(`call ${n}`) && n + 1)
    const peer = ends.peer(url)
    peer.hi(HI)
    for (let n = 0; n < 5; n++) peer.send(['chat', n, null])
    peer.send(['add', 1, 'a'])
    peer.send(['chat', 'last', null])
    await until(() => server.inspect().handshakes === 1)
    await idle()
    expect(heard).toEqual([])
    decided.resolve(null)
    expect(await peer.next()).toEqual(['~wse:welcome', 'hi'])
    expect(await peer.next()).toEqual(['~wse:response', 2, 'a'])
    peer.send(['chat', 'later', null])
    await until(() => heard.length === 9)
    expect(heard).toEqual(['connected', 0, 1, 2, 3, 4, 'call 1', 'last', 'later'])
  })

  test('runs nothing where the client is refused', async (ends) => {
    const decided = deferred()
    const heard: unknown[] = []
    const { server, url } = await ends.server({ identify: ({ refuse }) => decided.promise.then(refuse) })
    server.channel.on('chat', (_conn, n) => heard.push(n))
    server.register('add', () => heard.push('call'))
    server.when.ignored(() => heard.push('ignored'))
    const peer = ends.peer(url)
    peer.hi(HI)
    peer.send(['chat', 1, null])
    peer.send(['add', 1, 'a'])
    await until(() => server.inspect().handshakes === 1)
    await idle()
    decided.resolve(null)
    expect(await peer.closed).toEqual({ code: 1000, reason: 'wse.not-authorized' })
    await idle()
    expect(heard).toEqual([])
    expect(peer.received).toEqual([])
  })

  test('is bounded: 64 frames wait, one more is a fault', async (ends) => {
    const { url } = await ends.server({ identify: () => {} })
    const peer = ends.peer(url)
    peer.hi(HI)
    for (let n = 0; n < 65; n++) peer.send(['chat', n, null])
    expect(await peer.closed).toEqual({ code: 1000, reason: 'wse.protocol-error' })
  })
})
