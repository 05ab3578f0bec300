import type { Clock, Timer } from '@wse/protocol'
import type { Link } from '@wse/protocol/internal'

/** Looks between two pings of the server. */
const LOOKS = 5
/** How late a look may be before this machine, not the link, is taken to have stood still, in ms. */
const LATE = 1_000

/** What a liveness tells. */
export interface LivenessHost {
  /** Nothing was heard for too long. */
  silent(link: Link): void
  /** Time jumped: the machine slept, or this program stood still. */
  jumped(): void
}

/**
 * Finds out that a link is dead: the server pings, so a client that hears nothing for an interval and its grace is alone.
 * Compares how much was received from look to look, so that a frame costs nothing.
 */
export class Liveness {
  readonly #clock: Clock
  readonly #link: Link
  readonly #interval: number
  readonly #patience: number
  readonly #host: LivenessHost
  #heardAt: number
  #lookedAt: number
  #bytes: number
  #due = 0
  #timer: Timer = null

  constructor(clock: Clock, link: Link, heartbeat: { interval: number; grace: number }, host: LivenessHost) {
    this.#clock = clock
    this.#link = link
    this.#interval = heartbeat.interval
    this.#patience = heartbeat.interval + heartbeat.grace
    this.#host = host
    this.#heardAt = this.#lookedAt = clock.now()
    this.#bytes = link.bytesIn
    this.#arm()
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
    if (now - this.#heardAt >= this.#patience) this.#host.silent(this.#link)
  }

  stop(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #arm(): void {
    const now = this.#clock.now()
    const left = Math.max(0, this.#heardAt + this.#patience - now)
    const wait = Math.max(Math.min(this.#interval / LOOKS, left), 1)
    this.#due = now + wait
    this.#timer = this.#clock.setTimer(() => this.#tick(), wait)
  }

  #tick(): void {
    if (this.#clock.now() - this.#due < LATE) this.look()
    else this.#jumped()
    if (this.#timer !== null) this.#arm()
  }

  /** What came meanwhile lies unread: the link has a moment to show that it lives. */
  #jumped(): void {
    this.#lookedAt = this.#clock.now()
    this.#bytes = this.#link.bytesIn
    this.#heardAt = Math.max(this.#heardAt, this.#lookedAt - this.#patience + LATE)
    this.#host.jumped()
  }
}
