import { type Clock, type Data, type Timer, WSE_CLOSE, WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { type Link, utf8Length } from '@wse/protocol/internal'
import type { ServerLimits } from './server-limits.js'

/** How long a congested client may read nothing, in ms. */
const PATIENCE = 5_000
/** How often congested links are looked at, in ms. */
const TICK = 1_000

interface Congestion {
  /** Unsent bytes when last looked at. */
  unsent: number
  /** Since when nothing of it was read. */
  since: number
}

/**
 * Finds clients that do not read what they are sent and closes them with 4002, so that one cannot fill the memory of
 * all. One timer, and only while somebody is congested.
 */
export class SlowReaders {
  readonly #congested = new Map<Link, Congestion>()
  readonly #clock: Clock
  readonly #limits: ServerLimits
  #timer: Timer = null
  #due = 0

  constructor(clock: Clock, limits: ServerLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  get size(): number {
    return this.#congested.size
  }

  /** Notes that `data` was added to a link that has `unsent` bytes waiting. */
  congested(link: Link, unsent: number, data: Data): void {
    if (unsent <= this.#limits.bufferedBytes) return
    if (unsent > 4 * this.#limits.messageBytes) return close(link)
    const known = this.#congested.get(link)
    if (known === undefined) {
      this.#congested.set(link, { unsent, since: this.#clock.now() })
      if (this.#congested.size === 1) this.#arm()
      return
    }
    const added = typeof data === 'string' ? utf8Length(data) : data.length
    if (unsent < known.unsent + added) known.since = this.#clock.now()
    known.unsent = unsent
  }

  /** Forgets a link that ended. */
  forget(link: Link): void {
    if (this.#congested.delete(link) && this.#congested.size === 0) this.#clock.clearTimer(this.#timer)
  }

  #arm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#due = this.#clock.now() + TICK
    this.#timer = this.#clock.setTimer(() => this.#look(), TICK)
  }

  #look(): void {
    const now = this.#clock.now()
    // While this process stood still nobody could be sent anything.
    const stoodStill = now - this.#due >= TICK
    for (const [link, known] of [...this.#congested]) {
      const unsent = link.unsent
      if (unsent < known.unsent || stoodStill) known.since = now
      known.unsent = unsent
      if (unsent <= this.#limits.bufferedBytes) this.#congested.delete(link)
      else if (now - known.since >= PATIENCE) close(link)
    }
    if (this.#congested.size > 0) this.#arm()
  }
}

function close(link: Link): void {
  const unsent = link.unsent
  link.report(new WseError(WSE_ERROR.SLOW_READER, { unsent }, { message: `${unsent} bytes were sent and not read` }))
  link.close(WSE_CLOSE.SLOW_READER, WSE_REASON.SLOW_READER)
}
