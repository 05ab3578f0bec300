import { describe, expect, it } from 'vitest'
import { type Envelope, hasStamp, Malformed } from '../frames/envelope.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { expand, fromBase64, type Text, trimmed, vectors } from '../vectors.test-helper.js'
import { isBatch } from './codec.js'
import { jsonCodec } from './json.js'

interface Envelopes {
  both: { name: string; frame: string; envelope: Envelope }[]
  decodeOnly: { name: string; frame: string; envelope: Envelope; hasStamp: boolean }[]
}

interface MalformedFrames {
  frames: { why: string; text?: Text | Text[]; base64?: string }[]
}

const { both, decodeOnly } = vectors<Envelopes>('envelopes')
const malformed = vectors<MalformedFrames>('malformed').frames

function encode(type: string, payload?: unknown, stamp?: number | string): unknown {
  return jsonCodec.encode(type, payload, stamp, FRAME_LIMITS)
}

describe('envelopes of the vectors', () => {
  it.each(both)('are read: $name', ({ frame, envelope }) => {
    expect(trimmed(jsonCodec.decode(frame, FRAME_LIMITS))).toEqual(envelope)
  })

  it.each(both)('are written: $name', ({ frame, envelope: [type, payload, stamp] }) => {
    expect(encode(type, payload, stamp)).toBe(frame)
  })

  it.each(decodeOnly)('are read from other writers: $name', ({ frame, envelope, ...vector }) => {
    const read = jsonCodec.decode(frame, FRAME_LIMITS)
    expect(trimmed(read)).toEqual(envelope)
    expect(hasStamp((read as Envelope)[2])).toBe(vector.hasStamp)
  })

  it.each(malformed)('are refused: $why', ({ text, base64 }) => {
    const frame = text === undefined ? fromBase64(base64 ?? '') : expand(text)
    expect(() => jsonCodec.decode(frame, FRAME_LIMITS)).toThrow(Malformed)
  })
})

describe('writing', () => {
  it('leaves out what is absent', () => {
    expect(encode('a')).toBe('["a"]')
    expect(encode('a', undefined, 3)).toBe('["a",null,3]')
    expect(encode('a', { gone: undefined, here: 1 })).toBe('["a",{"here":1}]')
  })

  it('writes what JSON makes of a function or a symbol', () => {
    expect(encode('a', () => 1, 1)).toBe('["a",null,1]')
    expect(encode('a', Symbol('x'), 1)).toBe('["a",null,1]')
  })

  it.each([
    ['a BigInt', 5n],
    ['a BigInt deep inside', { a: [{ b: 5n }] }],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no')
        },
      },
    ],
    [
      'a toJSON that throws null',
      {
        toJSON() {
          throw null
        },
      },
    ],
    [
      'a Proxy that throws',
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('no')
          },
        },
      ),
    ],
  ])('refuses %s as unserializable', (_, payload) => {
    expect(() => encode('a', payload)).toThrow(expect.objectContaining({ code: 'wse.unserializable' }))
  })

  it('refuses a circle as unserializable', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(() => encode('a', circle)).toThrow(expect.objectContaining({ code: 'wse.unserializable' }))
  })

  it('refuses what the other end would refuse as too deep', () => {
    expect(() => encode('a', nested(64))).toThrow(
      expect.objectContaining({ code: 'wse.too-deep', details: { depth: 64 } }),
    )
    expect(encode('a', nested(63))).toBe(`["a",${'['.repeat(63)}${']'.repeat(63)}]`)
  })

  it('survives what overflows the stack', () => {
    expect(() => encode('a', nested(100_000))).toThrow(expect.objectContaining({ type: 'wse-error' }))
  })
})

it('tells a batch from an envelope', () => {
  expect(isBatch(jsonCodec.decode('[["a"],["b"]]', FRAME_LIMITS))).toBe(true)
  expect(isBatch(jsonCodec.decode('["a",[["b"]]]', FRAME_LIMITS))).toBe(false)
})

it('keeps to the limits it is given', () => {
  expect(() => jsonCodec.decode('["a",[[1]]]', { depth: 2, nameBytes: 128 })).toThrow(Malformed)
  expect(() => jsonCodec.decode('["abc"]', { depth: 64, nameBytes: 2 })).toThrow(Malformed)
})

function nested(levels: number): unknown {
  let value: unknown = []
  for (let i = 1; i < levels; i++) value = [value]
  return value
}
