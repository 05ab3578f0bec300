import type { Clock, Timer } from '@wse/protocol'
import type { Cid } from './cid.js'
import { connsOf, type WseConnection } from './people.js'

/** What presence tells of. */
export interface PresenceEvents {
  online(cid: Cid): void
  offline(cid: Cid): void
  /** Whether anybody would be told of either. */
  isHeard(): boolean
}

/** What other servers know of who is online. */
export interface OnlineElsewhere {
  /** Whether another server counts a user as online. */
  isOnline(cid: Cid): Promise<boolean>
  /** A user is not online any more, as far as this server goes. */
  gone(cid: Cid): void
}

/**
 * Who is online: whoever has a device with a link, or had one less than the grace ago. So a lost link, or a page that is
 * loaded again, is no news. One timer, for who left first; while nobody listens there is neither grace nor timer.
 */
export class Presence {
  readonly #online = new Set<Cid>()
  /** When the grace ends of those who have no link any more, in the order they lost it. */
  readonly #leaving = new Map<Cid, number>()
  readonly #clock: Clock
  readonly #events: PresenceEvents
  /** Null where there are no other servers. */
  elsewhere: OnlineElsewhere | null = null
  #grace: number
  #timer: Timer = null

  constructor(clock: Clock, grace: number, events: PresenceEvents) {
    this.#clock = clock
    this.#grace = grace
    this.#events = events
  }

  /** Users who are online, for `inspect()`. */
  get size(): number {
    return this.#online.size
  }

  /** A device came, or came back. */
  here({ cid, state }: WseConnection): void {
    // A listener may have dropped it again.
    if (state !== 'live') return
    if (this.#leaving.delete(cid) && this.#leaving.size === 0) this.#disarm()
    if (this.#online.has(cid)) return
    this.#online.add(cid)
    if (this.elsewhere === null) this.#events.online(cid)
    else if (this.#events.isHeard()) void this.#tellOnline(cid, this.elsewhere)
  }

  /** A device comes from another server, where its user was online. */
  moved(cid: Cid): void {
    this.#online.add(cid)
  }

  /** A device lost its link, or ended. */
  gone({ cid, client }: WseConnection): void {
    if (!this.#online.has(cid) || this.#leaving.has(cid)) return
    if (connsOf(client).some(({ state }) => state === 'live')) return
    if (this.#grace === 0 || !this.#events.isHeard()) return this.#left(cid)
    this.#leaving.set(cid, this.#clock.now() + this.#grace)
    if (this.#timer === null) this.#arm(this.#grace)
  }

  /** From now on nobody is waited for. */
  close(): void {
    this.#grace = 0
    this.#disarm()
    for (const cid of [...this.#leaving.keys()]) this.#left(cid)
  }

  #left(cid: Cid): void {
    this.#leaving.delete(cid)
    if (!this.#online.delete(cid)) return
    if (this.elsewhere === null) this.#events.offline(cid)
    else if (this.#events.isHeard()) void this.#tellOffline(cid, this.elsewhere)
  }

  async #tellOnline(cid: Cid, elsewhere: OnlineElsewhere): Promise<void> {
    if (!(await elsewhere.isOnline(cid)) && this.#online.has(cid)) this.#events.online(cid)
  }

  async #tellOffline(cid: Cid, elsewhere: OnlineElsewhere): Promise<void> {
    elsewhere.gone(cid)
    if (!(await elsewhere.isOnline(cid)) && !this.#online.has(cid)) this.#events.offline(cid)
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.setTimer(() => this.#look(), ms)
  }

  #disarm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #look(): void {
    this.#timer = null
    const now = this.#clock.now()
    for (const [cid, until] of [...this.#leaving]) {
      // A listener may have let time pass, or someone in again.
      if (this.#leaving.get(cid) !== until) continue
      if (until > now) break
      this.#left(cid)
    }
    const [next] = this.#leaving.values()
    if (next !== undefined && this.#timer === null) this.#arm(Math.max(0, next - now))
  }
}
