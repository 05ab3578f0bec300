import { type Envelope, FRAME_LIMITS, Malformed } from '@wse/protocol/wire'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { vectors } from '../../protocol/src/vectors.test-helper.js'
import { msgpack } from './msgpack.js'
import { fromHex } from './vectors.test-helper.js'

/** `["a", …]` with a payload in bytes. */
const frameOf = (...payload: number[]) => Uint8Array.from([0x92, 0xa1, 0x61, ...payload])
const read = (frame: Uint8Array) => msgpack.decode(frame, FRAME_LIMITS) as Envelope

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([])
})

/** Frames that are refused before anything is made for what they announce, as the time they take shows. */
const BOMBS: Record<string, Uint8Array> = {
  'arrays in arrays that each announce all that follows': bombOf(() => [0xdd, 0, 0x0f, 0, 0]),
  'objects in objects that do': bombOf(() => [0xdf, 0, 0x07, 0, 0, 0xa0]),
  'a million levels': new Uint8Array(1_048_576).fill(0x91),
  'a million Maps in Maps': bombOf(() => [0xc9, 0, 0x0f, 0, 0, 1]),
  'a million Sets of one in Sets': bombOf(() => [0xc9, 0, 0x0f, 0, 0, 2, 0x91]),
}

function bombOf(piece: () => number[]): Uint8Array {
  const frame = new Uint8Array(1_048_576)
  for (let at = 0; at + 8 < frame.length; at += piece().length) frame.set(piece(), at)
  return frame
}

it.each(Object.entries(BOMBS))('T46 refuses %s without a deep stack, nor much memory', (_, frame) => {
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 100; i++) expect(() => read(frame)).toThrow(Malformed)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
})

it('T46 refuses too deep a frame with a stack that is nearly used up', () => {
  const frame = new Uint8Array(100_000).fill(0x91)
  const levels = (left: number): unknown => (left === 0 ? read(frame) : levels(left - 1))
  expect(() => levels(5_000)).toThrow(Malformed)
})

it('T48 takes __proto__ for a member like any other, and so it is one', () => {
  const payload = read(frameOf(0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x78, 1))[1]
  expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
  expect(Object.entries(payload)).toEqual([['__proto__', { x: 1 }]])
  expect(payload.x).toBeUndefined()
})

it('makes nothing but plain values: nothing that is sent brings a class to life', () => {
  for (let type = -128; type < 128; type++) {
    if (type === -1 || (type > 0 && type < 4)) continue
    for (const body of [
      [0xd4, type & 255, 0],
      [0xd6, type & 255, 0x92, 0xa0, 0xa0, 0xc0],
      [0xc7, 1, type & 255, 0x90],
    ]) {
      expect(() => read(frameOf(...body))).toThrow(`an extension of type ${type}`)
    }
  }
})

it('gives bytes out of a Buffer memory of their own, too', () => {
  const frame = Buffer.from(frameOf(0x91, 0xc4, 2, 1, 2))
  const [bytes] = read(frame)[1] as [Uint8Array]
  frame.fill(0)
  expect(bytes).toEqual(new Uint8Array([1, 2]))
  expect(Buffer.isBuffer(bytes)).toBe(false)
  expect(bytes?.buffer.byteLength).toBe(2)
})

const known = vectors<{ frames: { frame: string }[]; decodeOnly: { frame: string }[] }>('msgpack')
const corpus = [...known.frames, ...known.decodeOnly].map(({ frame }) => fromHex(frame))

/** A frame of the vectors with a few bytes changed, cut out, doubled, or taken from another one. */
const mutant = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom(...corpus)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([frame, changes]) =>
    changes.reduce((bytes, [kind, place, byte, other]) => {
      const at = place % (bytes.length + 1)
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
      const parts = [
        [before, [byte], after.subarray(1)],
        [before, after.subarray(1 + (byte % 4))],
        [before, [byte], after],
        [before, other.subarray(byte % (other.length + 1))],
        [before, after, after.subarray(0, byte)],
        [before, [[0xc7, 0xdc, 0xdd, 0xdf, 0xd4, 0xc9][byte % 6] as number, byte], after],
      ][kind] as ArrayLike<number>[]
      return Uint8Array.from(parts.flatMap((part) => Array.from(part)))
    }, frame),
  )

it('T45 throws nothing but Malformed, whatever was changed in a frame, and reads its own writing of what it took', () => {
  fc.assert(
    fc.property(fc.oneof(mutant, fc.uint8Array({ maxLength: 200 })), (frame) => {
      try {
        const [type, payload, stamp] = read(frame)
        const again = msgpack.encode(type, payload, stamp, { depth: 65, nameBytes: 128 }) as Uint8Array
        expect(msgpack.decode(again, FRAME_LIMITS).slice(0, 2)).toEqual(
          payload === undefined ? [type] : [type, payload],
        )
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Malformed)
      }
    }),
    { numRuns: 20_000 },
  )
})
