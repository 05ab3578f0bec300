import { WseError } from '@wse/protocol'
import { ENDED, FRAME, isThenable } from '@wse/protocol/internal'
import { Subscribing } from './contexts.js'
import { forbidden } from './errors.js'
import type { Member, Subscriber } from './topic.js'
import type { TopicRules } from './topic-rules.js'
import type { Topics } from './topics.js'

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
    session.write(FRAME.EVENT, { topic: topic.name, event: ENDED, data })
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
