import { WSE_ERROR, WSE_REASON } from '@wse/client'
import { expect, it } from 'vitest'
import { Ends } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { MALFORMED } from './envelope-fixture.js'
import { RawSocket } from './raw-socket.js'

async function greeted(ends: Ends, options: Parameters<Ends['server']>[0] = {}) {
  const { server, url } = await startServer(ends, options)
  const peer = ends.peer(url)
  await peer.greet({ identity: 'mallory' })
  return { server, url, peer }
}

behaviour('an envelope that breaks the protocol', (test) => {
  for (const [title, frame] of MALFORMED) {
    test(`${title} is closed once with 4500`, async (ends) => {
      const { server, url, peer } = await greeted(ends)
      const handled: unknown[] = []
      server.when.ignored((...ignored) => handled.push(ignored))
      const errors: string[] = []
      server.when.error((error) => errors.push(error.code))
      const disconnected = server.when.disconnected()
      const greeting = peer.received.length
      peer.send(frame)
      peer.send(frame)
      expect(await peer.closed).toEqual({ code: 4500, reason: WSE_REASON.PROTOCOL_ERR })
      expect((await disconnected).slice(1)).toEqual([4500, WSE_REASON.PROTOCOL_ERR])
      expect([errors, handled, peer.received.length]).toEqual([[WSE_ERROR.PROTOCOL_VIOLATION], [], greeting])
      await expectAlive(ends, url)
    })
  }

  test('T50 a stamp in flight used again is closed with 4500', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('never', () => new Promise(() => {}))
    peer.send(['never', 1, 1])
    peer.send(['~wse:call', { name: 'add', payload: { a: 1, b: 2 } }, 1])
    expect((await peer.closed).code).toBe(4500)
    expect(peer.received.length).toBe(2)
  })

  for (const frame of ['{nope', ['never', 1, 'a'], ['~wse:volatile', 5], [['add'], ['add']]]) {
    test(`T50 ${JSON.stringify(frame)} of a WSE 4 client is closed once with 1000, as it knows it`, async (ends) => {
      const { server, url } = await startServer(ends)
      server.register('never', () => new Promise(() => {}))
      const peer = ends.peer(url)
      await peer.greet({ identity: 'mallory', version: 4 })
      peer.send(['never', 1, 'a'])
      peer.send(frame)
      expect(await peer.closed).toEqual({ code: 1000, reason: WSE_REASON.PROTOCOL_ERR })
      await expectAlive(ends, url)
    })
  }

  test('what came before it in a batch stays handled', async (ends) => {
    const { url, peer } = await greeted(ends)
    peer.send([['add', { a: 1, b: 2 }, 1], ['add', { a: 2, b: 2 }, 3], 5, ['add', { a: 3, b: 2 }, 5]])
    expect([await peer.next(), await peer.next()]).toEqual([
      ['~wse:response', 3, 1],
      ['~wse:response', 4, 3],
    ])
    expect((await peer.closed).code).toBe(4500)
    expect(peer.received.length).toBe(4)
    await expectAlive(ends, url)
  })
})

it('T44 an unparsable frame of a client that is in, and then a bad WebSocket frame on the same socket', async () => {
  const ends = new Ends('ws')
  const { server, url } = await startServer(ends)
  const joined = server.when.joined()
  const raw = new RawSocket(url)
  await raw.upgrade()
  raw.text(['~wse:hi', { identity: 'mallory', v: 5 }])
  await joined
  raw.text('{nope').frame(0xc1, 'x').frame(0x83)
  expect(await raw.closeCode()).toBe(4500)
  await expectAlive(ends, url)
  raw.socket.destroy()
  await raw.gone()
  expect(await ends.end()).toEqual([])
})

behaviour('an envelope at the edge of what is allowed', (test) => {
  test('T46 62 levels below the frame and its payload are fine', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('echo', (_, payload) => payload)
    peer.send(`["echo",${'['.repeat(63)}${']'.repeat(63)},1]`)
    expect(await peer.next()).toMatchObject(['~wse:response', expect.anything(), 1])
  })

  test('T46 brackets inside a text are not levels', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('echo', (_, payload) => payload)
    for (const payload of ['['.repeat(10_000), '\\"[{'.repeat(1_000), '\ud800']) {
      peer.send(['echo', payload, 1])
      expect(await peer.next()).toEqual(['~wse:response', payload, 1])
    }
  })

  test('T46 what is nested deeper is not written either', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    await client.connect('ann')
    const bomb = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    const refused = expect.objectContaining({ code: expect.stringMatching(/^wse\.(too-deep|unserializable)$/) })
    expect(() => client.send('chat', bomb)).toThrow(refused)
    expect(() => server.broadcast('chat', bomb)).toThrow(refused)
    await expect(client.call('add', bomb)).rejects.toEqual(refused)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  })

  test('T47 wide payloads are only payloads', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('size', (_, payload) => Object.keys(payload).length)
    const wide = Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`a${i}`, 0]))
    for (const payload of [wide, Array(30_000).fill([]), 'x'.repeat(60_000)]) {
      peer.send(['size', payload, 1])
      expect(await peer.next()).toEqual(['~wse:response', Object.keys(payload).length, 1])
    }
  })

  const NAMES = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'error',
    'close',
    'newListener',
    'then',
  ]
  test('T48 names of Object.prototype are names like any other', async (ends) => {
    const { server, peer } = await greeted(ends)
    const ignored: string[] = []
    server.when.ignored((_, type) => ignored.push(type))
    for (const [i, name] of NAMES.entries()) {
      peer.send([name, 1])
      peer.send([name, 1, i * 2 + 1])
      expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_NOT_REGISTERED }, i * 2 + 1])
    }
    expect(ignored).toEqual(NAMES)
    server.register('__proto__', () => 'mine')
    peer.send(['__proto__', 1, 99])
    expect(await peer.next()).toEqual(['~wse:response', 'mine', 99])
  })

  test('T48 a client takes them for names like any other, too', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    await client.connect('ann')
    const ignored: string[] = []
    client.when.ignored((type) => ignored.push(type))
    for (const name of NAMES) {
      server.send('ann', name, 1)
      await expect(connOf(server, 'ann').call(name)).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
    }
    expect(ignored).toEqual(NAMES)
  })

  const LONG = 'x'.repeat(33)
  for (const frame of [
    [LONG, 1],
    [LONG, 1, 1],
    ['~wse:call', { name: LONG }, 1],
    ['~wse:volatile', [LONG]],
  ]) {
    test(`T48 a limit for names of one's own holds for ${JSON.stringify(frame)}`, async (ends) => {
      const { peer } = await greeted(ends, { limits: { nameBytes: 32 } })
      peer.send(['add', { a: 1, b: 2 }, 3])
      expect(await peer.next()).toEqual(['~wse:response', 3, 3])
      peer.send(frame)
      expect((await peer.closed).code).toBe(4500)
    })
  }

  test('T48 they are users like any other', async (ends) => {
    const { server, url } = await startServer(ends)
    for (const cid of NAMES) {
      expect(server.send(cid, 'news').sent).toBe(0)
      server.dropClient(cid)
      const client = ends.client(url)
      await client.connect(cid)
      expect(server.clients.get(cid)?.conns.size).toBe(1)
      await client.disconnect()
    }
  })

  test('T49 an application cannot use a reserved name', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    await client.connect('ann')
    const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_NAME })
    for (const name of ['~wse:welcome', '~wse:call', '', 'x'.repeat(129), 5 as unknown as string]) {
      expect(() => client.send(name)).toThrow(invalid)
      expect(() => server.broadcast(name)).toThrow(invalid)
      expect(() => server.send('ann', name)).toThrow(invalid)
      expect(() => server.register(name, () => {})).toThrow(invalid)
      expect(() => client.register(name, () => {})).toThrow(invalid)
      await expect(client.call(name)).rejects.toEqual(invalid)
      expect(() => connOf(server, 'ann').send(name, 1, { volatile: true })).toThrow(invalid)
      await expect(connOf(server, 'ann').call(name)).rejects.toEqual(invalid)
    }
  })

  test('T51 responses nobody waits for are dropped, and nothing is answered', async (ends) => {
    const { server, peer } = await greeted(ends)
    for (let i = 1; i < 50; i++) {
      peer.send(['~wse:response', 1, 1_000 + i])
      peer.send(['~wse:response-err', { code: 'x' }, `s${i}`])
    }
    const [conn] = server.clients.get('mallory')?.conns.values() ?? []
    const call = conn?.call('slow', 1, { timeout: 1_000 })
    expect(await peer.next()).toMatchObject(['~wse:call', { name: 'slow' }, 2])
    const refused = expect(call).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    await ends.clock.advance(1_000)
    await refused
    expect(await peer.next()).toMatchObject(['~wse:cancel', 'timeout', 2])
    peer.send(['~wse:response', 'late', 2])
    const again = conn?.call('quick')
    await peer.next()
    for (const answer of ['first', 'second']) peer.send(['~wse:response', answer, 4])
    expect(await again).toBe('first')
    peer.send(['add', { a: 1, b: 2 }, 1])
    expect(await peer.next()).toEqual(['~wse:response', 3, 1])
  })

  test('T52 nobody answers the call of another connection', async (ends) => {
    const { server, url, peer: mallory } = await greeted(ends, { connPerUser: 2 })
    const alice = ends.peer(url)
    await alice.greet({ identity: 'alice' })
    const [conn] = server.clients.get('alice')?.conns.values() ?? []
    const answer = conn?.call('secret')
    const [, , stamp] = (await alice.next()) as [string, unknown, number]
    const tablet = ends.peer(url)
    await tablet.greet({ identity: 'alice' })
    for (const other of [mallory, tablet]) {
      other.send(['~wse:response', 'FORGED', stamp])
      other.send(['~wse:response-err', { code: 'FORGED' }, stamp])
      other.send(['add', { a: 1, b: 2 }, 1])
      expect(await other.next()).toEqual(['~wse:response', 3, 1])
    }
    alice.send(['~wse:response', 'true', stamp])
    expect(await answer).toBe('true')
  })
})
