import type { Clock, Timer } from '@wse/protocol'
import type { NewEvent } from './history.js'
import type { Topic } from './topic.js'

/** How often histories are looked through for what is too old, in ms, at the least. */
const LOOK_THROUGH = 1_000

/** To what part of the bound they are cut down, so that it is not for each event anew. */
const CUT_DOWN = 0.9

/** Characters and bytes that all histories of a server hold. */
export interface Tally {
  bytes: number
}

/** What all histories hold: for how long, and how much of it. */
export class Histories {
  /** What they hold in all; each adds to it what it keeps. */
  readonly tally: Tally = { bytes: 0 }
  readonly #clock: Clock
  readonly #most: number
  readonly #emptied: (topic: Topic) => void
  /** Topics with something in their history. */
  readonly #kept = new Set<Topic>()
  #timer: Timer | null = null
  /** When that is due, on the clock. */
  #expires = 0

  /** `most`: characters and bytes in all. `emptied`: a topic has nothing in its history any more. */
  constructor(clock: Clock, most: number, emptied: (topic: Topic) => void) {
    this.#clock = clock
    this.#most = most
    this.#emptied = emptied
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Keeps an event of a topic that has a history. `age`: milliseconds since it was published. */
  add(topic: Topic, event: NewEvent, age = 0): void {
    topic.history?.add(event, this.#clock.now() - age)
    if (this.tally.bytes > this.#most) this.#cutDown()
    if (!topic.history?.length || this.#kept.has(topic)) return
    this.#kept.add(topic)
    this.#arm(pauseOf(topic))
  }

  /** What a topic keeps is of no more use. */
  forget(topic: Topic): void {
    topic.history?.clear()
    this.#kept.delete(topic)
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
    for (const { history } of this.#kept) history?.clear()
    this.#kept.clear()
  }

  /** The largest give way: those who publish without measure before those who do not. */
  #cutDown(): void {
    const bySize = [...this.#kept].sort((one, two) => (two.history?.bytes ?? 0) - (one.history?.bytes ?? 0))
    for (const topic of bySize) {
      if (this.tally.bytes <= this.#most * CUT_DOWN) return
      topic.history?.clear()
      this.#kept.delete(topic)
      this.#emptied(topic)
    }
  }

  #expire(): void {
    this.#timer = null
    const now = this.#clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const topic of [...this.#kept]) {
      topic.history?.expire(now)
      if (topic.history?.length) next = Math.min(next, pauseOf(topic))
      else {
        this.#kept.delete(topic)
        this.#emptied(topic)
      }
    }
    if (this.#kept.size > 0) this.#arm(next)
  }

  /** Looks through them in `ms` at the latest. */
  #arm(ms: number): void {
    const at = this.#clock.now() + ms
    if (this.#timer !== null && this.#expires <= at) return
    this.#clock.clearTimer(this.#timer)
    this.#expires = at
    this.#timer = this.#clock.setTimer(() => this.#expire(), ms)
  }
}

function pauseOf({ definition }: Topic): number {
  return Math.max(LOOK_THROUGH, (definition?.history?.ttl ?? 0) / 2)
}
