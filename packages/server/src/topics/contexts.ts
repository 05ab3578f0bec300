import { type Clock, type Payload, type TopicParams, WseError } from '@wse/protocol'
import { createId, type Found, type RunningCall } from '@wse/protocol/internal'
import type { Sender } from '../middleware/contexts.js'
import type { WseConnection, WseIdentity } from '../people/people.js'
import type { Publication, PublishOptions } from './publication.js'

/** The values of parameters, by their names. */
export type AnyValues = Readonly<Record<string, string>>

/** The values of the parameters of a template: `{ id: string }` of `room:{id}`. */
export type ValuesOf<Template extends string> = string extends Template
  ? AnyValues
  : { readonly [Name in keyof TopicParams<Template>]: string } & (Template extends `${string}*${string}`
      ? { readonly '*': string }
      : unknown)

/** What is asked of a topic, as middleware sees it. */
export interface TopicFacts<Values = AnyValues> extends Sender {
  readonly kind: 'subscribe' | 'publish'
  /** The topic, as `topic` is. */
  readonly name: string
  readonly topic: string
  /** What it is defined by: `room:{id}`. */
  readonly template: string
  /** The parameters of its template in the topic: `{ id: '42' }`. */
  readonly params: Values
  /** The presence state of a subscription, the data of an event; who is further in sees what it is set to. */
  payload: Payload
  /** Names it, in logs for one. */
  readonly requestId: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** An error for who asked, to be thrown. @example throw ctx.error('BANNED', { until }) */
  error(code: string, details?: Record<string, unknown>, message?: string): WseError
}

/** What `authorize` is given. */
export interface SubscribeContext<Values = AnyValues> extends TopicFacts<Values> {
  readonly kind: 'subscribe'
}

/** What the handler of an event is given. */
export interface PublishContext<Values = AnyValues> extends TopicFacts<Values> {
  readonly kind: 'publish'
  /** What is published. */
  readonly event: string
  /** Publishes on the same topic; who asked gets it, too, unless `except` says so. */
  publish(event: string, data?: Payload, options?: PublishOptions): Publication
  /** Publishes on the same topic, to the devices of this user alone; in no history. */
  reply(event: string, data?: Payload, options?: PublishOptions): Publication
}

/** What middleware around topics is given. */
export type TopicContext<Values = AnyValues> = SubscribeContext<Values> | PublishContext<Values>

/** Where something was asked: of which topic, by whom, by which call. */
export interface Asked {
  readonly template: string
  readonly conn: WseConnection
  readonly topic: string
  readonly params: Found<unknown>['params']
  readonly clock: Clock
  /** Null where nobody waits for an answer. */
  readonly call: RunningCall | null
}

class Context {
  payload: Payload
  readonly #asked: Asked
  #requestId: string | null = null

  constructor(asked: Asked, payload: Payload) {
    this.#asked = asked
    this.payload = payload
  }

  get conn(): WseConnection {
    return this.#asked.conn
  }

  get user(): WseIdentity {
    return this.#asked.conn.client
  }

  get name(): string {
    return this.#asked.topic
  }

  get topic(): string {
    return this.#asked.topic
  }

  get template(): string {
    return this.#asked.template
  }

  get params(): Readonly<Record<string, string>> {
    return this.#asked.params
  }

  get requestId(): string {
    this.#requestId ??= this.#asked.call?.requestId ?? createId(this.#asked.clock)
    return this.#requestId
  }

  get signal(): AbortSignal {
    return this.#asked.call?.signal ?? new AbortController().signal
  }

  error(code: string, details?: Record<string, unknown>, message?: string): WseError {
    return new WseError(code, details, { message })
  }
}

/** A subscription that is asked for. */
export class Subscribing extends Context implements SubscribeContext {
  readonly kind = 'subscribe'
}

/** An event that a client publishes. */
export class Publishing extends Context implements PublishContext {
  readonly kind = 'publish'
  readonly event: string
  /** What was published in answer to it: the first that is kept, or else the last. */
  published: Publication | null = null
  readonly #publisher: Pick<PublishContext, 'publish' | 'reply'>

  constructor(asked: Asked, event: string, payload: Payload, publisher: Pick<PublishContext, 'publish' | 'reply'>) {
    super(asked, payload)
    this.event = event
    this.#publisher = publisher
  }

  publish(event: string, data?: Payload, options?: PublishOptions): Publication {
    const publication = this.#publisher.publish(event, data, options)
    if (this.published?.offset === undefined) this.published = publication
    return publication
  }

  reply(event: string, data?: Payload, options?: PublishOptions): Publication {
    return this.#publisher.reply(event, data, options)
  }
}
