export { consoleLog, WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS, WseError } from '@wse/protocol'
export type { ConnectionState } from './people/member.js'
export { WseConnection, WseIdentity } from './people/people.js'
export { WseServer } from './contract/wse-server.js'
export { healthRoutes } from './health/health-routes.js'
export { createPublisher } from './publisher/create-publisher.js'

export type {
  Person,
  PresentDevice,
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
export type { DeviceCallArgs, SharedCallName, TypedTarget } from './contract/target.js'
export type {
  TypedPublishContext,
  TypedSubscribeContext,
  TypedTopic,
  TypedTopicOptions,
} from './contract/topic.js'
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
export type { Current } from './ambient/ambient.js'
export type { DeviceCallOptions, DeviceChoice, TargetAnswer } from './people/asking.js'
export type { Cid } from './people/cid.js'
export type { DeviceInfo } from './people/member.js'
export type { TargetOf, Where } from './people/parse-target.js'
export type { ExceedDecision, Newcomer, OnExceed } from './people/places.js'
export type { PublisherOf, TypedPublisher, TypedPublisherOptions } from './publisher/create-publisher.js'
export type { PublisherOptions, PublisherTopic } from './publisher/options.js'
export type { PublisherEvents, WsePublisher } from './publisher/wse-publisher.js'
export type { SendReport, TargetResult } from './people/report.js'
export type { Exception } from './people/excepted.js'
export type { Target } from './people/target.js'
export type { BackplaneHealth, Health } from './health/health.js'
export type { HealthOptions, HealthRoutes } from './health/health-routes.js'
export type { HeartbeatOptions } from './heartbeat/heartbeat.js'
export type { ResumeOptions } from './sessions/resume-options.js'
export type { Procedure, ServerCallContext, ServerContext, ServerMessageContext } from './middleware/contexts.js'
export type { AuthenticatedEvent, ServerHooks } from './middleware/hooks.js'
export type { Scope } from './middleware/scope.js'
export type { Delivery } from './people/fan-out.js'
export type {
  AnyValues,
  PublishContext,
  SubscribeContext,
  TopicContext,
  TopicFacts,
  ValuesOf,
} from './topics/contexts.js'
export type {
  Authorize,
  HistoryOptions,
  PresenceOptions,
  TopicHandler,
  TopicHandlers,
  TopicLimits,
  TopicOptions,
} from './topics/definition.js'
export type { Publication, PublishOptions, PublishOutcome } from './topics/publication.js'
export type { TopicEvents } from './topics/topics.js'
export type { TopicArgs, WseTopic } from './topics/wse-topic.js'
export type { Who, WseTopics } from './topics/wse-topics.js'
export type { BroadcastOptions, RevokeOptions } from './people/addressing.js'
export type { CloseOptions } from './server.js'
export type { ListeningAt } from './transports/ws-listener.js'
// Type declarations of applications have to name a server without a contract, too.
export type { WseServer as PlainServer } from './server.js'
