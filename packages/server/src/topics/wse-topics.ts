import type { WhenOf, WseError } from '@wse/protocol'
import { type Person, peopleOf } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { WseConnection } from '../people/people.js'
import { forbidden } from './errors.js'
import type { Member } from './topic.js'
import type { TopicEngine } from './topic-engine.js'
import type { TopicEvents } from './topics.js'

/** Whom a question about topics is about: a device, or all of a user. */
export type Who = WseConnection | Cid

/**
 * The topics of a server: which there are, who is on them.
 *
 * @example
 * server.topics.when.empty((topic) => rooms.delete(topic))
 * server.topics.count('room:42')
 */
export class WseTopics {
  /** Events of topics; each subscribes with a listener, or is a promise of the next occurrence without one. */
  readonly when: WhenOf<TopicEvents>
  readonly #engine: TopicEngine

  /** Made by a server. */
  constructor(engine: TopicEngine) {
    this.#engine = engine
    this.when = engine.topics.signals.when
  }

  /** Topics that somebody is subscribed to, or that have something in their history. */
  get names(): string[] {
    return this.#engine.topics.names
  }

  /** Devices subscribed to a topic by its name, without those of filters. */
  count(topic: string): number {
    return this.#engine.topics.get(topic)?.members.size ?? 0
  }

  /** The devices subscribed to a topic by its name. */
  members(topic: string): WseConnection[] {
    return this.#membersOf(topic).map(({ conn }) => conn)
  }

  /** Who is present on a topic, the devices of a user as one; nobody where it has no presence. */
  presence(topic: string): Person[] {
    return peopleOf(this.#engine.topics.get(topic)?.presence?.all() ?? [])
  }

  /** Where the history of a topic stands; null if it has none yet. */
  position(topic: string): { readonly epoch: string; readonly offset: number } | null {
    return this.#engine.topics.get(topic)?.history?.position ?? null
  }

  /**
   * Ends subscriptions clients have made to a topic, and those that are being decided on: of a device, of a user, or of all.
   * They are told why, and do not subscribe again by themselves; a device that is without a link asks anew when it has one
   * again, so that who is to stay away has to be refused by `authorize`. Returns how many there were on this server.
   *
   * @example
   * server.topics.kick('room:42', 'bob', new WseError('BANNED', { until }))
   */
  kick(topic: string, who?: Who, error: WseError = forbidden(topic)): number {
    const meant = { cid: who instanceof WseConnection ? undefined : who, conn_id: idOf(who) }
    this.#engine.elsewhere?.kick(topic, meant, error)
    return this.#engine.reviewing.kickAll(topic, meant, error)
  }

  /**
   * Asks `authorize` anew, about all that is subscribed to, or what a device or user is, and ends what it does not allow any
   * more. Resolves with how many those were. Renewing an authorisation does the same for its device.
   */
  review(who?: Who): Promise<number> {
    const members = this.names.flatMap((topic) => this.#membersOf(topic, who))
    return this.#engine.reviewing.review(members)
  }

  #membersOf(topic: string, who?: Who): Member[] {
    const members = [...(this.#engine.topics.get(topic)?.members.values() ?? [])]
    return who === undefined ? members : members.filter((member) => isMeant(member, who))
  }
}

const idOf = (who: Who | undefined) => (who instanceof WseConnection ? who.conn_id : undefined)

function isMeant({ session: { conn, cid } }: Pick<Member, 'session'>, who: Who | undefined): boolean {
  if (who === undefined) return true
  return who instanceof WseConnection ? conn === who : cid === who
}
