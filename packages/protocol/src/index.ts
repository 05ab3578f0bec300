export { WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS } from './codes/tables.js'
export { WseError } from './error/wse-error.js'

export type { Clock, Timer } from './clock/clock.js'
export type { ProtocolObject, InternalTypes } from './codec/protocol-object.js'
export type { WseErrorCode, WseReason, WseReset, WseStatus } from './codes/tables.js'
export type { Certainty, WseErrorOptions } from './error/wse-error.js'
export type { Channel } from './events/channel.js'
export type { Unsubscribe } from './events/listener.js'
export type { AbortSignalLike, NextOptions, Occurrence, When } from './events/signal.js'
export type { EventMap, WhenOf } from './events/signals.js'
export type { Payload } from './frames/payload.js'
export type { SendResult } from './link/link.js'
export type { Overflow, QueuePolicy, SendOptions } from './link/send-options.js'
export type { CallOptions } from './peer/peer.js'
export type { LostMessage, Reset } from './session/reset.js'
export type {
  Data,
  Flushable,
  Refusal,
  SharedFrame,
  Transport,
  TransportRequest,
  TransportState,
} from './transport/transport.js'
