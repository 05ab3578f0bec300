import type { Clock } from '../clock/clock.js'
import { Malformed, type Stamp } from '../frames/envelope.js'

/** Handlers of the other end's calls that have not answered yet. */
export class RunningCalls {
  /** Stamp → when its caller has given up. */
  readonly #deadlines = new Map<Stamp, number>()
  readonly #clock: Clock
  readonly #limit: number

  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  get size(): number {
    return this.#deadlines.size
  }

  /** Whether one more may run. Calls whose caller has given up make room only when it is needed: no timer for them. */
  hasRoom(): boolean {
    if (this.#deadlines.size < this.#limit) return true
    const now = this.#clock.now()
    for (const [stamp, deadline] of this.#deadlines) {
      if (deadline <= now) this.#deadlines.delete(stamp)
    }
    return this.#deadlines.size < this.#limit
  }

  /** Notes a call that takes longer than its turn. */
  add(stamp: Stamp, timeout: number): void {
    this.#deadlines.set(stamp, this.#clock.now() + timeout)
  }

  /** @throws {Malformed} if a call of this stamp runs */
  refuseDuplicate(stamp: Stamp): void {
    if (this.#deadlines.has(stamp)) throw new Malformed('a stamp that is in use')
  }

  /** Takes a call out; `false` if it was cancelled or given up before. */
  take(stamp: Stamp): boolean {
    return this.#deadlines.delete(stamp)
  }

  clear(): void {
    this.#deadlines.clear()
  }
}
