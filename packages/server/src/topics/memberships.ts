import { WSE_ERROR, WseError } from '@wse/protocol'
import { checkFilter, hasWildcards } from '@wse/protocol/internal'
import type { Subscriptions } from '../people/device.js'
import { forbidden } from './errors.js'
import { joinedOf, type Subscriber } from './topic.js'
import type { Topics } from './topics.js'

/** What a server may do about the subscriptions of one device. */
export class Memberships implements Subscriptions {
  readonly #subscriber: Subscriber
  readonly #topics: Topics

  constructor(subscriber: Subscriber, topics: Topics) {
    this.#subscriber = subscriber
    this.#topics = topics
  }

  get names(): string[] {
    return this.#subscriber.joined?.names ?? []
  }

  has(name: string): boolean {
    const { joined } = this.#subscriber
    if (joined === null) return false
    if (joined.members.has(name) || joined.filters.has(name)) return true
    return joined.filters.size > 0 && this.#topics.matching(name).has(this.#subscriber)
  }

  /** @throws {WseError} `INVALID_NAME`, `NOT_SUPPORTED` */
  add(filter: string): boolean {
    checkFilter(filter)
    const subscriber = this.#subscriber
    if (subscriber.version === 4) {
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'a WSE 4 client knows no topics' })
    }
    if (subscriber.state === 'closed') return false
    if (!hasWildcards(filter)) return this.#topics.put(subscriber, filter)
    const { filters } = joinedOf(subscriber)
    if (filters.has(filter)) return false
    filters.add(filter)
    this.#topics.addFilter(filter, subscriber)
    return true
  }

  remove(filter: string): boolean {
    const { joined } = this.#subscriber
    const member = joined?.members.get(filter)
    if (member?.byServer) {
      this.#topics.withdraw(member)
      return true
    }
    if (!joined?.filters.delete(filter)) return false
    this.#topics.removeFilter(filter, this.#subscriber)
    return true
  }

  /** The device is gone for good. */
  end(): void {
    const { joined } = this.#subscriber
    if (joined === null) return
    for (const pending of [...joined.pending]) {
      pending.refusal ??= forbidden(pending.topic)
      pending.settle()
    }
    for (const filter of joined.filters) this.#topics.removeFilter(filter, this.#subscriber)
    joined.filters.clear()
    for (const member of [...joined.members.values()]) this.#topics.leave(member)
  }
}
