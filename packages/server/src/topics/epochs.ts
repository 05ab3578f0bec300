import type { Clock } from '@wse/protocol'
import { createId } from '@wse/protocol/internal'

/** Names remembered, so that what they stand for takes a few MB at the most. */
const MOST = 100_000

/**
 * Names the histories of topics. A topic that was forgotten before anything was published on it goes on under its epoch
 * when it is there again: who waits for its first event misses nothing. Any other has another epoch each time.
 */
export class Epochs {
  readonly #clock: Clock
  readonly #most: number
  /** That of every topic which never had an event. */
  #blank: string
  /** Topics that had events, and were forgotten. */
  readonly #used = new Set<string>()

  constructor(clock: Clock, most: number = MOST) {
    this.#clock = clock
    this.#most = most
    this.#blank = createId(clock)
  }

  /** The epoch of a topic that begins now. */
  of(topic: string): string {
    return this.#used.has(topic) ? createId(this.#clock) : this.#blank
  }

  /** A topic is forgotten that had events. */
  forget(topic: string): void {
    if (this.#used.size >= this.#most) {
      // What is no longer remembered must not be taken for what never was.
      this.#used.clear()
      this.#blank = createId(this.#clock)
    }
    this.#used.add(topic)
  }
}
