import { WSE_ERROR, WseError } from '@wse/protocol'
import { checkFilter, hasWildcards } from '@wse/protocol/internal'
import type { ServerSession } from '../sessions/server-session.js'
import type { Member } from './topic.js'
import type { Topics } from './topics.js'

/** A subscription that is being decided on; ended if the client changes its mind. */
export interface Pending {
  readonly topic: string
  cancelled: boolean
}

/** What one device is subscribed to. Made for the first subscription of it. */
export class Memberships {
  readonly members: Map<string, Member> = new Map()
  /** Filters with wildcards, by which the server has subscribed it. */
  readonly filters: Set<string> = new Set()
  readonly pending: Set<Pending> = new Set()
  readonly #session: ServerSession
  readonly #topics: Topics

  constructor(session: ServerSession, topics: Topics) {
    this.#session = session
    this.#topics = topics
  }

  /** Subscriptions the client has asked for, decided or not. */
  get asked(): number {
    let asked = this.pending.size
    for (const member of this.members.values()) if (member.byClient) asked++
    return asked
  }

  /** Names and filters. */
  get names(): string[] {
    return [...this.members.keys(), ...this.filters]
  }

  /** Whether events of this topic, or filter, reach the device. */
  has(name: string): boolean {
    return this.members.has(name) || this.filters.has(name) || this.#topics.filters.match(name).has(this.#session)
  }

  /** Subscribes the device, by its server; `false` if it was. @throws {WseError} `INVALID_NAME` */
  add(filter: string): boolean {
    checkFilter(filter)
    if (this.#session.peer.version === 4) {
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'a WSE 4 client knows no topics' })
    }
    if (this.#session.state === 'closed') return false
    if (!hasWildcards(filter)) return this.#topics.put(this.#session, filter)
    if (this.filters.has(filter)) return false
    this.filters.add(filter)
    this.#topics.filters.add(filter, this.#session)
    return true
  }

  /** Takes back what its server has subscribed it to; `false` if that is nothing. */
  remove(filter: string): boolean {
    const member = this.members.get(filter)
    if (member?.byServer) {
      member.byServer = false
      if (!member.byClient) this.#topics.leave(member)
      return true
    }
    if (!this.filters.delete(filter)) return false
    this.#topics.filters.remove(filter, this.#session)
    return true
  }

  /** The device is gone for good. */
  end(): void {
    for (const pending of this.pending) pending.cancelled = true
    this.pending.clear()
    for (const filter of this.filters) this.#topics.filters.remove(filter, this.#session)
    this.filters.clear()
    for (const member of [...this.members.values()]) this.#topics.leave(member)
  }
}
