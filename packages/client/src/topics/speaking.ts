import { type AbortSignalLike, type Payload, WseError } from '@wse/protocol'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as FRAME from '@wse/protocol/internal/frame'
import type { Asking } from './asking.js'
import type { Feed } from './feed.js'

/** Says something on topics: once their subscription is there, which gives one the right to. */
export class Speaking {
  readonly #asking: Asking

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** Whether a subscription is there. */
  isLive(feed: Feed): boolean {
    return feed.live && this.#asking.isLinked
  }

  /** Resolves once it is. */
  whenLive(feed: Feed, signal?: AbortSignalLike): Promise<void> {
    return feed.whenLive(this.#asking.isLinked, signal)
  }

  /** Calls a reserved procedure that is about a topic. `payload`: read anew each time it is asked. */
  async call(feed: Feed, name: string, payload: () => Payload, signal?: AbortSignalLike): Promise<Payload> {
    for (;;) {
      // It may be over again before who waits for it goes on.
      while (!this.isLive(feed)) await this.whenLive(feed, signal)
      const { era, session } = this.#asking
      try {
        return await session?.peer.callReserved(name, payload(), { signal })
      } catch (thrown) {
        // What the session before did not take went into this one ahead of the subscription: it had no effect.
        const isEarly = thrown instanceof WseError && thrown.code === WSE_ERROR.TOPIC_FORBIDDEN
        if (!isEarly || era === this.#asking.era) throw thrown
      }
    }
  }

  /** Tells an event that may be lost; it is, without a link or on a congested one. @throws {WseError} */
  tell(feed: Feed, event: string, data: Payload): void {
    const { session } = this.#asking
    if (!this.isLive(feed)) return
    const payload = { topic: feed.topic, event, ...(data !== undefined && { data }), volatile: true }
    session?.link?.send(FRAME.EVENT, payload, undefined, { volatile: true })
  }
}
