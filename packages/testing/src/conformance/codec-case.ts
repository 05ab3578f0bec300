import type { Codec, Data, Envelope, FrameLimits, Payload } from '@wse/protocol/wire'
import { FRAME_LIMITS, isBatch, Malformed } from '@wse/protocol/wire'
import { ConformanceError, ok } from './assert.js'

/** What the cases of a codec are run with. */
export interface CodecSubject {
  readonly codec: Codec
  /** Payloads the codec must carry as they are. */
  readonly values: readonly unknown[]
  /** Frames the codec must refuse. */
  readonly malformed: readonly Data[]
}

/** One rule for codecs and how to try it. */
export interface CodecCase {
  /** The rule, as a sentence. */
  readonly name: string
  /** Throws if the rule is broken. */
  run(subject: CodecSubject): void
}

/** Lets any frame through, to make one that the usual limits forbid. */
export const NO_LIMITS: FrameLimits = { depth: 10_000, nameBytes: 10_000 }

/** Encodes and decodes one envelope. */
export function roundTrip(codec: Codec, ...[type, payload, stamp]: Envelope): Envelope {
  return decodeOne(codec, codec.encode(type, payload as Payload, stamp, FRAME_LIMITS))
}

/** Decodes a frame that holds one envelope. */
export function decodeOne(codec: Codec, data: Data): Envelope {
  const frame = codec.decode(data, FRAME_LIMITS)
  ok(!isBatch(frame), 'one envelope was decoded as a batch')
  return frame
}

/** Fails unless the usual limits make `data` malformed. */
export function refuses(codec: Codec, data: Data, what: string): void {
  try {
    codec.decode(data, FRAME_LIMITS)
  } catch (thrown) {
    ok(thrown instanceof Malformed, `${what}: threw ${String(thrown)}, which is not Malformed`)
    return
  }
  throw new ConformanceError(`${what}: was decoded`)
}

/** An array nested `levels` deep. */
export function nested(levels: number): unknown {
  let value: unknown = 0
  for (let i = 0; i < levels; i++) value = [value]
  return value
}
