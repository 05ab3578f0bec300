import type { Subscription, TopicGap, WseError } from '@wse/client'
import { Attendance } from './attendance.js'
import { HistoryLine } from './history-line.js'
import type { Line } from './line.js'
import { PlainLine } from './plain-line.js'
import type { Theatre } from './theatre.js'
import { type Beginning, type Following, hasHistory, type TopicName } from './topic-facts.js'

/** One subscription of the application, and what it was told: judged as it comes. */
export class Follower implements Following {
  readonly topic: TopicName
  readonly sub: Subscription
  /** Why it is over, null where this side wanted it; undefined as long as it goes on. */
  ended: WseError | null | undefined
  #isReady = false
  readonly #theatre: Theatre
  readonly #line: Line
  readonly #attendance: Attendance
  readonly #hints = new Set<number>()
  /** Whether a gap is being told of. */
  #isGap = false

  constructor(theatre: Theatre, sub: Subscription, beginning: Beginning) {
    this.topic = beginning.topic
    this.sub = sub
    this.#theatre = theatre
    const History = hasHistory(this.topic) ? HistoryLine : PlainLine
    this.#line = new History(theatre, sub, beginning)
    this.#attendance = new Attendance(theatre.journal, sub)
    // Over in the very turn it was answered: nobody could hear of it.
    if (sub.state === 'ended') this.ended = null
    else this.#listen()
  }

  /** What must hold at rest. */
  check(): void {
    if (this.ended !== undefined) return
    if (this.sub.state !== 'subscribed')
      return this.#theatre.journal.problem(`I19: a subscription to ${this.topic} is ${this.sub.state} in the end`)
    this.#line.check()
    this.#attendance.check()
  }

  #listen(): void {
    const { sub } = this
    const { journal } = this.#theatre
    sub.ready.then(
      () => {
        this.#isReady = true
        this.#line.ready()
      },
      () => {},
    )
    sub.on('said', ({ n }, meta) => this.#live(`${n}`) && this.#line.event(n, meta.offset))
    sub.on('hint', ({ n }) => {
      if (this.#hints.has(n)) journal.problem(`I15: the hint ${n} came twice`)
      this.#hints.add(n)
    })
    sub.when.gap((gap: TopicGap) => {
      this.#isGap = true
      queueMicrotask(() => {
        this.#isGap = false
      })
      journal.gaps.push(gap.reason)
      if (this.#live('a gap')) this.#line.gap(gap)
    })
    sub.when.resubscribed(({ recovered }) => {
      if (recovered === this.#isGap) journal.problem(`I16: recovered ${recovered}, with a gap: ${this.#isGap}`)
    })
    sub.when.ended((error) => this.#end(error))
  }

  #live(what: string): boolean {
    // In the turn of an end it is told before anybody can know that it was subscribed.
    if (!this.#isReady && this.sub.state === 'ended') return false
    if (!this.#isReady) this.#theatre.journal.problem(`I15: ${what} was told of ${this.topic} before it was subscribed`)
    if (this.ended !== undefined) this.#theatre.journal.problem(`I15: ${what} was told of ${this.topic} after its end`)
    return this.#isReady && this.ended === undefined
  }

  #end(error: WseError | null): void {
    if (this.ended !== undefined) this.#theatre.journal.problem('I15: a subscription ended twice')
    this.ended = error
    this.#theatre.endedFollowing(this)
  }
}
