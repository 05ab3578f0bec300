import { type Clock, LONGEST_TIMER, type Timer } from '../../clock/clock.js'

/** Milliseconds between two looks for what is only in the way, at the least. */
export const LOOK_THROUGH = 1_000

/** One timer for whatever runs out. */
export class Upkeep {
  readonly #clock: Clock
  readonly #run: () => number
  #timer: Timer | null = null
  #at = Number.POSITIVE_INFINITY

  /** `run` looks after what has run out, and says when it has to again, on the clock; infinite: never. */
  constructor(clock: Clock, run: () => number) {
    this.#clock = clock
    this.#run = run
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Looks no later than then. */
  by(at: number): void {
    if (at >= this.#at) return
    this.stop()
    this.#at = at
    const ms = Math.min(Math.max(0, at - this.#clock.now()), LONGEST_TIMER)
    this.#timer = this.#clock.setTimer(() => this.#fire(), ms)
  }

  /** Looks no more. */
  stop(): void {
    if (this.#timer !== null) this.#clock.clearTimer(this.#timer)
    this.#timer = null
    this.#at = Number.POSITIVE_INFINITY
  }

  #fire(): void {
    this.#timer = null
    this.#at = Number.POSITIVE_INFINITY
    this.by(this.#run())
  }
}
