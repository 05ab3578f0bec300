import type { Clock, Timer } from '@wse/protocol'
import type { Link } from '@wse/protocol/internal'

/** Looks between two pings of the server. */
const LOOKS = 5
/** How late a look may be before this machine, not the link, is taken to have stood still, in ms. */
const LATE = 1_000

/**
 * Finds out that a link is dead: the server pings, so a client that hears nothing for an interval and its grace is alone.
 * Compares how much was received from look to look, so that a frame costs nothing.
 */
export class Liveness {
  readonly #clock: Clock
  readonly #link: Link
  readonly #interval: number
  readonly #patience: number
  readonly #silent: () => void
  #heardAt: number
  #lookedAt: number
  #bytes: number
  #due = 0
  #wasLate = false
  #timer: Timer = null

  constructor(clock: Clock, link: Link, heartbeat: { interval: number; grace: number }, silent: () => void) {
    this.#clock = clock
    this.#link = link
    this.#interval = heartbeat.interval
    this.#patience = heartbeat.interval + heartbeat.grace
    this.#silent = silent
    this.#heardAt = this.#lookedAt = clock.now()
    this.#bytes = link.bytesIn
    this.#arm(this.#interval / LOOKS)
  }

  /** The server pinged. */
  pinged(): void {
    this.#heardAt = this.#clock.now()
  }

  /** Judges now; for a moment at which timers cannot be trusted to have fired. */
  look(): void {
    const now = this.#clock.now()
    // What came since the last look came after it.
    if (this.#link.bytesIn !== this.#bytes) this.#heardAt = Math.max(this.#heardAt, this.#lookedAt)
    this.#bytes = this.#link.bytesIn
    this.#lookedAt = now
    if (now - this.#heardAt >= this.#patience) this.#silent()
  }

  stop(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #arm(most: number): void {
    const now = this.#clock.now()
    const left = this.#heardAt + this.#patience - now
    const wait = left > 0 ? Math.min(most, left) : most
    this.#due = now + wait
    this.#timer = this.#clock.setTimer(() => this.#tick(), wait)
  }

  #tick(): void {
    const isLate = this.#clock.now() - this.#due >= LATE
    // Late twice running: timers are rare here, as in a hidden tab, and what had come by the last time has been read.
    if (isLate && !this.#wasLate) this.#reprieve()
    else this.look()
    this.#wasLate = isLate && !this.#wasLate
    if (this.#timer !== null) this.#arm(this.#wasLate ? LATE : this.#interval / LOOKS)
  }

  /** The machine slept, or this program stood still: what came meanwhile lies unread, and shows at the next look. */
  #reprieve(): void {
    this.#lookedAt = this.#clock.now()
    this.#bytes = this.#link.bytesIn
  }
}
