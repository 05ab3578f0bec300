import type { Clock, Timer } from '@wse/protocol'
import type { Settled } from '@wse/protocol/internal'
import type { Outcome } from '../attempt/outcome.js'
import { backoff, type ReconnectOptions, soon } from './policy.js'

/** The wait before an attempt to come back. */
export class Pause {
  /** Whether the next one is to be short: something woke the client. */
  woken = false
  readonly #clock: Clock
  readonly #policy: Settled<ReconnectOptions>
  readonly #due: () => void
  #timer: Timer = null
  #dueAt = 0
  /** Until when the server asked to be left alone. */
  #notBefore = 0

  constructor(clock: Clock, policy: Settled<ReconnectOptions>, due: () => void) {
    this.#clock = clock
    this.#policy = policy
    this.#due = due
  }

  /** Begins, and says how long it is. */
  begin(attempt: number, { delay: asked = 0, soon: isSoon }: Outcome): number {
    const random = this.#clock.random()
    // A server that ends one link after the other is not come back to at once for ever.
    const hurries = this.woken || (isSoon && attempt === 1)
    const delay = Math.max(hurries ? soon(random) : backoff(this.#policy, attempt, random), asked)
    this.woken = false
    this.#notBefore = this.#clock.now() + asked
    this.#wait(delay)
    return delay
  }

  /** Now is a good moment to try. */
  hurry(): void {
    const now = this.#clock.now()
    const delay = Math.max(soon(this.#clock.random()), this.#notBefore - now)
    if (this.#dueAt - now > delay) this.#wait(delay)
  }

  stop(): void {
    this.#clock.clearTimer(this.#timer)
  }

  #wait(ms: number): void {
    this.stop()
    this.#dueAt = this.#clock.now() + ms
    this.#timer = this.#clock.setTimer(this.#due, ms)
  }
}
