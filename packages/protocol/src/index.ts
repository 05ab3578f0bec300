export { WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS } from './codes/tables.js'
export { WseError } from './error/wse-error.js'
export { consoleLog } from './logging/console-log.js'

export type { Clock, Timer } from './clock/clock.js'
export type { ProtocolObject, InternalTypes } from './codec/protocol-object.js'
export type { WseErrorCode, WseReason, WseReset, WseStatus } from './codes/tables.js'
export type { Certainty, WseErrorOptions } from './error/wse-error.js'
export type { Channel } from './events/channel.js'
export type { Unsubscribe } from './events/listener.js'
export type { AbortSignalLike, NextOptions, Occurrence, When } from './events/signal.js'
export type { EventMap, WhenOf } from './events/signals.js'
export type { Payload } from './frames/payload.js'
export type { SendOptions, SendResult } from './link/link.js'
export type { ConsoleLog, ConsoleLogOptions, LogSink } from './logging/console-log.js'
export type {
  ErrorEvent,
  Hooks,
  HooksOption,
  ReceivedEvent,
  SentAnswer,
  SentEvent,
  SentMessage,
} from './logging/hooks.js'
export type { HandlerOptions, ListenerOptions } from './middleware/handler-options.js'
export type { CallFacts, MessageFacts } from './middleware/incoming.js'
export type { Interceptor, OwnCall } from './middleware/interception.js'
export type { AddsOf, AddsOfAll, AnyMiddleware, Middleware, Next, Passed } from './middleware/middleware.js'
export type { CallContext } from './peer/call-context.js'
export type { CallOptions } from './peer/call-options.js'
export type { LostMessage, Reset } from './session/reset.js'
export type { Tried } from './peer/tried.js'
export type { ReadableLike, StreamSource } from './streams/source.js'
export type { WseStream } from './streams/wse-stream.js'
export type {
  Data,
  Flushable,
  Refusal,
  SharedFrame,
  Transport,
  TransportRequest,
  TransportState,
} from './transport/transport.js'
