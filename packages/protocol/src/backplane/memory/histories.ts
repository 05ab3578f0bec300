import type { Clock } from '../../clock/clock.js'
import { createId } from '../../id.js'
import type { Data } from '../../transport/transport.js'
import type { PublishSetup, Subject } from '../backplane.js'
import type { HistoryBounds, HistoryRead, Position } from '../history.js'
import { History, type Tally } from './history.js'
import { LOOK_THROUGH } from './upkeep.js'

/** Histories there may be before those are dropped that are empty, and nobody is attached to. */
const MOST = 100_000

/** To what part of the bound they are cut down, so that it is not for each message anew. */
const CUT_DOWN = 0.9

/** What became of a message that was to be kept. */
export interface Added {
  readonly position: Position
  /** Whether it was kept before, by its key. */
  readonly repeated: boolean
}

/** The histories of all subjects. */
export class Histories {
  readonly #clock: Clock
  readonly #most: number
  readonly #isAttached: (subject: Subject) => boolean
  readonly #all = new Map<Subject, History>()
  /** Those with something in them. */
  readonly #filled = new Set<History>()
  readonly #tally: Tally = { bytes: 0 }
  #epochs: string
  #epoch = 0
  #spareAt = MOST

  /** `most`: characters and bytes in all; beyond it the largest give way. */
  constructor(clock: Clock, most: number, isAttached: (subject: Subject) => boolean) {
    this.#clock = clock
    this.#most = most
    this.#isAttached = isAttached
    this.#epochs = createId(clock)
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size
  }

  /** Characters and bytes that are kept. */
  get bytes(): number {
    return this.#tally.bytes
  }

  /** Keeps a message of a subject, unless it is there by its key. */
  add(subject: Subject, body: Data, bounds: HistoryBounds, key: PublishSetup['key'], now: number): Added {
    const history = this.#of(subject, now)
    const before = key === undefined ? undefined : history.positionOf(key)
    if (before !== undefined) return { position: before, repeated: true }
    const position = history.add(body, bounds, key, now)
    this.#filled.add(history)
    if (this.#tally.bytes > this.#most) this.#cutDown()
    return { position, repeated: false }
  }

  /** What the history of a subject has behind a position, or all; begins one. */
  read(subject: Subject, since: Position | null, now: number): HistoryRead {
    return this.#of(subject, now).since(since, now)
  }

  /** Where the history of a subject stands; null if there is none. */
  top(subject: Subject): Position | null {
    return this.#all.get(subject)?.position ?? null
  }

  /** Forgets what is too old; says when something will be. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const history of this.#filled) {
      history.expire(now)
      if (history.length > 0) next = Math.min(next, history.due)
      else this.#filled.delete(history)
    }
    return Math.max(next, now + LOOK_THROUGH)
  }

  /** All are lost: whatever begins now has another epoch. */
  clear(): void {
    this.#all.clear()
    this.#filled.clear()
    this.#tally.bytes = 0
    this.#spareAt = MOST
    this.#epochs = createId(this.#clock)
  }

  #of(subject: Subject, now: number): History {
    const there = this.#all.get(subject)
    if (there !== undefined) {
      there.expire(now)
      return there
    }
    if (this.#all.size >= this.#spareAt) this.#spare(now)
    const history = new History(`${this.#epochs}.${(this.#epoch++).toString(36)}`, this.#tally)
    this.#all.set(subject, history)
    return history
  }

  /** Where something is kept, or somebody waits for the first message, an epoch has to last. */
  #spare(now: number): void {
    this.expire(now)
    for (const [subject, history] of this.#all) {
      if (history.length === 0 && !this.#isAttached(subject)) this.#all.delete(subject)
    }
    this.#spareAt = Math.max(MOST, 2 * this.#all.size)
  }

  #cutDown(): void {
    for (const history of [...this.#filled].sort((one, two) => two.bytes - one.bytes)) {
      if (this.#tally.bytes <= this.#most * CUT_DOWN) return
      history.empty()
      this.#filled.delete(history)
    }
  }
}
