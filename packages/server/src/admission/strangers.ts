import type { Clock } from '@wse/protocol'
import type { Link } from '@wse/protocol/internal'
import { isPrivateAddress } from './address.js'

/** Silence after which an unauthenticated link counts, in ms: an honest client has said `~wse:hi` long before. */
const SILENCE = 1_000

/** How many addresses' worth of strangers there may be in all. */
const IN_ALL = 10

/**
 * Links that have not said who they are while it is their turn. Bounds how many an address, and all together, may keep
 * open that way; private addresses are exempt unless a proxy stands before the server.
 */
export class Strangers {
  /** Address → link → since when it is silent; maps keep the order, so the longest silent come first. */
  readonly #byAddress = new Map<string, Map<Link, number>>()
  readonly #all = new Map<Link, number>()
  readonly #clock: Clock
  readonly #perAddress: number
  readonly #behindProxy: boolean

  constructor(clock: Clock, perAddress: number, behindProxy: boolean) {
    this.#clock = clock
    this.#perAddress = perAddress
    this.#behindProxy = behindProxy
  }

  get size(): number {
    return this.#all.size
  }

  /** It is this link's turn to speak. */
  waitFor(link: Link, address: string): void {
    const now = this.#clock.now()
    this.#all.set(link, now)
    const links = this.#byAddress.get(address) ?? new Map<Link, number>()
    this.#byAddress.set(address, links.set(link, now))
  }

  /** It spoke, or it is gone. */
  forget(link: Link, address: string): void {
    this.#all.delete(link)
    const links = this.#byAddress.get(address)
    if (links?.delete(link) && links.size === 0) this.#byAddress.delete(address)
  }

  /** Whether no more of this address are let in. */
  tooMany(address: string): boolean {
    if (!this.#behindProxy && isPrivateAddress(address)) return false
    return (
      this.#silent(this.#byAddress.get(address), this.#perAddress) || this.#silent(this.#all, this.#perAddress * IN_ALL)
    )
  }

  #silent(links: ReadonlyMap<Link, number> | undefined, limit: number): boolean {
    if (links === undefined || links.size < limit) return false
    const before = this.#clock.now() - SILENCE
    let silent = 0
    for (const since of links.values()) {
      if (since > before || ++silent >= limit) break
    }
    return silent >= limit
  }
}
