import type { Envelope, Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import type { Data } from '../transport/transport.js'

/**
 * Turns envelopes into frames and back. One instance serves all links, so it keeps no state.
 */
export interface Codec {
  /** The WebSocket subprotocol that stands for this codec. */
  readonly name: string
  /** Highest version of the wire it can carry. */
  readonly version: 4 | 5
  /** Whether a `Uint8Array` payload can travel as it is. */
  readonly bytes: boolean
  /** Encodes one envelope. @throws {WseError} `UNSERIALIZABLE`, `TOO_DEEP` */
  encode(type: string, payload: Payload, stamp: Stamp | undefined, limits: FrameLimits): Data
  /** Decodes a frame into an envelope, or a batch of them. @throws {Malformed} */
  decode(data: Data, limits: FrameLimits): Envelope | readonly Envelope[]
  /** Makes one frame of two or more encoded as text; a codec without it knows no batches. */
  join?(texts: readonly string[]): string
}

/** Whether a decoded frame is a batch: its first position is an envelope, not a name. */
export function isBatch(frame: Envelope | readonly Envelope[]): frame is readonly Envelope[] {
  return typeof frame[0] !== 'string'
}
