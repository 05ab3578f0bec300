import { FRAME, FRAME_LIMITS, type Payload } from '@wse/protocol/wire'
import { equal, ok } from './assert.js'
import { type CodecCase, type CodecSubject, decodeOne, roundTrip } from './codec-case.js'

/** Rules for codecs that carry bytes. */
export const BYTES_CASES: readonly CodecCase[] = [
  { name: 'carries bytes wherever an application value travels', run: carriesBytes },
  { name: 'carries no bytes, one and many', run: carriesAnyLength },
  { name: 'carries a view of larger memory', run: carriesViews },
  { name: 'gives decoded bytes memory of their own', run: ownMemory },
]

const BYTES = Uint8Array.from([0, 1, 127, 128, 255])

/** Every place of PROTOCOL.md, "Bytes". */
const PLACES: readonly (readonly [type: string, payload: Payload, stamp?: number])[] = [
  ['say', BYTES],
  ['add', BYTES, 1],
  [FRAME.RESPONSE, BYTES, 2],
  [FRAME.ITEM, BYTES, 3],
  [FRAME.CALL, { name: 'add', payload: BYTES, timeout: 500 }, 5],
  [FRAME.EVENT, { topic: 'room:1', event: 'said', data: BYTES }],
  [FRAME.VOLATILE, ['say', BYTES]],
]

function carriesBytes({ codec }: CodecSubject): void {
  for (const [type, payload, stamp] of PLACES) {
    const decoded = roundTrip(codec, type, payload, stamp)
    equal([decoded[0], decoded[1]], [type, payload], `${type} with bytes`)
    equal(decoded[2] ?? undefined, stamp, `stamp of ${type} with bytes`)
  }
}

function carriesAnyLength({ codec }: CodecSubject): void {
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => at)
    equal(roundTrip(codec, 'say', bytes)[1], bytes, 'payload')
  }
}

function carriesViews({ codec }: CodecSubject): void {
  equal(roundTrip(codec, 'say', BYTES.subarray(1, 4))[1], Uint8Array.from([1, 127, 128]), 'payload')
  const frame = codec.encode('say', BYTES, undefined, FRAME_LIMITS)
  if (typeof frame === 'string') return
  const memory = new Uint8Array(frame.length + 8)
  memory.set(frame, 3)
  equal(decodeOne(codec, memory.subarray(3, 3 + frame.length))[1], BYTES, 'payload of a frame within larger memory')
}

function ownMemory({ codec }: CodecSubject): void {
  const frame = codec.encode('say', BYTES, undefined, FRAME_LIMITS)
  const payload: unknown = decodeOne(codec, frame)[1]
  ok(payload instanceof Uint8Array, 'the payload is not a Uint8Array')
  if (typeof frame !== 'string') frame.fill(0)
  equal(payload, BYTES, 'payload, after the frame was overwritten')
  equal(payload.buffer.byteLength, BYTES.length, 'memory behind the payload')
}
