import type { Clock, Timer } from '@wse/protocol'
import { FRAME } from '@wse/protocol/internal'
import { SharedMessage } from '../people/shared-message.js'
import type { Subscriber, Topic } from './topic.js'

/** Tells those on a topic who has come, left, or changed: once for all that a turn has brought. */
export class PresenceNews {
  readonly #clock: Clock
  readonly #topics = new Set<Topic>()
  #telling: Timer | null = null
  /** Devices without a link, and when they are away. */
  readonly #leaving = new Map<Subscriber, number>()
  #away: Timer | null = null
  /** When that timer is due, on the clock. */
  #next = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#telling !== null) + Number(this.#away !== null)
  }

  /** There is something to tell of a topic, at the end of this turn. */
  of(topic: Topic): void {
    this.#topics.add(topic)
    this.#telling ??= this.#clock.setTimer(() => this.#tell(), 0)
  }

  /** A device lost its link. */
  lost(session: Subscriber): void {
    const delays = [...(session.joined?.members.values() ?? [])].flatMap(
      ({ topic }) => topic.definition?.presence?.away ?? [],
    )
    if (delays.length === 0) return
    const at = this.#clock.now() + Math.min(...delays)
    this.#leaving.set(session, at)
    this.#arm(at)
  }

  /** A device has a link again, or is gone for good. */
  back(session: Subscriber): void {
    if (this.#leaving.delete(session) && this.#leaving.size === 0) this.#disarm()
    this.#set(session, false)
  }

  /** Nothing more is told. */
  stop(): void {
    this.#clock.clearTimer(this.#telling)
    this.#telling = null
    this.#topics.clear()
    this.#leaving.clear()
    this.#disarm()
  }

  #set(session: Subscriber, away: boolean): void {
    for (const { topic } of session.joined?.members.values() ?? []) {
      topic.presence?.setAway(session.conn_id, away)
      if (topic.presence?.dirty) this.of(topic)
    }
  }

  #tell(): void {
    this.#telling = null
    const topics = [...this.#topics]
    this.#topics.clear()
    for (const topic of topics) tellMembers(topic)
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
    for (const [session, at] of this.#leaving) {
      if (at > now) next = Math.min(next, at)
      else {
        this.#leaving.delete(session)
        this.#set(session, true)
      }
    }
    if (this.#leaving.size > 0) this.#arm(next)
  }
}

function tellMembers(topic: Topic): void {
  for (const members of topic.presence?.changes(topic.name) ?? []) {
    const message = new SharedMessage(FRAME.MEMBERS, members, false)
    for (const member of topic.members.values()) {
      const { link } = member
      if (link !== null) link.writeShared(message.of(link)[1])
    }
  }
}
