import { type Clock, WSE_ERROR, type WseError } from '@wse/protocol'
import {
  type Answer,
  type Codec,
  type Guard,
  PRESENCE,
  PUBLISH,
  SUBSCRIBE,
  type TopicEvent,
  toWseError,
  UNSUBSCRIBE,
} from '@wse/protocol/internal'
import type { Cluster } from '../backplane/cluster.js'
import type { ServerLimits } from '../limits/server-limits.js'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { Cid } from '../people/cid.js'
import type { Subscriptions } from '../people/device.js'
import type { WseConnection, WseIdentity } from '../people/people.js'
import { definitionOf, type TopicOptions } from './definition.js'
import { Memberships } from './memberships.js'
import { PresenceNews } from './presence-news.js'
import { Publisher } from './publisher.js'
import { Publishing } from './publishing.js'
import { Reviewing } from './reviewing.js'
import { Elsewhere } from './spread/elsewhere.js'
import { Subscribing } from './subscribing.js'
import type { Subscriber } from './topic.js'
import { TopicRules } from './topic-rules.js'
import { Topics } from './topics.js'

/** What topics need of their server. */
export interface TopicParts {
  readonly clock: Clock
  readonly codecs: readonly Codec[]
  readonly limits: ServerLimits
  readonly handling: ServerHandling
  /** What is kept of a contract; null without one. */
  readonly guard: Guard | null
  /** Users by id. */
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  /** This server among others; null where it is alone. */
  readonly cluster: Cluster | null
  failed(error: WseError, conn: WseConnection | undefined): void
}

/** Topics, with all that is done about them, joined; it does nothing itself. */
export class TopicEngine {
  readonly topics: Topics
  readonly publisher: Publisher
  readonly reviewing: Reviewing
  /** Topics as far as they are on other servers; null where there are none. */
  readonly elsewhere: Elsewhere | null
  readonly #subscribing: Subscribing
  readonly #publishing: Publishing
  readonly #handling: ServerHandling
  readonly #guard: Guard | null

  constructor({ guard, clock, codecs, limits, handling, clients, cluster, failed }: TopicParts) {
    const report = (thrown: unknown, conn: WseConnection | undefined) =>
      failed(toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR), conn)
    this.#handling = handling
    this.#guard = guard
    this.topics = new Topics(clock, limits.historyBytes, new PresenceNews(clock), report)
    const { topics } = this
    this.elsewhere = cluster && new Elsewhere(cluster, topics)
    topics.spread = this.elsewhere
    const rules = new TopicRules(handling, topics, failed)
    const published = handling.published.bind(handling)
    const everywhere = this.elsewhere?.publisher ?? null
    this.publisher = new Publisher({ topics, codecs, limits, guard, clients, everywhere, published })
    this.#subscribing = new Subscribing({ topics, rules, most: limits.subscriptions })
    this.#publishing = new Publishing({ topics, rules, publisher: this.publisher, most: limits.callsIn })
    this.reviewing = new Reviewing(topics, rules)
    if (this.elsewhere !== null) this.elsewhere.onKick = (...kicked) => this.reviewing.kickAll(...kicked)
  }

  /** @throws {WseError} `INVALID_OPTION`, `INVALID_NAME` */
  define(template: string, options: TopicOptions): void {
    const rulesOf = (some: object) => this.#handling.rulesOf(some)
    this.topics.define(definitionOf(template, options, { guard: this.#guard, rulesOf }))
  }

  /** What answers calls about topics. */
  answer(session: Subscriber, name: string): Answer | undefined {
    switch (name) {
      case SUBSCRIBE:
        return (payload, call) => this.#subscribing.subscribe(session, payload, call)
      case UNSUBSCRIBE:
        return (payload) => this.#subscribing.unsubscribe(session, payload)
      case PUBLISH:
        return (payload, call) => this.#publishing.publish(session, payload, call)
      case PRESENCE:
        return (payload) => this.#subscribing.setPresence(session, payload)
      default:
        return undefined
    }
  }

  /** What a device is subscribed to, to be added to by its server. */
  subscriptionsOf(session: Subscriber): Subscriptions {
    return new Memberships(session, this.topics)
  }

  /** A client publishes an event, and waits for no answer. */
  told(session: Subscriber, event: TopicEvent): void {
    this.#publishing.told(session, event)
  }

  /** A device lost its link. */
  suspended(session: Subscriber): void {
    if (session.joined !== null) this.topics.news.lost(session)
  }

  /** A device has a link again. */
  resumed(session: Subscriber): void {
    if (session.joined !== null) this.topics.news.back(session)
  }

  /** A device is gone for good. */
  ended(session: Subscriber): void {
    if (session.joined === null) return
    this.topics.news.back(session)
    new Memberships(session, this.topics).end()
  }
}
