import type {
  AddsOfAll,
  AnyContract,
  AnyMiddleware,
  AnyTopic,
  EventName,
  InferOutput,
  MessageArgs,
  ReceivedLoosely,
  TopicParams,
} from '@wse/protocol'
import type { PublishContext, SubscribeContext, TopicContext } from '../topics/contexts.js'
import type { TopicOptions } from '../topics/definition.js'
import type { Publication, PublishOptions } from '../topics/publication.js'
import type { WseTopic } from '../topics/wse-topic.js'
import type { TypedConnection, TypedIdentity } from './connection.js'

declare const UNTYPED: unique symbol

/** What no text is. */
export interface Untyped {
  readonly [UNTYPED]: true
}

/** Who asks, as a contract types it. */
interface TypedSender<C extends AnyContract> {
  readonly conn: TypedConnection<C>
  readonly user: TypedIdentity<C>
}

/** What `authorize` is given, for a topic of a contract: the payload is the presence state, if it is said. */
export type TypedSubscribeContext<C extends AnyContract, T extends AnyTopic, Values, Adds> = Omit<
  SubscribeContext<Values>,
  'conn' | 'user' | 'payload'
> &
  TypedSender<C> & { payload: ReceivedLoosely<T['presence']> | undefined } & Adds

/** What the handler of an event is given, for a topic of a contract. */
export type TypedPublishContext<C extends AnyContract, T extends AnyTopic, Values, Adds> = Omit<
  PublishContext<Values>,
  'conn' | 'user' | 'publish' | 'reply'
> &
  TypedSender<C> &
  TypedPublisher<T> &
  Adds

interface TypedPublisher<T extends AnyTopic> {
  /** Publishes an event of the contract on the same topic; who asked gets it, too, unless `except` says so. */
  publish<Event extends EventName<T>>(
    event: Event,
    ...args: MessageArgs<T['events'][Event], PublishOptions>
  ): Publication
  /** Publishes on the same topic, to the devices of this user alone; in no history. */
  reply<Event extends EventName<T>>(event: Event, ...args: MessageArgs<T['events'][Event], PublishOptions>): Publication
}

/** What a topic of a contract is like. Its history and presence are those of the contract, unless given. */
export interface TypedTopicOptions<
  C extends AnyContract,
  T extends AnyTopic,
  Values,
  Use extends readonly AnyMiddleware<TopicContext<Values>>[],
> extends Omit<TopicOptions<Values>, 'authorize' | 'on' | 'use'> {
  /** Stands around subscribing and publishing. @default nothing */
  use?: Use | undefined
  /** Who may subscribe. @default everyone */
  authorize?: ((ctx: TypedSubscribeContext<C, T, Values, AddsOfAll<Use>>) => boolean | PromiseLike<boolean>) | undefined
  /** What clients may publish. @default nothing */
  on?:
    | {
        readonly [Event in EventName<T>]?:
          | true
          | ((ctx: TypedPublishContext<C, T, Values, AddsOfAll<Use>>, data: InferOutput<T['events'][Event]>) => unknown)
      }
    | undefined
}

/** What `server.topic()` has defined of a contract. */
export interface TypedTopic<T extends AnyTopic, Template extends string> extends WseTopic {
  readonly template: Template
  nameOf(params: TopicParams<Template>): string
  publish<Event extends EventName<T>>(
    params: TopicParams<Template>,
    event: Event,
    ...args: MessageArgs<T['events'][Event], PublishOptions>
  ): Publication
}
