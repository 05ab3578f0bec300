export { consoleLog, WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS, WseError } from '@wse/protocol'
export { WseClient } from './contract/wse-client.js'
export { reactNativeWake } from './wake/wake.js'

export type {
  CallContext,
  CallFacts,
  CallOptions,
  ConsoleLog,
  ConsoleLogOptions,
  ErrorEvent,
  HandlerOptions,
  Hooks,
  Interceptor,
  ListenerOptions,
  LostMessage,
  Overflow,
  MessageFacts,
  Middleware,
  Next,
  OwnCall,
  Payload,
  Protocol,
  ProtocolObject,
  QueuePolicy,
  ReceivedEvent,
  Reset,
  SendOptions,
  SendResult,
  SentEvent,
  StreamSource,
  Outcome,
  Person,
  PresentDevice,
  Published,
  WseReset,
  WseStatus,
  WseStream,
} from '@wse/protocol'
export type { TypedChannel, TypedScopedChannel } from './contract/channel.js'
export type { ConnectArgs, IdentitySource, TypedChallengeSolver } from './contract/connect.js'
export type { TypedListener, TypedProcedure } from './contract/handlers.js'
export type { TypedScope, TypedScopeMembers } from './contract/scope.js'
export type { Answers, Asks, Hears, Says } from './contract/side.js'
export type {
  TypedDevice,
  TypedEvent,
  TypedPerson,
  TypedPresence,
  TypedSubscription,
  TypedTopicListener,
} from './contract/subscription.js'
export type { TypedClient } from './contract/typed-client.js'
export type { TypedClientOptions, WseClientConstructor } from './contract/wse-client.js'
export type { ChallengeSolver } from './context.js'
export type { ClientEvents, ReadyHow, Retrying } from './events.js'
export type { Procedure } from './middleware/client-handling.js'
export type { Scope } from './middleware/scope.js'
export type { JumpPolicy } from './goaway/jump-policy.js'
export type { ClientLimitOptions, WseClientOptions } from './options.js'
export type { ReconnectOptions } from './reconnect/policy.js'
export type { QueueOptions } from './session/queue-options.js'
export type { Presence } from './topics/presence.js'
export type { SubscribeOptions, TemplateParams, TopicArgs, TopicOptions } from './topics/subscribe-options.js'
export type { PublishOptions, Subscription } from './topics/subscription.js'
export type { IteratedEvent, SubscriptionEvents, TopicGap, TopicMeta, TopicPosition } from './topics/topic-events.js'
export type { WebSocketConstructor, WebSocketLike } from './transports/web-socket.js'
export type { AppStateLike, NetInfoLike, WakeSource, Woken } from './wake/wake.js'
// Type declarations of applications have to name a client without a contract, too.
export type { WseClient as PlainClient } from './client.js'
