import type { Clock, Timer } from '@wse/protocol'

/** Milliseconds until the first time again, doubled each time up to the longest, less up to half of it by chance. */
const FIRST = 1_000
const LONGEST = 30_000

/** The pause before something is asked again. */
export class Retry {
  readonly #clock: Clock
  readonly #due: () => void
  #timer: Timer = null
  #times = 0
  /** Whether it is waited now. */
  isArmed = false

  constructor(clock: Clock, due: () => void) {
    this.#clock = clock
    this.#due = due
  }

  /** Waits, if it does not already. */
  arm(): void {
    if (this.isArmed) return
    const ms = Math.min(FIRST * 2 ** this.#times++, LONGEST)
    this.isArmed = true
    this.#timer = this.#clock.setTimer(() => this.#fire(), ms * (1 - this.#clock.random() / 2))
  }

  /** What was asked is there: the next pause is a short one. */
  succeed(): void {
    this.#times = 0
  }

  /** Waits no more. */
  stop(): void {
    this.#clock.clearTimer(this.#timer)
    this.isArmed = false
    this.#times = 0
  }

  #fire(): void {
    this.isArmed = false
    this.#due()
  }
}
