import type { Clock, Timer } from '@wse/protocol'
import { seededRandom } from './seeded-random.js'
import { later, turn } from './turn.js'

/** What {@link createTestClock} may be given. */
export interface TestClockOptions {
  /** Seed of `random` and `randomBytes`, a whole number. @default 1 */
  readonly seed?: number | undefined
}

/** A timer that has not fired yet. */
export interface ArmedTimer {
  /** When it fires, in ms on its clock. */
  readonly due: number
  /** How long it was set for, in ms. */
  readonly ms: number
}

/**
 * A clock that stands still until it is advanced. Only a timer of 0 ms, which means "a later turn", fires by itself: in
 * a later turn of the real event loop. So whatever needs no time happens without anyone advancing the clock.
 */
export interface TestClock extends Clock {
  /** Timers that have not fired yet. */
  readonly armed: number
  /** The same timers, in the order they will fire. */
  readonly timers: readonly ArmedTimer[]
  /**
   * Lets `ms` milliseconds pass: fires the timers that fall due, by due time and then in the order they were set, with
   * a turn of the event loop after each. Rejects with what a timer throws. Calls of it queue up.
   */
  advance(ms: number): Promise<void>
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>
}

/**
 * Creates a clock whose time and chance belong to the test. It starts at 0.
 *
 * @example
 * const clock = createTestClock({ seed: 7 })
 * const server = new WseServer({ clock, identify })
 * await clock.advance(30_000)
 * console.log(clock.armed)
 */
export function createTestClock(options: TestClockOptions = {}): TestClock {
  return new VirtualClock(options.seed ?? 1)
}

interface VirtualTimer extends ArmedTimer {
  readonly run: () => void
}

/** Longest timer of real runtimes; a longer one would fire at once there. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Turns in a row without a timer due, after which a clock counts as settled: other sources of turns get a chance. */
const QUIET_TURNS = 3

/** Timers or turns within one instant, after which something goes round in circles. */
const INSTANT_LIMIT = 10_000

class VirtualClock implements TestClock {
  readonly random: () => number
  readonly #bytes: () => number
  readonly #timers = new Set<VirtualTimer>()
  #now = 0
  #advance: Promise<void> = Promise.resolve()
  #driven = false

  constructor(seed: number) {
    this.random = seededRandom(seed)
    // Bytes have numbers of their own: an id more or less must not change the jitter.
    this.#bytes = seededRandom(~seed)
  }

  get armed(): number {
    return this.#timers.size
  }

  get timers(): readonly ArmedTimer[] {
    return [...this.#timers].sort((one, two) => one.due - two.due).map(({ due, ms }) => ({ due, ms }))
  }

  now(): number {
    return this.#now
  }

  randomBytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.#bytes() * 256))
  }

  setTimer(run: () => void, ms: number): Timer {
    if (!(ms <= LONGEST_TIMER)) throw new RangeError(`a timer takes at most ${LONGEST_TIMER} ms, not ${ms}`)
    const wait = Math.max(0, ms)
    const timer: VirtualTimer = { run, ms: wait, due: this.#now + wait }
    this.#timers.add(timer)
    if (wait === 0) this.#fireLater(timer)
    return timer
  }

  clearTimer(timer: Timer): void {
    this.#timers.delete(timer as VirtualTimer)
  }

  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && Number.isFinite(ms))) return Promise.reject(new RangeError(`time cannot move by ${ms} ms`))
    const done = this.#advance.then(() => this.#pass(ms))
    this.#advance = done.catch(() => {})
    return done
  }

  async settle(): Promise<void> {
    let turns = 0
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await turn()
      if (this.#next(this.#now) !== null) quiet = -1
      if (++turns > INSTANT_LIMIT) throw endless()
    }
  }

  async #pass(ms: number): Promise<void> {
    const target = this.#now + ms
    await turn()
    this.#driven = true
    try {
      await this.#fireUntil(target)
      this.#now = target
    } finally {
      this.#driven = false
      for (const timer of this.#timers) if (timer.due <= this.#now) this.#fireLater(timer)
    }
  }

  async #fireUntil(target: number): Promise<void> {
    let together = 0
    for (let timer = this.#next(target); timer !== null; timer = this.#next(target)) {
      together = timer.due > this.#now ? 0 : together + 1
      if (together > INSTANT_LIMIT) throw endless()
      this.#now = Math.max(this.#now, timer.due)
      this.#fire(timer)
      await turn()
    }
  }

  /** The timer to fire next, of those due by `target`; the set keeps the order of setting. */
  #next(target: number): VirtualTimer | null {
    let next: VirtualTimer | null = null
    for (const timer of this.#timers) {
      if (timer.due <= target && (next === null || timer.due < next.due)) next = timer
    }
    return next
  }

  /** While time is being advanced, that fires what is due, in order. */
  #fireLater(timer: VirtualTimer): void {
    later(() => {
      if (!this.#driven) this.#fire(timer)
    })
  }

  #fire(timer: VirtualTimer): void {
    if (this.#timers.delete(timer)) timer.run()
  }
}

function endless(): Error {
  return new Error(
    `${INSTANT_LIMIT} timers fired without time going on: something sets a timer of 0 ms again and again`,
  )
}
