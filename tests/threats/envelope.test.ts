import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'

const text = (value: unknown) => JSON.stringify(value)
const nested = (levels: number) => `["chat",${'['.repeat(levels)}${']'.repeat(levels)}]`

const MALFORMED: readonly [string, string | Uint8Array][] = [
  ...['', 'null', '5', '"s"', '{}', '[]', '[[]]', '[{}]', '[null]', '[1]', '["a",1,2,3]', '\0', '\ufeff[]'].map(
    (frame): [string, string] => [`T43 ${text(frame)}`, frame],
  ),
  ['T43 bytes that are no frame', new Uint8Array([1, 2, 3])],
  ['T43 bytes whose header is longer than the frame', new Uint8Array([255, 255, 255, 255, 0])],
  ['T46 63 levels and the two of the frame', nested(64)],
  ['T46 5,000 levels', nested(5_000)],
  ['T46 30,000 levels', nested(30_000)],
  ['T46 100,000 levels', nested(100_000)],
  ['T48 a name of 129 bytes', text(['x'.repeat(129), 1])],
  ['T48 a name of 10 KB', text(['x'.repeat(10_000), 1])],
  ['T49 an unknown reserved frame', text(['~wse:reboot', 1])],
  ['T50 a stamp of 10 KB', text(['add', 1, 'x'.repeat(10_000)])],
  ['T50 a stamp that is an object', text(['add', 1, {}])],
  ['T50 a stamp that is a fraction', text(['add', 1, 1.5])],
  ['T50 a stamp below zero', text(['add', 1, -1])],
  ['T50 a stamp of the wrong parity', text(['add', 1, 2])],
  ['a batch of one', text([['chat', 1]])],
  ['a batch in a batch', text([[['chat', 1]], ['chat', 2]])],
  [
    'a link frame in a batch',
    text([
      ['~wse:ping', { sent: 0, received: 0 }],
      ['chat', 1],
    ]),
  ],
  ['a response without a stamp', text(['~wse:response', 1])],
]

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
      const error = server.when.error()
      peer.send(frame)
      peer.send(frame)
      expect((await peer.closed).code).toBe(4500)
      expect((await error)[0].code).toBe(WSE_ERROR.PROTOCOL_VIOLATION)
      expect(handled).toEqual([])
      await expectAlive(ends, url)
    })
  }

  test('T50 a stamp in flight used again is closed with 4500', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('never', () => new Promise(() => {}))
    peer.send(['never', 1, 1])
    peer.send(['never', 1, 1])
    expect((await peer.closed).code).toBe(4500)
  })
})

behaviour('an envelope at the edge of what is allowed', (test) => {
  test('T46 62 levels below the frame and its payload are fine', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('echo', (_, payload) => payload)
    peer.send(`["echo",${'['.repeat(63)}${']'.repeat(63)},1]`)
    expect(await peer.next()).toMatchObject(['~wse:response', expect.anything(), 1])
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

  test('T48 they are users like any other', async (ends) => {
    const { server, url } = await startServer(ends)
    for (const cid of ['__proto__', 'constructor', 'then']) {
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
    peer.send(['add', { a: 1, b: 2 }, 1])
    expect(await peer.next()).toEqual(['~wse:response', 3, 1])
  })

  test('T52 nobody answers the call of another connection', async (ends) => {
    const { server, url, peer: mallory } = await greeted(ends)
    const alice = ends.peer(url)
    await alice.greet({ identity: 'alice' })
    const [conn] = server.clients.get('alice')?.conns.values() ?? []
    const answer = conn?.call('secret')
    const [, , stamp] = (await alice.next()) as [string, unknown, number]
    mallory.send(['~wse:response', 'FORGED', stamp])
    mallory.send(['add', { a: 1, b: 2 }, 1])
    expect(await mallory.next()).toEqual(['~wse:response', 3, 1])
    alice.send(['~wse:response', 'true', stamp])
    expect(await answer).toBe('true')
  })
})
