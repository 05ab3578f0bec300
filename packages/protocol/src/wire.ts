/** For implementers of codecs, transports and clocks, and of the protocol in other languages. */
export { systemClock } from './clock/system-clock.js'
export { bytesOf } from './codec/binary.js'
export { isBatch } from './codec/codec.js'
export { parsedDeeperThan, textDeeperThan, valueDeeperThan } from './codec/depth.js'
export { jsonCodec } from './codec/json.js'
export { protocolObjectCodec } from './codec/protocol-object.js'
export { decodeUtf8, encodeUtf8, utf8Length } from './codec/utf8.js'
export { mayComeBack } from './codes/after-close.js'
export { FRAME } from './codes/tables.js'
export { checkEnvelope, isReserved, Malformed } from './frames/envelope.js'
export {
  COUNTED_FRAMES,
  NAME_BYTES,
  RESERVED_CALLS,
  RESERVED_PREFIX,
  UNBATCHED_FRAMES,
  VERSION,
} from './frames/names.js'
export { FRAME_LIMITS } from './limits/frame-limits.js'
export { cutReason, REASON_BYTES } from './transport/reason.js'

export type { Clock, Timer } from './clock/clock.js'
export type { Codec } from './codec/codec.js'
export type { InternalTypes, ProtocolObject } from './codec/protocol-object.js'
export type { Envelope, Stamp } from './frames/envelope.js'
export type { Payload } from './frames/payload.js'
export type { FrameLimits } from './limits/frame-limits.js'
export type { Data, Transport, TransportRequest, TransportState } from './transport/transport.js'
