import { FRAME_LIMITS, Malformed } from '@wse/protocol/wire'
import { describe, expect, it } from 'vitest'
import { expand, type Text, trimmed, vectors } from '../../protocol/src/vectors.test-helper.js'
import { msgpack } from './msgpack.js'
import { fromHex, fromVector } from './vectors.test-helper.js'

interface Vector {
  name: string
  frame: string
  envelope: [string, unknown?, (string | number)?]
}

interface Vectors {
  frames: Vector[]
  decodeOnly: Vector[]
  malformed: { why: string; rule: string; frame: Text }[]
}

const { frames, decodeOnly, malformed } = vectors<Vectors>('msgpack')

describe('frames of the vectors', () => {
  it.each([...frames, ...decodeOnly])('are read: $name', ({ frame, envelope }) => {
    expect(trimmed(msgpack.decode(fromHex(frame), FRAME_LIMITS))).toEqual(fromVector(envelope))
  })

  it.each(frames)('are written byte for byte: $name', ({ frame, envelope }) => {
    const [type, payload, stamp] = fromVector(envelope) as [string, unknown, number?]
    expect(Buffer.from(msgpack.encode(type, payload, stamp, FRAME_LIMITS) as Uint8Array).toString('hex')).toBe(frame)
  })

  it.each(malformed)('are refused: $why ($rule)', ({ frame }) => {
    expect(() => msgpack.decode(fromHex(expand(frame)), FRAME_LIMITS)).toThrow(Malformed)
  })

  it.each([...frames, ...decodeOnly])('are refused at any length but their own: $name', ({ frame }) => {
    const whole = fromHex(frame)
    for (let length = 0; length < whole.length; length++) {
      expect(() => msgpack.decode(whole.subarray(0, length), FRAME_LIMITS)).toThrow(Malformed)
    }
    expect(() => msgpack.decode(Uint8Array.from([...whole, 0xc0]), FRAME_LIMITS)).toThrow(Malformed)
  })
})

it('takes no text frame', () => {
  expect(() => msgpack.decode('["chat",1]', FRAME_LIMITS)).toThrow(Malformed)
})
