import type { Clock } from '../clock/clock.js'
import { Malformed, type Stamp } from '../frames/envelope.js'

/** Handlers of the other end's calls that have not answered yet. */
export class RunningCalls {
  /** Stamp → when its caller has given up; made for the first call that takes longer than its turn. */
  #deadlines: Map<Stamp, number> | null = null
  readonly #clock: Clock
  readonly #limit: number

  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  get size(): number {
    return this.#deadlines?.size ?? 0
  }

  /** Whether one more may run. Calls whose caller has given up make room only when it is needed: no timer for them. */
  hasRoom(): boolean {
    const deadlines = this.#deadlines
    if (deadlines === null || deadlines.size < this.#limit) return true
    const now = this.#clock.now()
    for (const [stamp, deadline] of deadlines) {
      if (deadline <= now) deadlines.delete(stamp)
    }
    return deadlines.size < this.#limit
  }

  /** Notes a call that takes longer than its turn. */
  add(stamp: Stamp, timeout: number): void {
    this.#deadlines ??= new Map()
    this.#deadlines.set(stamp, this.#clock.now() + timeout)
  }

  /** @throws {Malformed} if a call of this stamp runs */
  refuseDuplicate(stamp: Stamp): void {
    if (this.#deadlines?.has(stamp)) throw new Malformed('a stamp that is in use')
  }

  /** Takes a call out; `false` if it was cancelled or given up before. */
  take(stamp: Stamp): boolean {
    return this.#deadlines?.delete(stamp) ?? false
  }

  clear(): void {
    this.#deadlines = null
  }
}
