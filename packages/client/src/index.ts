export { WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS, WseError } from '@wse/protocol'
export { WseClient } from './client.js'
export { reactNativeWake } from './wake/wake.js'

export type {
  CallContext,
  CallOptions,
  LostMessage,
  Overflow,
  Payload,
  Protocol,
  ProtocolObject,
  QueuePolicy,
  Reset,
  SendOptions,
  SendResult,
  StreamSource,
  Outcome,
  WseReset,
  WseStatus,
  WseStream,
} from '@wse/protocol'
export type { ChallengeSolver, Procedure } from './context.js'
export type { ClientEvents, ReadyHow, Retrying } from './events.js'
export type { JumpPolicy } from './goaway/jump-policy.js'
export type { ClientLimitOptions, WseClientOptions } from './options.js'
export type { ReconnectOptions } from './reconnect/policy.js'
export type { QueueOptions } from './session/queue-options.js'
export type { WebSocketConstructor, WebSocketLike } from './transports/web-socket.js'
export type { AppStateLike, NetInfoLike, WakeSource, Woken } from './wake/wake.js'
