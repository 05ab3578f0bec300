import type { Clock, Timer } from '@wse/protocol'

/** Something that waits for a later turn. */
export interface Held {
  release(): void
}

/** Lets go of what is held in a later turn, all of it by one timer. */
export class TurnHold {
  readonly #clock: Clock
  readonly #held = new Set<Held>()
  #timer: Timer = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Timers armed now. */
  get timers(): number {
    return Number(this.#held.size > 0)
  }

  hold(held: Held): void {
    if (this.#held.size === 0) this.#timer = this.#clock.setTimer(() => this.release(), 0)
    this.#held.add(held)
  }

  /** Lets go of all at once. */
  release(): void {
    this.#clock.clearTimer(this.#timer)
    const held = [...this.#held]
    this.#held.clear()
    for (const one of held) one.release()
  }
}
