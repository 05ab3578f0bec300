import { WSE_ERROR, WSE_REASON } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { FRAME_LIMITS } from '@wse/protocol/wire'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'

const NO_LIMITS = { depth: 10_000, nameBytes: 100_000 }

/** Any envelope, well formed or not. */
const frame = (type: unknown, payload?: unknown, stamp?: unknown) =>
  msgpack.encode(type as string, payload, stamp as number, NO_LIMITS) as Uint8Array

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** An array of `chat` and what follows. */
const chat = (payload: string) => hex(`92a463686174${payload}`)

/** Frames that break the protocol, each with what is wrong about it. */
const MALFORMED: readonly [string, string | Uint8Array][] = [
  ['T43 a text frame', '["chat",1]'],
  ['T43 an empty text frame', ''],
  ['T43 an empty frame', new Uint8Array(0)],
  ['T43 nil', hex('c0')],
  ['T43 a number', hex('05')],
  ['T43 a text', hex('a163')],
  ['T43 an object', hex('80')],
  ['T43 an empty array', hex('90')],
  ['T43 an array in an array', hex('9190')],
  ['T43 a number in place of the name', hex('9101')],
  ['T43 four positions', hex('94a161010203')],
  ['T43 NUL', hex('00')],
  ['T43 JSON in bytes', new TextEncoder().encode('["chat",1]')],
  ['T43 bytes as the default protocol has them', hex('0000000d5b22626c6f62222c6e756c6c5d010203')],
  ['T43 half a surrogate pair', chat('a3eda080')],
  ['T43 something behind the envelope', chat('01c0')],
  ['T43 a text that is cut short', chat('dbffffffff')],
  ['T43 an array that announces 4 Gi items', chat('ddffffffff')],
  ['T43 an object that announces 4 Gi members', chat('dfffffffff')],
  ['T43 an extension nobody knows', chat('d47f00')],
  ['T43 a record of msgpackr', chat('d4724091a16101')],
  ['T46 63 levels and the two of the frame', hex(`91${'91'.repeat(63)}90`)],
  ['T46 100,000 levels of arrays', new Uint8Array(100_000).fill(0x91)],
  ['T46 65 levels of objects', chat(`${'81a161'.repeat(63)}80`)],
  ['T46 30,000 Maps in Maps', chat('c9000f000001'.repeat(30_000))],
  ['T48 a name of 130 bytes in 65 letters', frame('é'.repeat(65), 1)],
  ['T48 a name of 10 KB', frame('x'.repeat(10_000), 1)],
  ['T48 a name of 129 bytes inside ~wse:call', frame('~wse:call', { name: 'x'.repeat(129) }, 1)],
  ['T48 a name of 129 bytes inside ~wse:volatile', frame('~wse:volatile', ['x'.repeat(129), 1])],
  ['T49 an unknown reserved frame', frame('~wse:reboot', 1)],
  ['T49 a reserved frame inside ~wse:volatile', frame('~wse:volatile', ['~wse:welcome', 1])],
  ['T50 a stamp of 10 KB', frame('add', 1, 'x'.repeat(10_000))],
  ['T50 a stamp that is an object', frame('add', 1, {})],
  ['T50 a stamp that is a Map', frame('add', 1, new Map())],
  ['T50 a stamp that is bytes', frame('add', 1, new Uint8Array([1]))],
  ['T50 a stamp that is a date', frame('add', 1, new Date(0))],
  ['T50 a stamp that is a bigint', frame('add', 1, 7n)],
  ['T50 a stamp that is a fraction', frame('add', 1, 1.5)],
  ['T50 a stamp that is NaN', frame('add', 1, Number.NaN)],
  ['T50 a stamp below zero', frame('add', 1, -1)],
  ['T50 a stamp of the wrong parity', frame('add', 1, 2)],
  ['T50 a stamp of 64 bits beyond the safe integers', hex('93a361646401cf0020000000000001')],
  ['T50 a stamp that is a text, from a version 5 client', frame('add', 1, 'abc')],
  ['T50 a stamp that is true', frame('add', 1, true)],
  ['a batch', hex('9292a1610192a16202')],
  ['a response without a stamp', frame('~wse:response', 1)],
]

async function greeted(ends: Ends, options: Parameters<Ends['server']>[0] = {}) {
  const { server, url } = await startServer(ends, { protocol: msgpack, ...options })
  const peer = ends.peer(url, msgpack.name)
  await peer.greet({ identity: 'mallory' })
  return { server, url, peer }
}

const own = { codecs: ['msgpack'] } as const

behaviour('an envelope of MessagePack that breaks the protocol', own, (test) => {
  for (const [title, broken] of MALFORMED) {
    test(`${title} is closed once with 4500`, async (ends) => {
      const { server, url, peer } = await greeted(ends)
      const handled: unknown[] = []
      server.when.ignored((...ignored) => handled.push(ignored))
      const errors: string[] = []
      server.when.error((error) => errors.push(error.code))
      const disconnected = server.when.disconnected()
      const greeting = peer.received.length
      peer.send(broken)
      peer.send(broken)
      expect(await peer.closed).toEqual({ code: 4500, reason: WSE_REASON.PROTOCOL_ERR })
      expect((await disconnected).slice(1)).toEqual([4500, WSE_REASON.PROTOCOL_ERR])
      expect([errors, handled, peer.received.length]).toEqual([[WSE_ERROR.PROTOCOL_VIOLATION], [], greeting])
      await expectAlive(ends, url)
    })

    test(`${title} is closed with 4500 before authentication, too`, async (ends) => {
      const { url } = await startServer(ends)
      const peer = ends.peer(url)
      peer.send(broken)
      expect((await peer.closed).code).toBe(4500)
      await expectAlive(ends, url)
    })

    // Of these a server may say what a client may not.
    if (title.includes('wrong parity')) continue
    test(`T59 ${title} from a server: the client leaves it with 4500`, async (ends) => {
      const stage = await ends.stage()
      const client = ends.client(stage.url)
      const connecting = client.connect('ann')
      const peer = await stage.next()
      await peer.next()
      peer.welcome()
      await connecting
      peer.send(broken)
      expect((await peer.closed).code).toBe(4500)
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

behaviour('an envelope of MessagePack that is only unusual', own, (test) => {
  test('T46 64 levels in all are let through', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('echo', (_, payload) => payload)
    let deep: unknown = new Map()
    for (let i = 0; i < 62; i++) deep = i % 2 === 0 ? [deep] : new Set([deep])
    peer.send(['echo', deep, 1])
    expect(await peer.next()).toEqual(['~wse:response', deep, 1])
  })

  test('T47 wide payloads are only payloads', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('size', (_, payload) => payload.size ?? Object.keys(payload).length)
    const wide = Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`a${i}`, 0]))
    const map = new Map(Object.entries(wide))
    for (const [payload, size] of [
      [wide, 8_000],
      [map, 8_000],
      [Array(30_000).fill([]), 30_000],
      ['x'.repeat(60_000), 60_000],
      [new Uint8Array(60_000), 60_000],
    ]) {
      peer.send(['size', payload, 1])
      expect(await peer.next()).toEqual(['~wse:response', size, 1])
    }
  })

  test('T48 members named as those of Object.prototype pollute nothing, on either side', async (ends) => {
    const { server, peer } = await greeted(ends)
    server.register('echo', (_, payload) => payload)
    const payload = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toJSON":5}')
    peer.send(['echo', payload, 1])
    const [, answer] = (await peer.next()) as [string, object]
    expect(JSON.stringify(answer)).toBe(JSON.stringify(payload))
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('T48 names of Object.prototype are names like any other', async (ends) => {
    const { server, peer } = await greeted(ends)
    const ignored: string[] = []
    server.when.ignored((_, type) => ignored.push(type))
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'error', 'close', 'then']
    for (const [i, name] of names.entries()) {
      peer.send([name, 1])
      peer.send([name, 1, i * 2 + 1])
      expect(await peer.next()).toMatchObject(['~wse:response-err', { code: WSE_ERROR.RP_NOT_REGISTERED }, i * 2 + 1])
    }
    expect(ignored).toEqual(names)
  })

  test('T48 a limit for names of one’s own holds', async (ends) => {
    const { peer } = await greeted(ends, { limits: { nameBytes: 32 } })
    peer.send(['add', { a: 1, b: 2 }, 3])
    expect(await peer.next()).toEqual(['~wse:response', 3, 3])
    peer.send(['x'.repeat(33), 1])
    expect((await peer.closed).code).toBe(4500)
  })

  test('T49 an application cannot use a reserved name', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    await client.connect('ann')
    const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_NAME })
    for (const name of ['~wse:welcome', '', 'x'.repeat(129), 5n as unknown as string]) {
      expect(() => client.send(name)).toThrow(invalid)
      expect(() => server.broadcast(name)).toThrow(invalid)
      expect(() => connOf(server, 'ann').send(name)).toThrow(invalid)
    }
  })

  test('T10 a frame above the limit is refused by its writer, and closes its reader', async (ends) => {
    const { server, url, peer } = await greeted(ends, { limits: { messageBytes: 1_000 } })
    const client = ends.client(url)
    await client.connect('ann')
    const around = (msgpack.encode('chat', new Uint8Array(500), undefined, FRAME_LIMITS) as Uint8Array).length - 500
    expect(client.send('chat', new Uint8Array(1_000 - around))).toBe('sent')
    const tooLarge = expect.objectContaining({ code: WSE_ERROR.TOO_LARGE })
    expect(() => client.send('chat', new Uint8Array(1_001 - around))).toThrow(tooLarge)
    expect(server.clients.size).toBe(2)
    peer.send(['chat', new Uint8Array(1_001 - around)])
    // Of real sockets `ws` is the first to judge it.
    expect([1009, 4500]).toContain((await peer.closed).code)
  })
})
