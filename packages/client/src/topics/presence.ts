import type { Payload, Person, Unsubscribe, WseError } from '@wse/protocol'
import { PRESENCE } from '@wse/protocol/internal'
import { mayPass } from './asking.js'
import type { Feed } from './feed.js'
import type { Handle } from './handle.js'
import { over } from './handle.js'
import type { Speaking } from './speaking.js'

/**
 * Who is present on a topic: users, each with the devices that are there.
 *
 * @example
 * room.presence.on('join', ({ cid }) => show(`${cid} is here`))
 * await room.presence.set({ typing: true })
 */
export class Presence {
  readonly #feed: Feed
  readonly #handle: Handle
  readonly #speaking: Speaking

  /** @internal */
  constructor(feed: Feed, handle: Handle, speaking: Speaking) {
    this.#feed = feed
    this.#handle = handle
    this.#speaking = speaking
  }

  /** Everybody who is there; while there is no link, who was there last. */
  get(): Person[] {
    return this.#handle.isOver ? [] : this.#feed.people
  }

  /**
   * Calls `listener` when somebody comes (`join`: the first device), goes (`leave`: the last one), or changes in between
   * (`update`). Who is there already joins when the subscription begins.
   */
  on(change: 'join' | 'leave' | 'update', listener: (person: Person) => unknown): Unsubscribe {
    return this.#handle.people.on(change, listener)
  }

  /**
   * Sets what the others see of this device, in this session and the next ones. Resolves when the server knows it; what it
   * does not take is not said again.
   *
   * @throws {WseError} (by rejection) `INVALID_PAYLOAD`, `TOPIC_FORBIDDEN`, `RP_TIMEOUT`; `CLOSED` once it is over
   */
  async set(state: Payload): Promise<void> {
    const feed = this.#feed
    if (this.#handle.isOver) throw over(null)
    feed.guard?.presence.check(state)
    feed.state = state
    const { round } = feed
    if (!this.#speaking.isLive(feed)) await this.#speaking.whenLive(feed)
    // A subscription that was asked for since then has said it.
    if (feed.round !== round) return
    let said = state
    // Asked again, it would else take the place of what was set since then.
    const payload = () => {
      said = feed.state
      return { topic: feed.topic, ...(said !== undefined && { state: said }) }
    }
    try {
      await this.#speaking.call(feed, PRESENCE, payload)
      feed.stated(said, true)
    } catch (thrown) {
      // Said again with the subscription, it would end that.
      if (!mayPass(thrown as WseError)) feed.stated(said, false)
      throw thrown
    }
  }
}
