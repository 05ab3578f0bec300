import type { Subscription, TopicGap } from '@wse/client'
import type { Line } from './line.js'
import type { Theatre } from './theatre.js'
import type { Beginning, Published, TopicName } from './topic-facts.js'

/** Of a topic without history: every event of a session from its beginning, in order, once; a gap with each new session. */
export class PlainLine implements Line {
  readonly #theatre: Theatre
  readonly #topic: TopicName
  readonly #sub: Subscription
  /** How many had been published when it began, or began anew. */
  #since = 0
  /** The last it was told since then. */
  #last: Published | null = null
  /** Its place among all that was published, whatever the session. */
  #newest = -1
  /** The session it is in: this one or a later one, at first. */
  #earliest: number
  #latest: number

  constructor(theatre: Theatre, sub: Subscription, { topic, session }: Beginning) {
    this.#theatre = theatre
    this.#topic = topic
    this.#sub = sub
    this.#earliest = this.#latest = session
  }

  ready(): void {
    this.#begin()
  }

  event(n: number): void {
    const { journal } = this.#theatre
    const event = journal.published.find((other) => other.n === n && other.topic === this.#topic)
    if (event === undefined) return this.#problem(`got ${n}, which nobody published`)
    const place = journal.published.indexOf(event)
    if (place <= this.#newest) this.#problem(`got ${n} after what followed it`)
    if (this.#last && this.#last.server !== event.server) this.#problem(`got ${n} of another server, untold`)
    this.#passOver(event)
    this.#newest = place
    this.#last = event
  }

  gap({ reason }: TopicGap): void {
    if (reason !== 'session') this.#problem(`a gap by ${reason}`)
    const { sessions } = this.#theatre.journal
    if (this.#earliest === sessions) this.#problem('a gap within a session')
    this.#earliest = sessions
    this.#begin()
  }

  check(): void {
    if (this.#sub.position !== null) this.#problem('has a position')
    if (this.#latest !== this.#theatre.journal.sessions) this.#problem('a new session, and no gap was told')
    this.#passOver(null)
  }

  #begin(): void {
    const { journal } = this.#theatre
    this.#latest = journal.sessions
    this.#since = journal.published.length
    this.#last = null
  }

  /** What was not told before this one, or at all, was not for this client. */
  #passOver(next: Published | null): void {
    const { journal, server } = this.#theatre
    const { published } = journal
    const from = this.#last === null ? this.#since : published.indexOf(this.#last) + 1
    const to = next === null ? published.length : published.indexOf(next)
    const at = next?.server ?? server
    for (const event of published.slice(from, Math.max(from, to))) {
      const isDue = event.topic === this.#topic && event.server === at && !event.excepted
      if (isDue) this.#problem(`missed ${event.n} before ${next?.n}`)
    }
  }

  #problem(what: string): void {
    this.#theatre.journal.problem(`I15: ${what} (${this.#topic})`)
  }
}
