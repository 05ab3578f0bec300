export { consoleLog, WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS, WseError } from '@wse/protocol'
export type { ConnectionState } from './people/people.js'
export { WseConnection, WseIdentity } from './people/people.js'
export { WseServer } from './contract/wse-server.js'

export type {
  CallContext,
  CallOptions,
  ConsoleLog,
  ConsoleLogOptions,
  ErrorEvent,
  HandlerOptions,
  Hooks,
  Interceptor,
  ListenerOptions,
  LostMessage,
  Middleware,
  Next,
  OwnCall,
  Payload,
  Protocol,
  ProtocolObject,
  ReceivedEvent,
  Reset,
  SendOptions,
  SendResult,
  SentEvent,
  StreamSource,
  Outcome,
  WseStream,
  Overflow,
  QueuePolicy,
} from '@wse/protocol'
export type { TypedChannel, TypedScopedChannel, TypedStreams } from './contract/channel.js'
export type { TypedConnection, TypedIdentity } from './contract/connection.js'
export type { TypedListener, TypedProcedure } from './contract/handlers.js'
export type {
  TypedChallenge,
  TypedChallengeGenerator,
  TypedIdentify,
  TypedIdentifyContext,
} from './contract/identify.js'
export type {
  Carrying,
  ContextChannel,
  ContextConnection,
  ContextIdentity,
  ContextProcedure,
  ContextServer,
} from './contract/context.js'
export type { TypedScope, TypedScopeMembers } from './contract/scope.js'
export type { Answers, Asks, Hears, Says } from './contract/side.js'
export type { TypedServer } from './contract/typed-server.js'
export type {
  ClientOf,
  ConnectionOf,
  ContextOf,
  TypedServerOptions,
  WseServerConstructor,
} from './contract/wse-server.js'
export type { DrainOptions } from './drain/drain.js'
export type { ServerEvents } from './events.js'
export type { AcceptOptions, ChallengeGenerator, Identify, IdentifyContext } from './handshake/identify.js'
export type { Challenge } from './handshake/machine.js'
export type { Origins } from './admission/origins.js'
export type { LinkRequest, Params } from './upgrade/link-request.js'
export { defineUpgrade } from './upgrade/upgrade.js'
export type { Upgrade, UpgradeRequest, UpgradeResult } from './upgrade/upgrade.js'
export type { LimitOptions, MessageRateOptions, SlowReaderOptions } from './limits/server-limits.js'
export type { WseServerOptions, WsOptions } from './options.js'
export type { Cid } from './people/cid.js'
export type { HeartbeatOptions } from './heartbeat/heartbeat.js'
export type { ResumeOptions } from './sessions/resume-options.js'
export type { Procedure, ServerCallContext, ServerContext, ServerMessageContext } from './middleware/contexts.js'
export type { AuthenticatedEvent, ServerHooks } from './middleware/hooks.js'
export type { Scope } from './middleware/scope.js'
export type { Delivery } from './people/fan-out.js'
export type { CloseOptions, RevokeOptions } from './server.js'
export type { ListeningAt } from './transports/ws-listener.js'
// Type declarations of applications have to name a server without a contract, too.
export type { WseServer as PlainServer } from './server.js'
