import type { Clock, Timer } from '@wse/protocol'
import { chanceOf } from './chance.js'

/** What the clock of a party does while the party sleeps. */
export type SleepingClock = 'jumps' | 'stops'

interface PartyTimer {
  readonly run: () => void
  /** On the party's own clock. */
  readonly due: number
  handle: Timer
}

/** The clock of one party: the world's time, a chance of its own, and timers that sleep and go with the party. */
export class PartyClock implements Clock {
  readonly #clock: Clock
  readonly #seed: number
  readonly #name: string
  readonly #timers = new Set<PartyTimer>()
  #random: (() => number) | null = null
  #bytes: (() => number) | null = null
  #behind = 0
  #asleepSince: number | null = null
  #gone = false

  constructor(clock: Clock, seed: number, name: string) {
    this.#clock = clock
    this.#seed = seed
    this.#name = name
  }

  now(): number {
    return (this.#asleepSince ?? this.#clock.now()) - this.#behind
  }

  random(): number {
    this.#random ??= chanceOf(this.#seed, `${this.#name} random`)
    return this.#random()
  }

  randomBytes(count: number): Uint8Array {
    // Bytes have numbers of their own: an id more or less must not change the jitter.
    this.#bytes ??= chanceOf(this.#seed, `${this.#name} bytes`)
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i++) bytes[i] = Math.floor(this.#bytes() * 256)
    return bytes
  }

  setTimer(run: () => void, ms: number): Timer {
    const timer: PartyTimer = { run, due: this.now() + Math.max(0, ms), handle: null }
    if (this.#gone) return timer
    if (this.#asleepSince === null) this.#arm(timer, ms)
    this.#timers.add(timer)
    return timer
  }

  clearTimer(timer: Timer): void {
    if (this.#timers.delete(timer as PartyTimer)) this.#clock.clearTimer((timer as PartyTimer).handle)
  }

  /** No timer fires any more, now or later. */
  stop(): void {
    this.#gone = true
    for (const timer of this.#timers) this.#clock.clearTimer(timer.handle)
    this.#timers.clear()
  }

  sleep(): void {
    this.#asleepSince ??= this.#clock.now()
    for (const timer of this.#timers) this.#clock.clearTimer(timer.handle)
  }

  wake(how: SleepingClock): void {
    if (this.#asleepSince === null) return
    if (how === 'stops') this.#behind += this.#clock.now() - this.#asleepSince
    this.#asleepSince = null
    const now = this.now()
    // Timers of the same time fire in the order they are set, so overdue ones are set in the order they were due.
    for (const timer of [...this.#timers].sort((one, two) => one.due - two.due)) {
      this.#arm(timer, Math.max(0, timer.due - now))
    }
  }

  #arm(timer: PartyTimer, ms: number): void {
    timer.handle = this.#clock.setTimer(() => {
      if (this.#timers.delete(timer)) timer.run()
    }, ms)
  }
}
