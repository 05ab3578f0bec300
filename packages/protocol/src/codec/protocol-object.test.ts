import { describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import { Malformed } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import type { Data } from '../transport/transport.js'
import { type ProtocolObject, protocolObjectCodec } from './protocol-object.js'

/** The two kinds of protocol that WSE 4 documents: text with text types, and bytes with numbers as types. */
class TextProtocol {
  name = 'custom-protocol'
  internal_types = Object.freeze({
    hi: '~wse:hi',
    challenge: '~wse:challenge',
    welcome: '~wse:welcome',
    call: '~wse:call',
    response: '~wse:response',
    response_error: '~wse:response-err',
  })

  pack({ type, payload = undefined, stamp = undefined }: { type: Payload; payload?: Payload; stamp?: Payload }) {
    return JSON.stringify([type, payload, stamp])
  }

  unpack(encoded: Payload) {
    return JSON.parse(encoded)
  }
}

class BinaryProtocol {
  name = 'binary-protocol'
  internal_types = Object.freeze({
    hi: 0x01,
    challenge: 0x02,
    welcome: 0x03,
    call: 0x04,
    response: 0x05,
    response_error: 0x06,
  })

  pack(message: { type: Payload; payload?: Payload; stamp?: Payload }) {
    return Buffer.from(JSON.stringify(message), 'utf8')
  }

  unpack(buffer: Payload) {
    const { type, payload, stamp } = JSON.parse(buffer.toString('utf8'))
    return [type, payload, stamp] as const
  }
}

const asBuffer = (data: Data) =>
  typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length)
const asBrowser = (data: Data) => data
const INTERNAL = [FRAME.HI, FRAME.CHALLENGE, FRAME.WELCOME, FRAME.CALL, FRAME.RESPONSE, FRAME.RESPONSE_ERR]

describe.each([
  ['text, read on a server', new TextProtocol(), asBuffer],
  ['text, read in a browser', new TextProtocol(), asBrowser],
  ['binary, read on a server', new BinaryProtocol(), asBuffer],
  ['binary, read by a client in Node', new BinaryProtocol(), asBuffer],
] as const)('the documented protocol: %s', (_, object, present) => {
  const codec = protocolObjectCodec(object, present)

  it.each([...INTERNAL, FRAME.CANCEL, FRAME.SESSION, 'chat', 'constructor'])('carries %s there and back', (type) => {
    const read = codec.decode(codec.encode(type, { a: [1, 'é', null] }, 7, FRAME_LIMITS), FRAME_LIMITS)
    expect(read).toEqual([type, { a: [1, 'é', null] }, 7])
  })

  it('carries a message without a stamp or payload', () => {
    const [type, payload, stamp] = codec.decode(codec.encode('chat', undefined, undefined, FRAME_LIMITS), FRAME_LIMITS)
    expect(type).toBe('chat')
    expect(payload ?? null).toBeNull()
    expect(stamp ?? null).toBeNull()
  })

  it('speaks version 5, and carries no bytes unless it says so', () => {
    expect([codec.name, codec.version, codec.bytes]).toEqual([object.name, 5, false])
  })

  it.each(['', '{nope', 'null', '5', '{}', '"text"'])('finds %j malformed', (text) => {
    expect(() => codec.decode(text, FRAME_LIMITS)).toThrow(Malformed)
  })
})

describe('numbers as internal types', () => {
  const codec = protocolObjectCodec(new BinaryProtocol(), asBuffer)
  const frame = (type: unknown, payload?: unknown, stamp?: unknown) =>
    Buffer.from(JSON.stringify({ type, payload, stamp }))

  it('are what travels', () => {
    const sent = codec.encode(FRAME.RESPONSE_ERR, { code: 'X' }, 3, FRAME_LIMITS)
    expect(JSON.parse(Buffer.from(sent as Uint8Array).toString())).toEqual({
      type: 6,
      payload: { code: 'X' },
      stamp: 3,
    })
  })

  it.each([0, 7, 1.5, '1', -1])('are compared by identity, so %j is no internal type', (type) => {
    const read = () => codec.decode(frame(type), FRAME_LIMITS)
    if (typeof type === 'string') expect(read()[0]).toBe(type)
    else expect(read).toThrow(Malformed)
  })

  it.each(INTERNAL)('leave no back door: %s by its name is malformed', (type) => {
    expect(() => codec.decode(frame(type), FRAME_LIMITS)).toThrow(Malformed)
  })

  it('leave the names of all other reserved frames alone', () => {
    expect(codec.decode(frame('~wse:cancel', 'why', 3), FRAME_LIMITS)).toEqual(['~wse:cancel', 'why', 3])
  })
})

describe('the rules of every codec', () => {
  const codec = protocolObjectCodec(new TextProtocol(), asBrowser)

  it('hold for depth, names, stamps and batches', () => {
    for (const frame of [
      `["a",${'['.repeat(64)}${']'.repeat(64)}]`,
      '["",1]',
      `["${'n'.repeat(129)}"]`,
      '["a",1,-1]',
      '["a",1,true]',
      '[["a"],["b"]]',
    ]) {
      expect(() => codec.decode(frame, FRAME_LIMITS)).toThrow(Malformed)
    }
  })

  it('hold for what is written', () => {
    let deep: unknown = 1
    for (let i = 0; i < 64; i++) deep = [deep]
    expect(() => codec.encode('a', deep, 1, FRAME_LIMITS)).toThrow(expect.objectContaining({ code: 'wse.too-deep' }))
  })
})

describe('what a protocol object does wrong', () => {
  const made = (change: Partial<ProtocolObject>) =>
    protocolObjectCodec(Object.assign(new TextProtocol(), change), asBrowser)

  it('is the error of the sender when pack throws or returns nonsense', () => {
    const throwing = () => {
      throw null
    }
    for (const pack of [throwing, () => undefined, () => 5, () => ({})]) {
      expect(() => made({ pack }).encode('a', 1, 1, FRAME_LIMITS)).toThrow(
        expect.objectContaining({ code: 'wse.unserializable' }),
      )
    }
  })

  it('is the error of the sender, too, when the payload cannot be read', () => {
    const payload = Object.defineProperty({}, 'lazy', {
      enumerable: true,
      get() {
        throw new Error('no')
      },
    })
    const encode = () => made({}).encode('a', payload, 1, FRAME_LIMITS)
    expect(encode).toThrow(expect.objectContaining({ code: 'wse.unserializable' }))
  })

  it('may return an ArrayBuffer', () => {
    expect(made({ pack: () => new Uint8Array([1, 2]).buffer }).encode('a', 1, 1, FRAME_LIMITS)).toEqual(
      new Uint8Array([1, 2]),
    )
  })

  it('is malformed input when unpack throws or returns nonsense', () => {
    const throwing = () => {
      throw undefined
    }
    for (const unpack of [throwing, () => null, () => ({ type: 'a' }), () => 'ab', () => []]) {
      const codec = made({ unpack: unpack as unknown as ProtocolObject['unpack'] })
      expect(() => codec.decode('x', FRAME_LIMITS)).toThrow(Malformed)
    }
  })

  it.each([
    ['no object', null],
    ['a text', 'json'],
    ['no name', { name: undefined }],
    ['a name with a space', { name: 'my protocol' }],
    ['an empty name', { name: '' }],
    ['no pack', { pack: undefined }],
    ['no unpack', { unpack: 5 }],
    ['no internal types', { internal_types: undefined }],
    ['an internal type too few', { internal_types: { hi: 1, challenge: 2, welcome: 3, call: 4, response: 5 } }],
    [
      'an internal type twice',
      { internal_types: { hi: 1, challenge: 1, welcome: 3, call: 4, response: 5, response_error: 6 } },
    ],
    ['a version there is not', { version: 3 }],
  ])('is refused at construction: %s', (_, change) => {
    const object = typeof change === 'object' && change !== null ? Object.assign(new TextProtocol(), change) : change
    const make = () => protocolObjectCodec(object as unknown as ProtocolObject, asBrowser)
    expect(make).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
  })
})

it('version 4 and bytes are what the object says', () => {
  const codec = protocolObjectCodec(Object.assign(new TextProtocol(), { version: 4 as const, binary: true }), asBrowser)
  expect([codec.version, codec.bytes]).toEqual([4, true])
})
