import { type Clock, type Payload, WSE_ERROR, type WseError } from '@wse/protocol'
import {
  type Answer,
  type Codec,
  PRESENCE,
  PUBLISH,
  SUBSCRIBE,
  type TopicEvent,
  toWseError,
  UNSUBSCRIBE,
} from '@wse/protocol/internal'
import type { ServerLimits } from '../limits/server-limits.js'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { Cid } from '../people/cid.js'
import type { WseConnection } from '../people/people.js'
import type { ServerSession } from '../sessions/server-session.js'
import { definitionOf, type TopicOptions } from './definition.js'
import { PresenceNews } from './presence-news.js'
import { Publisher } from './publisher.js'
import { Publishing } from './publishing.js'
import { Reviewing } from './reviewing.js'
import { Subscribing } from './subscribing.js'
import { TopicRules } from './topic-rules.js'
import { Topics } from './topics.js'

/** What topics need of their server. */
export interface TopicParts {
  readonly clock: Clock
  readonly codecs: readonly Codec[]
  readonly limits: ServerLimits
  readonly handling: ServerHandling
  /** The devices of a user. */
  sessionsOf(cid: Cid): Iterable<ServerSession>
  failed(error: WseError, conn: WseConnection | undefined): void
}

/** Topics, with all that is done about them, joined; it does nothing itself. */
export class TopicEngine {
  readonly topics: Topics
  readonly publisher: Publisher
  readonly reviewing: Reviewing
  readonly #subscribing: Subscribing
  readonly #publishing: Publishing
  readonly #handling: ServerHandling

  constructor({ clock, codecs, limits, handling, sessionsOf, failed }: TopicParts) {
    const report = (thrown: unknown, conn: WseConnection | undefined) =>
      failed(toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR), conn)
    this.#handling = handling
    this.topics = new Topics(clock, new PresenceNews(clock), report)
    const { topics } = this
    const rules = new TopicRules(handling, topics, failed)
    const published = (topic: string, event: string, data: Payload, delivery: object) =>
      void [topic, event, data, delivery]
    this.publisher = new Publisher({ topics, codecs, limits, sessionsOf, published })
    this.#subscribing = new Subscribing({ topics, rules, most: limits.subscriptions })
    this.#publishing = new Publishing({ topics, rules, publisher: this.publisher })
    this.reviewing = new Reviewing(topics, rules)
  }

  /** @throws {WseError} `INVALID_OPTION`, `INVALID_NAME` */
  define(template: string, options: TopicOptions): void {
    this.topics.define(definitionOf(template, options, (some) => this.#handling.rulesOf(some as object)))
  }

  /** What answers calls about topics. */
  answer(session: ServerSession, name: string): Answer | undefined {
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

  /** A client publishes an event, and waits for no answer. */
  told(session: ServerSession, event: TopicEvent): void {
    this.#publishing.told(session, event)
  }

  /** A device lost its link. */
  suspended(session: ServerSession): void {
    if (session.memberships !== null) this.topics.news.lost(session)
  }

  /** A device has a link again. */
  resumed(session: ServerSession): void {
    if (session.memberships !== null) this.topics.news.back(session)
  }

  /** A device is gone for good. */
  ended(session: ServerSession): void {
    if (session.memberships === null) return
    this.topics.news.back(session)
    session.memberships.end()
  }
}
