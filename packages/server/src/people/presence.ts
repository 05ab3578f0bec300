import type { Clock, Timer } from '@wse/protocol'
import type { Cid } from './cid.js'
import { connsOf } from './identity.js'
import type { WseConnection, WseIdentity } from './people.js'

/** What presence tells of. */
export interface PresenceEvents {
  online(cid: Cid): void
  offline(cid: Cid): void
  /** Whether anybody would be told of either. */
  isHeard(): boolean
}

/** Who is online on other servers. */
export interface OnlineElsewhere {
  /**
   * Whether a user did not count as online, on any server, until this device came, or came back; null if that cannot be
   * told. It is told once of each time; null for no such time.
   */
  came(conn_id: string): Promise<boolean | null> | null
  /** A user has no device with a link here any more, and counts as online for some time yet. */
  stays(cid: Cid): void
  /** That user has one again. */
  isBack(cid: Cid): void
  /**
   * A user does not count as online any more, as far as this server goes, by devices that wait here. Resolves with whether
   * that is so on all servers now, which is told to one of them; also where nobody can tell.
   */
  gone(cid: Cid, conn_ids: readonly string[]): Promise<boolean>
}

/** A user who has no link any more. */
interface Leaving {
  readonly client: WseIdentity
  /** When the grace ends, on the clock. */
  readonly until: number
}

/**
 * Who is online: whoever has a device with a link, or had one less than the grace ago. So a lost link, or a page that is
 * loaded again, is no news. One timer, for who left first; while nobody listens there is neither grace nor timer.
 */
export class Presence {
  readonly #online = new Set<Cid>()
  /** Those who have no link any more, until their grace ends, in the order they lost it. */
  readonly #leaving = new Map<Cid, Leaving>()
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
  here({ cid, conn_id, state }: WseConnection): void {
    // A listener may have dropped it again.
    if (state !== 'live') return
    if (this.#leaving.delete(cid)) this.#stays(cid)
    const isNew = !this.#online.has(cid)
    this.#online.add(cid)
    const came = this.elsewhere === null ? null : this.elsewhere.came(conn_id)
    if (came !== null) void this.#tellOnline(cid, isNew, came)
    else if (isNew && this.elsewhere === null) this.#events.online(cid)
  }

  /** A device has come from another server, where its user was online; it may have ended already. */
  moved({ cid, conn_id, state }: WseConnection): void {
    if (state === 'closed') return
    this.#online.add(cid)
    void this.elsewhere?.came(conn_id)
  }

  /** A device lost its link, or ended. */
  gone({ cid, client }: WseConnection): void {
    if (!this.#online.has(cid) || this.#leaving.has(cid)) return
    if (connsOf(client).some(({ state }) => state === 'live')) return
    if (this.#grace === 0 || !this.#events.isHeard()) return this.#left(client)
    this.#leaving.set(cid, { client, until: this.#clock.now() + this.#grace })
    this.elsewhere?.stays(cid)
    if (this.#timer === null) this.#arm(this.#grace)
  }

  /** From now on nobody is waited for. */
  close(): void {
    this.#grace = 0
    this.#disarm()
    for (const { client } of [...this.#leaving.values()]) this.#left(client)
  }

  /** Somebody who was leaving has a link again. */
  #stays(cid: Cid): void {
    if (this.#leaving.size === 0) this.#disarm()
    this.elsewhere?.isBack(cid)
  }

  #left(client: WseIdentity): void {
    const { cid } = client
    this.#leaving.delete(cid)
    if (!this.#online.delete(cid)) return
    if (this.elsewhere === null) this.#events.offline(cid)
    else if (this.#events.isHeard()) void this.#tellOffline(client, this.elsewhere)
  }

  async #tellOnline(cid: Cid, isNew: boolean, came: Promise<boolean | null>): Promise<void> {
    if ((await came) ?? isNew) this.#events.online(cid)
  }

  async #tellOffline(client: WseIdentity, elsewhere: OnlineElsewhere): Promise<void> {
    const waiting = connsOf(client).map(({ conn_id }) => conn_id)
    if (await elsewhere.gone(client.cid, waiting)) this.#events.offline(client.cid)
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
    for (const leaving of [...this.#leaving.values()]) {
      const { client, until } = leaving
      // A listener may have let time pass, or someone in again.
      if (this.#leaving.get(client.cid) !== leaving) continue
      if (until > now) break
      this.#left(client)
    }
    const [next] = this.#leaving.values()
    if (next !== undefined && this.#timer === null) this.#arm(Math.max(0, next.until - now))
  }
}
