import type { Clock, Flushable } from '@wse/protocol'

/** A turn that begins sooner than this after the last one, in ms, is likely to have company. */
const SOON = 0.03

/** Tells the links of one server when a turn is over. */
export class Turns {
  readonly #clock: Clock
  #waiting: Flushable[] = []
  /** When the last turn ended, and how many links had something to send in it. */
  #endedAt = Number.NEGATIVE_INFINITY
  #links = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Flushes `one`, which must not throw, once its turn is over; all who wait together. On a busy server that is the check
   * phase of the event loop, when every socket that had something to read was read: what comes from many goes to each in
   * one write. Where nothing else happens it is the end of the running callback, since a lone answer has nothing to wait
   * for, and a round through the event loop costs more than its write gains.
   */
  after(one: Flushable): void {
    if (this.#waiting.push(one) > 1) return
    const isBusy = this.#links > 1 || this.#clock.now() - this.#endedAt < SOON
    if (isBusy) setImmediate(() => this.#end())
    else queueMicrotask(() => this.#end())
  }

  #end(): void {
    const all = this.#waiting
    this.#waiting = []
    this.#links = all.length
    for (const one of all) one.flush()
    this.#endedAt = this.#clock.now()
  }
}
