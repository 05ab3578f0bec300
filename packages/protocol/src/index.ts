export { WSE_CLOSE, WSE_ERROR, WSE_REASON, WSE_RESET, WSE_STATUS } from './codes/tables.js'
export { WseError } from './error/wse-error.js'
export { defineContract } from './contract/define-contract.js'
export { message } from './contract/message.js'
export { rpc } from './contract/rpc.js'
export { topic } from './contract/topic.js'
export { consoleLog } from './logging/console-log.js'

export type { Clock, Timer } from './clock/clock.js'
export type { ProtocolObject, InternalTypes } from './codec/protocol-object.js'
export type { Protocol } from './codec/protocols.js'
export type { WseErrorCode, WseReason, WseReset, WseStatus } from './codes/tables.js'
export type { AnswerTo, ContextOf, Outdated, QuestOf } from './contract/context.js'
export type { AnyContract, Contract } from './contract/contract.js'
export type {
  Answer,
  CallArgs,
  CallName,
  CallOptionsOf,
  CodedError,
  ErrorArgs,
  ErrorOf,
  Filled,
  EventName,
  MessageArgs,
  MessageName,
  Outcome,
  Received,
  ReceivedLoosely,
  Sent,
  SentLoosely,
  StreamName,
  TemplateOf,
  TopicName,
  TopicOf,
  TopicParams,
} from './contract/infer.js'
export type { Issue } from './contract/issues.js'
export type { MessagePolicy } from './contract/message.js'
export type { Outgoing } from './contract/outgoing.js'
export type { RpcParts } from './contract/rpc.js'
export type {
  AnyRpc,
  AnyTopic,
  ChallengeParts,
  ContractParts,
  ErrorSchemas,
  Part,
  Rpc,
  Rpcs,
  Schemas,
  Side,
  SideParts,
  Topic,
  TopicHistory,
} from './contract/shape.js'
export type { InferInput, InferOutput, Schema, SchemaIssue, SchemaResult } from './contract/standard-schema.js'
export type { TopicParts } from './contract/topic.js'
export type { Certainty, WseErrorOptions } from './error/wse-error.js'
export type { Channel } from './events/channel.js'
export type { Unsubscribe } from './events/listener.js'
export type { AbortSignalLike, NextOptions, Occurrence, When } from './events/signal.js'
export type { EventMap, WhenOf } from './events/signals.js'
export type { Payload } from './frames/payload.js'
export type { Published } from './frames/publish.js'
export type { SendResult } from './link/link.js'
export type { Overflow, QueuePolicy, SendOptions } from './link/send-options.js'
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
export type { Person, PresentDevice } from './topics/people.js'
