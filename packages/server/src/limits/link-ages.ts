import { type Clock, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { Link } from '@wse/protocol/internal'

/** Whose link grows old. */
export interface Aging {
  readonly session: { readonly link: Link | null }
  /** Another number whenever a message or call passed, either way. */
  readonly activity: number
  /** Whether a call or stream is under way. */
  readonly busy: boolean
}

interface Age {
  readonly link: Link
  /** When it is to be closed, however busy. */
  readonly until: number
  activity: number
  /** When it was last seen to do something. */
  since: number
}

/** Looks within the shorter of both times: links are closed up to a tenth of it late. */
const LOOKS = 10
/** Links that came together are closed one after the other, over this part of their lifetime before its end. */
const SPREAD = 0.1

/** Closes links that are idle for too long, and those that are too old. One timer for all, and none where neither is set. */
export class LinkAges {
  readonly #ages = new Map<Aging, Age>()
  readonly #clock: Clock
  readonly #idle: number
  readonly #lifetime: number
  readonly #tick: number
  #timer: Timer = null
  #due = 0

  /** Both in ms; 0 for never. */
  constructor(clock: Clock, idle: number, lifetime: number) {
    this.#clock = clock
    this.#idle = idle || Number.POSITIVE_INFINITY
    this.#lifetime = lifetime || Number.POSITIVE_INFINITY
    this.#tick = Math.min(this.#idle, this.#lifetime) / LOOKS
  }

  /** Links looked at. */
  get size(): number {
    return this.#ages.size
  }

  /** Looks at the link of `aging` from now on. */
  add(aging: Aging): void {
    const { link } = aging.session
    if (link === null || this.#tick === Number.POSITIVE_INFINITY) return
    const now = this.#clock.now()
    const until = now + this.#lifetime * (1 - SPREAD * this.#clock.random())
    this.#ages.set(aging, { link, until, activity: aging.activity, since: now })
    if (this.#ages.size === 1) this.#arm()
  }

  /** No longer. */
  remove(aging: Aging): void {
    if (this.#ages.delete(aging) && this.#ages.size === 0) this.#clock.clearTimer(this.#timer)
  }

  #arm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#due = this.#clock.now() + this.#tick
    this.#timer = this.#clock.setTimer(() => this.#look(), this.#tick)
  }

  #look(): void {
    const now = this.#clock.now()
    // After a standstill of this process what clients said lies unread in its sockets.
    const stoodStill = now - this.#due >= this.#tick
    for (const [aging, age] of [...this.#ages]) {
      if (stoodStill || aging.busy || aging.activity !== age.activity) {
        age.activity = aging.activity
        age.since = now
      }
      if (now >= age.until) age.link.close(WSE_CLOSE.LIFETIME, WSE_REASON.LIFETIME)
      else if (now - age.since >= this.#idle) age.link.close(WSE_CLOSE.IDLE, WSE_REASON.IDLE)
    }
    if (this.#ages.size > 0) this.#arm()
  }
}
