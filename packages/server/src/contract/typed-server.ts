import type {
  AddsOf,
  AddsOfAll,
  AnyContract,
  AnyMiddleware,
  EventName,
  Filled,
  HandlerOptions,
  Interceptor,
  ListenerOptions,
  MessageArgs,
  MessageName,
  OwnCall,
  Received,
  SendOptions,
  TemplateOf,
  TopicName,
  TopicOf,
  Unsubscribe,
  WhenOf,
} from '@wse/protocol'
import type { Current } from '../ambient/ambient.js'
import type { ServerEvents } from '../events.js'
import type { BroadcastOptions } from '../people/addressing.js'
import type { DeviceCallOptions, DeviceChoice, TargetAnswer } from '../people/asking.js'
import type { Cid } from '../people/cid.js'
import type { Delivery } from '../people/fan-out.js'
import type { TargetOf } from '../people/parse-target.js'
import type { WseConnection } from '../people/people.js'
import type { SendReport } from '../people/report.js'
import type { WseServer } from '../server.js'
import type { TopicContext, ValuesOf } from '../topics/contexts.js'
import type { TopicOptions } from '../topics/definition.js'
import type { Publication, PublishOptions } from '../topics/publication.js'
import type { WseTopic } from '../topics/wse-topic.js'
import type { TypedChannel, TypedStreams } from './channel.js'
import type { TypedConnection, TypedIdentity } from './connection.js'
import type { MessageBehind, TypedListener, TypedProcedure } from './handlers.js'
import type { TypedChallengeGenerator } from './identify.js'
import type { CallLayer, Layer, MessageLayer, TypedScope } from './scope.js'
import type { Answers, Asks, Hears, Says } from './side.js'
import type { DeviceCallArgs, SharedCallName, TypedTarget } from './target.js'
import type { TypedTopic, TypedTopicOptions, Untyped } from './topic.js'

/** A {@link WseServer} with a contract: what is not here is as there. */
export interface TypedServer<C extends AnyContract> extends WseServer {
  readonly channel: TypedChannel<C>
  readonly streams: TypedStreams<C>
  readonly when: WhenOf<ServerEvents<TypedConnection<C>>>
  readonly clients: Map<Cid, TypedIdentity<C>>
  /** Answers calls of the contract. What the handler returns, or resolves to, is the caller's result. */
  register<Name extends keyof Answers<C> & string, const Use extends readonly CallLayer<C>[]>(
    rp: Name,
    handler: TypedProcedure<C, Name, AddsOfAll<Use>>,
    options?: HandlerOptions<Use, WseConnection>,
  ): void
  unregister(rp: keyof Answers<C> & string): void
  /** Puts a middleware around every call and message; returns the same server, typed by what that adds. */
  use<const Mw extends Layer<C>>(middleware: Mw): TypedScope<C, AddsOf<Mw>, this>
  /** Listens as `channel.on` does, and sets the middleware and hooks of this type of message. */
  message<Type extends MessageName<Hears<C>>, const Use extends readonly MessageLayer<C>[]>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<C, AddsOfAll<Use>>]>,
    options?: ListenerOptions<Use, WseConnection>,
  ): Unsubscribe
  /** Sends a message of the contract to everyone, encoded once. */
  broadcast<Type extends MessageName<Says<C>>>(
    type: Type,
    ...args: MessageArgs<Says<C>[Type], BroadcastOptions>
  ): Delivery
  /** Some people, to be told or asked something of the contract. */
  to(target: TargetOf<TypedConnection<C>>): TypedTarget<C>
  /** Calls a procedure of the contract on a device of one user, or on all. */
  call<Name extends SharedCallName<Asks<C>> & string, const Choice extends DeviceChoice = 'latest'>(
    cid: Cid,
    rp: Name,
    ...args: DeviceCallArgs<Asks<C>[Name], DeviceCallOptions<Choice>>
  ): Promise<
    Choice extends 'all' ? TargetAnswer<Received<Asks<C>[Name]['output']>>[] : Received<Asks<C>[Name]['output']>
  >
  current(): Current<TypedConnection<C>> | null
  /** Sends a message of the contract to all devices of the current user. */
  reply<Type extends MessageName<Says<C>>>(type: Type, ...args: MessageArgs<Says<C>[Type], SendOptions>): SendReport
  /** Sends a message of the contract to all devices of one user. */
  send<Type extends MessageName<Says<C>>>(
    cid: Cid,
    type: Type,
    ...args: MessageArgs<Says<C>[Type], SendOptions>
  ): Delivery
  /** Nobody's: what makes a server with a contract one without, too. No text is {@link Untyped}. */
  topic<const Template extends string>(
    template: Template & Untyped,
    options?: TopicOptions<ValuesOf<Template>>,
  ): WseTopic
  /** Defines a topic of the contract; what that says of its events, history and presence holds. */
  topic<
    Template extends TemplateOf<C>,
    const Use extends readonly AnyMiddleware<TopicContext<ValuesOf<Template>>>[] = [],
  >(
    template: Template,
    options?: TypedTopicOptions<C, C['topics'][Template], ValuesOf<Template>, Use>,
  ): TypedTopic<C['topics'][Template], Template>
  /** Publishes an event of the contract to whoever is subscribed to the topic, encoded once. */
  publish<Name extends TopicName<TemplateOf<C>>, Event extends EventName<TopicOf<C, Name>>>(
    topic: Name & Filled<Name>,
    event: Event,
    ...args: MessageArgs<TopicOf<C, Name>['events'][Event], PublishOptions>
  ): Publication
  intercept(interceptor: Interceptor<OwnCall & { readonly conn: TypedConnection<C> }>): Unsubscribe
  useChallenge(generator: TypedChallengeGenerator<C>): void
}
