import { type Clock, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { FRAME } from '@wse/protocol/internal'
import type { ServerSession } from '../sessions/server-session.js'

/** How long before the end a client is told, in ms. */
const NOTICE = 30_000
/** How long after it a client may still renew, in ms. */
const GRACE = 25_000
/** How often those that end are looked at, in ms. */
const TICK = 1_000

interface Term {
  readonly ends: number
  told: boolean
}

/**
 * Authorisations that end by themselves: tells each client in time, and takes its link when it did not renew. One timer
 * for all, and only while there are any.
 */
export class Authorisations {
  readonly #terms = new Map<ServerSession, Term>()
  readonly #clock: Clock
  #timer: Timer = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#terms.size
  }

  /** `session` is authorised for `ms` from now on; undefined for as long as it lasts. */
  set(session: ServerSession, ms: number | undefined): void {
    session.expired = false
    if (ms === undefined) return this.remove(session)
    this.#terms.set(session, { ends: this.#clock.now() + ms, told: false })
    if (this.#terms.size === 1) this.#arm()
  }

  /** It ended, or lasts. */
  remove(session: ServerSession): void {
    if (this.#terms.delete(session) && this.#terms.size === 0) this.#clock.clearTimer(this.#timer)
  }

  #arm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = this.#clock.setTimer(() => this.#look(), TICK)
  }

  #look(): void {
    const now = this.#clock.now()
    for (const [session, term] of [...this.#terms]) {
      // A listener of what was closed before may have renewed or removed it.
      if (this.#terms.get(session) !== term) continue
      if (now >= term.ends + GRACE) this.#expire(session)
      else if (!term.told && now >= term.ends - NOTICE) this.#tell(session, term, Math.max(0, term.ends - now))
    }
    if (this.#terms.size > 0) this.#arm()
  }

  /** A client that is away is told by `identify` when it comes back. */
  #tell({ session }: ServerSession, term: Term, left: number): void {
    if (session.link?.version !== 5) return
    term.told = true
    session.link.tell(FRAME.EXPIRING, { in: left })
  }

  #expire(session: ServerSession): void {
    this.remove(session)
    session.expired = true
    session.session.link?.close(WSE_CLOSE.AUTH_EXPIRED, WSE_REASON.AUTH_EXPIRED)
  }
}
