import type { Clock } from '@wse/protocol'
import { PartyClock, type SleepingClock } from './party-clock.js'

/** One run of one end: a process with a clock of its own, that may sleep, and may be gone for good. */
export class Party {
  readonly name: string
  readonly clock: PartyClock
  #asleep = false
  #gone = false

  constructor(name: string, clock: Clock, seed: number, run = 1) {
    this.name = name
    this.clock = new PartyClock(clock, seed, `${name} ${run}`)
  }

  get awake(): boolean {
    return !this.#asleep
  }

  get gone(): boolean {
    return this.#gone
  }

  sleep(): void {
    this.#asleep = true
    this.clock.sleep()
  }

  wake(how: SleepingClock): void {
    this.#asleep = false
    this.clock.wake(how)
  }

  /** Its process ends; whatever it still does has no effect. */
  vanish(): void {
    this.#gone = true
    this.#asleep = false
    this.clock.stop()
  }
}
