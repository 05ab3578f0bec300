import type { Clock } from './clock/clock.js'

interface FakeTimer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until told, with chance that repeats. */
export class FakeClock implements Clock {
  #now = 1_000
  #seed = 1
  #timers: FakeTimer[] = []
  /** How often a timer was set. */
  set = 0

  /** Timers that are armed. */
  get armed(): number {
    return this.#timers.length
  }

  now(): number {
    return this.#now
  }

  setTimer(run: () => void, ms: number): FakeTimer {
    const timer = { at: this.#now + ms, run }
    this.set++
    this.#timers.push(timer)
    return timer
  }

  clearTimer(timer: unknown): void {
    this.#timers = this.#timers.filter((other) => other !== timer)
  }

  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647
    return this.#seed / 2_147_483_647
  }

  randomBytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.random() * 256))
  }

  /** Lets time pass and runs what becomes due, earliest first. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (let next = this.#due(until); next !== undefined; next = this.#due(until)) {
      this.clearTimer(next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = until
  }

  /** Lets time pass at once, as for a machine that slept: what became due runs late. */
  sleep(ms: number): void {
    this.#now += ms
    this.advance(0)
  }

  #due(until: number): FakeTimer | undefined {
    return this.#timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
  }
}

/** Lets promises that are settled tell. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}
