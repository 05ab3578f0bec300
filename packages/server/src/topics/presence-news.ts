import type { Clock, Timer } from '@wse/protocol'
import type { PresenceChanges } from './presence.js'
import { membersMessage, tellMembers } from './tell-members.js'
import type { Member, Subscriber, Topic } from './topic.js'

/** Milliseconds within which devices are found to be away together. */
const TOGETHER = 100

/** Tells those on a topic who has come, left, or changed: once for all that a turn has brought. */
export class PresenceNews {
  readonly #clock: Clock
  readonly #topics = new Set<Topic>()
  #telling: Timer | null = null
  /** Members without a link, and when they are away. */
  readonly #leaving = new Map<Member, number>()
  #away: Timer | null = null
  /** When that timer is due, on the clock. */
  #next = Number.POSITIVE_INFINITY
  /** Tells other servers what has changed on this one; null where there are none. */
  announce: ((topic: Topic, changes: PresenceChanges) => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#telling !== null) + Number(this.#away !== null)
  }

  /** There may be something to tell of a topic, at the end of this turn. */
  of(topic: Topic): void {
    if (!topic.presence?.dirty) return
    this.#topics.add(topic)
    this.#telling ??= this.#clock.setTimer(() => this.#tell(), 0)
  }

  /** A device lost its link. */
  lost({ joined }: Subscriber): void {
    for (const member of joined?.members.values() ?? []) this.unlinked(member)
  }

  /** A member has no link. */
  unlinked(member: Member): void {
    const { presence } = member.topic.definition ?? {}
    if (!presence) return
    const at = this.#clock.now() + presence.away
    this.#leaving.set(member, at)
    this.#arm(at)
  }

  /** A member is not present any more. */
  forget(member: Member): void {
    if (this.#leaving.delete(member) && this.#leaving.size === 0) this.#disarm()
  }

  /** A device has a link again, or is gone for good. */
  back({ joined }: Subscriber): void {
    for (const member of joined?.members.values() ?? []) {
      this.#leaving.delete(member)
      this.#set(member, false)
    }
    if (this.#leaving.size === 0) this.#disarm()
  }

  /** Nothing more is told. */
  stop(): void {
    this.#clock.clearTimer(this.#telling)
    this.#telling = null
    this.#topics.clear()
    this.#leaving.clear()
    this.#disarm()
  }
  #set({ topic, session }: Member, away: boolean): void {
    topic.presence?.setAway(session.conn_id, away)
    this.of(topic)
  }

  #tell(): void {
    this.#telling = null
    const topics = [...this.#topics]
    this.#topics.clear()
    for (const topic of topics) this.#tellAll(topic)
  }

  #tellAll(topic: Topic): void {
    if (topic.presence === null) return
    const { members, own } = topic.presence.takeChanges(topic.name)
    for (const some of members) {
      const message = membersMessage(some)
      for (const { link } of topic.members.values()) if (link !== null) tellMembers(link, some, message)
    }
    if (own.here.length + own.gone.length > 0) this.announce?.(topic, own)
  }

  #arm(at: number): void {
    if (at >= this.#next) return
    this.#disarm()
    this.#next = at
    this.#away = this.#clock.setTimer(() => this.#due(), Math.max(0, at - this.#clock.now()))
  }

  #disarm(): void {
    this.#clock.clearTimer(this.#away)
    this.#away = null
    this.#next = Number.POSITIVE_INFINITY
  }

  #due(): void {
    this.#disarm()
    const now = this.#clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [member, at] of this.#leaving) {
      if (at > now) next = Math.min(next, at)
      else {
        this.#leaving.delete(member)
        this.#set(member, true)
      }
    }
    if (this.#leaving.size > 0) this.#arm(Math.max(next, now + TOGETHER))
  }
}
