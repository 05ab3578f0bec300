import { describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import type { Envelope } from '../frames/envelope.js'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { fromBase64, trimmed, vectors, withBytes } from '../vectors.test-helper.js'
import { bytesOf } from './binary.js'
import { jsonCodec } from './json.js'

interface Binary {
  frames: { name: string; frame: string; envelope: Envelope; exact?: boolean }[]
}

const { frames } = vectors<Binary>('binary')
const bytes = new Uint8Array([1, 2, 3])

describe('binary frames of the vectors', () => {
  it.each(frames)('are read: $name', ({ frame, envelope }) => {
    expect(trimmed(jsonCodec.decode(fromBase64(frame), FRAME_LIMITS))).toEqual(withBytes(envelope))
  })

  it.each(frames)('are written so that they read the same: $name', ({ envelope }) => {
    const [type, payload, stamp] = withBytes(envelope) as unknown as Envelope
    const written = jsonCodec.encode(type, payload, stamp, FRAME_LIMITS)
    expect(written).toBeInstanceOf(Uint8Array)
    expect(trimmed(jsonCodec.decode(written, FRAME_LIMITS))).toEqual(withBytes(envelope))
  })

  it.each(frames.filter(({ exact }) => exact))('are written byte for byte: $name', ({ frame, envelope }) => {
    const [type, payload, stamp] = withBytes(envelope) as unknown as Envelope
    expect(jsonCodec.encode(type, payload, stamp, FRAME_LIMITS)).toEqual(fromBase64(frame))
  })
})

it('gives the bytes memory of their own', () => {
  const frame = jsonCodec.encode('blob', bytes, undefined, FRAME_LIMITS) as Uint8Array
  const [, read] = jsonCodec.decode(frame, FRAME_LIMITS) as unknown as [string, Uint8Array]
  frame.fill(0)
  expect(read).toEqual(bytes)
  expect(read.buffer.byteLength).toBe(3)
})

it('reads a frame that lies inside a larger buffer', () => {
  const frame = jsonCodec.encode('blob', bytes, 7, FRAME_LIMITS) as Uint8Array
  const pool = new Uint8Array(frame.length + 20)
  pool.set(frame, 13)
  expect(jsonCodec.decode(pool.subarray(13, 13 + frame.length), FRAME_LIMITS)).toEqual(['blob', bytes, 7])
})

it('takes a Buffer as bytes, and gives back a plain Uint8Array', () => {
  const frame = jsonCodec.encode('blob', Buffer.from('hi'), 7, FRAME_LIMITS)
  const [, read] = jsonCodec.decode(Buffer.from(frame as Uint8Array), FRAME_LIMITS) as unknown as [string, Uint8Array]
  expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype)
  expect(read).toEqual(new Uint8Array([104, 105]))
})

it('leaves the payload it was given as it was', () => {
  const call = { name: 'store', payload: bytes }
  jsonCodec.encode(FRAME.CALL, call, 7, FRAME_LIMITS)
  expect(call).toEqual({ name: 'store', payload: bytes })
})

it('looks for bytes only where they may be', () => {
  expect(bytesOf('blob', { deep: bytes })).toBeNull()
  expect(bytesOf('blob', [bytes])).toBeNull()
  expect(bytesOf('blob', null)).toBeNull()
  expect(bytesOf('blob', 'text')).toBeNull()
  expect(bytesOf('blob', new ArrayBuffer(3))).toBeNull()
  expect(bytesOf(FRAME.CALL, { name: 'a', payload: 'text' })).toBeNull()
  expect(bytesOf(FRAME.VOLATILE, ['a', bytes])?.value).toBe(bytes)
  expect(bytesOf(FRAME.EVENT, { topic: 't', event: 'e', data: bytes })?.value).toBe(bytes)
})

it.each([FRAME.WELCOME, FRAME.CHALLENGE])('never writes %s as a frame nobody may read', (type) => {
  let written: string | Uint8Array
  try {
    written = jsonCodec.encode(type, bytes, undefined, FRAME_LIMITS)
  } catch (thrown) {
    expect(thrown).toMatchObject({ type: 'wse-error' })
    return
  }
  expect(() => jsonCodec.decode(written, FRAME_LIMITS)).not.toThrow()
})

it('refuses a header nested too deep before it writes', () => {
  let deep: unknown = 1
  for (let i = 0; i < 64; i++) deep = [deep]
  const call = { name: 'a', payload: bytes, trace: deep }
  expect(() => jsonCodec.encode(FRAME.CALL, call, 1, FRAME_LIMITS)).toThrow(
    expect.objectContaining({ code: 'wse.too-deep' }),
  )
})
