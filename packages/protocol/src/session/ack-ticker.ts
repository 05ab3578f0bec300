import type { Clock, Timer } from '../clock/clock.js'

/** How long an acknowledgement may wait for more to acknowledge, in ms. */
const TICK = 1_000

/** Who has something to acknowledge. */
export interface Debtor {
  /** Tells the other end what was taken. */
  acknowledge(): void
}

/** Acknowledges for all sessions that owe it, at most a second late: one timer, and only while somebody owes. */
export class AckTicker {
  readonly #owing = new Set<Debtor>()
  readonly #clock: Clock
  #timer: Timer = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sessions that owe an acknowledgement. */
  get size(): number {
    return this.#owing.size
  }

  /** Notes that `debtor` owes. */
  add(debtor: Debtor): void {
    if (this.#owing.has(debtor)) return
    this.#owing.add(debtor)
    if (this.#owing.size === 1) this.#timer = this.#clock.setTimer(() => this.#tick(), TICK)
  }

  /** Forgets one that has acknowledged, or has nobody to tell. */
  remove(debtor: Debtor): void {
    if (this.#owing.delete(debtor) && this.#owing.size === 0) this.#clock.clearTimer(this.#timer)
  }

  #tick(): void {
    const owing = [...this.#owing]
    this.#owing.clear()
    for (const debtor of owing) debtor.acknowledge()
  }
}
