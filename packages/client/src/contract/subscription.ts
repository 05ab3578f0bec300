import type {
  AnyTopic,
  EventName,
  InferOutput,
  MessageArgs,
  Person,
  PresentDevice,
  Published,
  ReceivedLoosely,
  SentLoosely,
  TopicParams,
  Unsubscribe,
} from '@wse/protocol'
import type { Presence } from '../topics/presence.js'
import type { SubscribeOptions, TopicOptions } from '../topics/subscribe-options.js'
import type { PublishOptions, Subscription } from '../topics/subscription.js'
import type { IteratedEvent, TopicMeta } from '../topics/topic-events.js'

/** A subscription to a topic of a contract. */
export interface TypedSubscription<T extends AnyTopic> extends Subscription {
  readonly presence: TypedPresence<T>
  /** Calls `listener` for every event of that name. */
  on<Event extends EventName<T>>(event: Event, listener: TypedTopicListener<T, Event>): Unsubscribe
  /** Calls `listener` for the next event of that name only. */
  once<Event extends EventName<T>>(event: Event, listener: TypedTopicListener<T, Event>): Unsubscribe
  /** Takes `listener` back; without one, all of that event. */
  off<Event extends EventName<T>>(event: Event, listener?: TypedTopicListener<T, Event>): void
  /** Publishes an event of the contract. */
  publish<Event extends EventName<T>>(
    event: Event,
    ...args: MessageArgs<T['events'][Event], PublishOptions>
  ): Promise<Published>
  [Symbol.asyncIterator](): AsyncIterableIterator<TypedEvent<T>, undefined, undefined>
}

/** Listens to one event of a topic of a contract. */
export type TypedTopicListener<T extends AnyTopic, Event extends EventName<T>> = (
  data: InferOutput<T['events'][Event]>,
  meta: TopicMeta,
) => unknown

/** An event of a topic of a contract, as an iteration gives it; its name says what the data is. */
export type TypedEvent<T extends AnyTopic> = {
  [Event in EventName<T>]: IteratedEvent<InferOutput<T['events'][Event]>> & { readonly event: Event }
}[EventName<T>]

/** Who is present on a topic of a contract. */
export interface TypedPresence<T extends AnyTopic> extends Presence {
  get(): TypedPerson<T>[]
  on(change: 'join' | 'leave' | 'update', listener: (person: TypedPerson<T>) => unknown): Unsubscribe
  set(state: SentLoosely<T['presence']>): Promise<void>
}

/** One user on a topic of a contract. A device that has said nothing of itself has no state. */
export interface TypedPerson<T extends AnyTopic> extends Person {
  readonly state: ReceivedLoosely<T['presence']> | undefined
  readonly devices: readonly TypedDevice<T>[]
}

/** One device on a topic of a contract. */
export interface TypedDevice<T extends AnyTopic> extends PresentDevice {
  readonly state: ReceivedLoosely<T['presence']> | undefined
}

/** What follows a template: its parameters, where it has some. */
export type TemplateArgs<Template extends string, Options> = [keyof TopicParams<Template>] extends [never]
  ? [options?: Options]
  : [params: TopicParams<Template>, options?: Options]

/** How one subscribes to a topic of a contract. */
export type SubscribeOptionsOf<T extends AnyTopic> = Omit<SubscribeOptions, 'state'> & StateOf<T>

/** The same without waiting for it. */
export type TopicOptionsOf<T extends AnyTopic> = Omit<TopicOptions, 'state'> & StateOf<T>

interface StateOf<T extends AnyTopic> {
  /** What the others on the topic see of this device. @default nothing */
  state?: SentLoosely<T['presence']> | undefined
}
