import { WseError } from '@wse/protocol'
import { isThenable } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { Subscribing } from './contexts.js'
import { forbidden } from './errors.js'
import { tellEnded } from './tell-ended.js'
import type { Member, Subscriber } from './topic.js'
import type { TopicRules } from './topic-rules.js'
import type { Topics } from './topics.js'

/** Whose subscriptions are meant: a device's, a user's, or, without either, everybody's. */
export interface Whose {
  readonly cid?: Cid | undefined
  readonly conn_id?: string | undefined
}

/** Ends subscriptions that are not to be any more. */
export class Reviewing {
  readonly #topics: Topics
  readonly #rules: TopicRules

  constructor(topics: Topics, rules: TopicRules) {
    this.#topics = topics
    this.#rules = rules
  }

  /** Ends what a client has subscribed to, and says why. */
  kick(member: Member, error: WseError): void {
    const { topic, session } = member
    if (!member.byClient) return
    const data = this.#rules.told(error, session, topic.name)
    member.kicked = data
    this.#topics.forsake(member)
    tellEnded(session, topic.name, data)
  }

  /** Ends all that are meant of a topic, and those that are being decided on; how many there were. */
  kickAll(name: string, whose: Whose, error: WseError): number {
    const members = [...(this.#topics.get(name)?.members.values() ?? [])]
    const kicked = members.filter(({ byClient, session }) => byClient && isMeant(session, whose))
    for (const member of kicked) this.kick(member, error)
    const pending = [...this.#topics.pending].filter(({ topic, session }) => topic === name && isMeant(session, whose))
    for (const one of pending) one.refusal ??= error
    return kicked.length + pending.length
  }

  /** Asks anew whether each may be subscribed; resolves with how many may not any more. */
  async review(members: Iterable<Member>): Promise<number> {
    const kicked = await Promise.all([...members].map((member) => this.#review(member)))
    return kicked.filter(Boolean).length
  }

  /** A device has said anew who it is. */
  renewed({ joined }: Subscriber): void {
    if (joined !== null) void this.review([...joined.members.values()])
  }

  /** Never rejects: who cannot be judged is not kicked for a fault of the server's, which is told. */
  async #review(member: Member): Promise<boolean> {
    const { topic, conn } = member
    if (!member.byClient || topic.definition === null) return false
    const { name, params, definition } = topic
    const { clock } = this.#topics
    const asked = { conn, topic: name, template: definition.template, params, clock, call: null }
    try {
      const allowed = this.#rules.authorize(topic.definition, new Subscribing(asked, undefined))
      if ((isThenable(allowed) ? await allowed : allowed) === true) return false
      return this.#end(member, forbidden(topic.name))
    } catch (thrown) {
      if (thrown instanceof WseError && !this.#rules.isFault(thrown)) return this.#end(member, thrown)
      this.#rules.failed(thrown, conn, topic.name)
      return false
    }
  }

  #end(member: Member, error: WseError): boolean {
    const isMember = member.topic.members.get(member.session) === member && member.byClient
    if (isMember) this.kick(member, error)
    return isMember
  }
}

const isMeant = ({ cid, conn_id }: Subscriber, whose: Whose) =>
  (whose.cid === undefined || whose.cid === cid) && (whose.conn_id === undefined || whose.conn_id === conn_id)
