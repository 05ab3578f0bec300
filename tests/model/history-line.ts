import type { Subscription, TopicGap, TopicPosition } from '@wse/client'
import type { Line } from './line.js'
import type { Theatre } from './theatre.js'
import type { Beginning, Published } from './topic-facts.js'

/** Of a topic with history: every event from where it began, in order, once; a gap only where it is one. */
export class HistoryLine implements Line {
  readonly #theatre: Theatre
  readonly #sub: Subscription
  readonly #beginning: Beginning
  /** Of the last that was told. */
  #at: TopicPosition | null

  constructor(theatre: Theatre, sub: Subscription, beginning: Beginning) {
    const { since } = beginning
    this.#theatre = theatre
    this.#sub = sub
    this.#beginning = beginning
    this.#at = typeof since === 'object' ? since : null
  }

  ready(): void {
    const { position } = this.#sub
    const { since, shared, floor } = this.#beginning
    // What was told before goes on, or there is a gap to be told.
    if (this.#at !== null) return
    // What another is told of a gap is told to who shares it, too.
    if (position === null) return shared ? undefined : this.#problem('I14: has no position')
    this.#at = position
    if (since === 'start') {
      const first = this.#published(position.offset)
      if (first && this.#isKept(first)) this.#problem(`I14: begins after ${position.offset}, which is kept`)
    } else if (!shared && floor?.epoch === position.epoch && position.offset < floor.offset)
      this.#problem(`I14: begins at ${position.offset}, and was asked for at ${floor.offset}`)
    const { offset, epoch } = this.#theatre.server.topics.position(this.#beginning.topic) ?? {}
    if (epoch === position.epoch && (offset ?? 0) < position.offset) this.#problem('I14: begins in the future')
  }

  event(n: number, offset: number | undefined): void {
    const { position } = this.#sub
    const at = this.#at
    if (at === null || position === null || offset === undefined) return this.#problem(`I14: got ${n} without a place`)
    if (position.offset !== offset) this.#problem(`I14: got ${n} at ${offset}, and stands at ${position.offset}`)
    if (at.epoch !== position.epoch) this.#problem(`I16: goes on in another history at ${n}, and no gap was told`)
    if (offset <= at.offset) this.#problem(`I14: got ${n} at ${offset} after ${at.offset}`)
    this.#at = position
    this.#passOver(at.offset, offset)
    if (this.#published(offset)?.n !== n) this.#problem(`I14: got ${n} at ${offset}, which is another`)
  }

  gap({ reason, from, to }: TopicGap): void {
    const { position } = this.#sub
    const at = this.#at
    this.#at = position
    if (at === null && this.#beginning.shared) return
    if (position === null || at === null) return this.#problem('I16: a gap in nothing')
    const isOther = position.epoch !== at.epoch
    if (reason !== (isOther ? 'epoch' : 'history'))
      this.#problem(`I16: a gap by ${reason}, ${at.epoch} ${position.epoch}`)
    const { server, setup } = this.#theatre
    if (isOther) {
      const lives = this.#ofHistory(at.epoch).some(
        (event) => event.server === server && event.at + setup.keeps > this.#theatre.now(),
      )
      if (lives) this.#problem('I16: a gap between histories, and the one before lives')
    } else {
      if (from === undefined || from <= at.offset || to !== position.offset)
        return this.#problem(`I16: a gap ${from}-${to} after ${at.offset}`)
      this.#passOver(at.offset, from)
      const first = this.#published(from)
      if (first && this.#isKept(first)) this.#problem(`I16: a gap from ${from}, which is kept`)
    }
  }

  check(): void {
    const top = this.#theatre.server.topics.position(this.#beginning.topic)
    const { position } = this.#sub
    if (position?.epoch !== top?.epoch || position?.offset !== top?.offset)
      this.#problem(`I14: stands at ${position?.offset}, and the history at ${top?.offset}`)
    if (this.#at?.epoch !== top?.epoch) this.#problem('I16: goes on in another history in the end, and no gap was told')
    this.#passOver(this.#at?.offset ?? 0, (top?.offset ?? 0) + 1)
  }

  /** What was not told was not for this client. */
  #passOver(from: number, to: number): void {
    for (let offset = from + 1; offset < to; offset++) {
      if (!this.#published(offset)?.excepted) this.#problem(`I14: missed ${offset} before ${to}`)
    }
  }

  #published(offset: number): Published | undefined {
    return this.#ofHistory(this.#sub.position?.epoch).find((event) => event.offset === offset)
  }

  #ofHistory(epoch: string | undefined): Published[] {
    const { topic } = this.#beginning
    return this.#theatre.journal.published.filter((event) => event.epoch === epoch && event.topic === topic)
  }

  /** Whether the history has it still, whatever it was when it was asked. */
  #isKept({ offset = 0, at, server, topic }: Published): boolean {
    const { history, keeps } = this.#theatre.setup
    const top = server.topics.position(topic)?.offset ?? 0
    return offset > top - history && at + keeps > this.#theatre.now()
  }

  #problem(what: string): void {
    this.#theatre.journal.problem(`${what} (${this.#beginning.topic})`)
  }
}
