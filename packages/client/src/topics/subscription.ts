import { type AbortSignalLike, type Payload, type Unsubscribe, type WhenOf, WseError } from '@wse/protocol'
import {
  checkName,
  invalidOption,
  isKey,
  knownMembers,
  optionGroup,
  PUBLISH,
  type Published,
  parsePublished,
} from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Feed } from './feed.js'
import { type Handle, over } from './handle.js'
import { Presence } from './presence.js'
import type { Speaking } from './speaking.js'
import type { IteratedEvent, SubscriptionEvents, TopicMeta, TopicPosition } from './topic-events.js'

/** How an event is published. */
export interface PublishOptions {
  /** Names the event, so that it is published once however often it is asked for. @default none */
  key?: string | undefined
  /** It may be lost, and is in no history; nobody answers. @default false */
  volatile?: boolean | undefined
  /** Gives it up when aborted; the promise rejects with `RP_CANCELLED`. @default none */
  signal?: AbortSignalLike | undefined
}

/** What a subscription needs of its client. */
export interface SubscriptionHost {
  readonly speaking: Speaking
  leave(): Promise<void>
}

/**
 * A subscription to one topic. It survives lost links, new sessions and jumps as the same object: it asks for what it has
 * missed, and tells by `when.gap` where that is not to be had.
 *
 * @example
 * const room = await client.subscribe('room:{id}', { id: 42 })
 * room.on('said', ({ who, text }) => show(who, text))
 * await room.publish('said', { text: 'hello' })
 */
export class Subscription {
  readonly topic: string
  /** Resolves when it is subscribed for the first time; rejects if it ends before. */
  readonly ready: Promise<void>
  /** Who is there. */
  readonly presence: Presence
  /** Its own events: `gap`, `resubscribed`, `ended`. */
  readonly when: WhenOf<SubscriptionEvents>
  readonly #feed: Feed
  readonly #handle: Handle
  readonly #host: SubscriptionHost
  #left: Promise<void> | null = null

  /** @internal */
  constructor(feed: Feed, handle: Handle, host: SubscriptionHost) {
    this.topic = feed.topic
    this.ready = handle.ready
    this.when = handle.signals.when
    this.presence = new Presence(feed, handle, host.speaking)
    this.#feed = feed
    this.#handle = handle
    this.#host = host
  }

  /** `waiting` for a link or an answer, `subscribed`, or `ended` for good. */
  get state(): 'waiting' | 'subscribed' | 'ended' {
    const { isOver, isReady } = this.#handle
    if (isOver) return 'ended'
    return isReady && this.#host.speaking.isLive(this.#feed) ? 'subscribed' : 'waiting'
  }

  /** Where the history stands by what was told; to be stored, and given as `since` later. Null without a history. */
  get position(): TopicPosition | null {
    return this.#handle.position
  }

  /** Whether nothing was missing when it was subscribed last; null where nothing could be. */
  get recovered(): boolean | null {
    return this.#handle.recovered
  }

  /** Calls `listener` for every event of that name: `(data, { event, offset, replayed })`. */
  on(event: string, listener: (data: Payload, meta: TopicMeta) => unknown): Unsubscribe {
    return this.#handle.channel.on(event, listener)
  }

  /** Calls `listener` for the next event of that name only. */
  once(event: string, listener: (data: Payload, meta: TopicMeta) => unknown): Unsubscribe {
    return this.#handle.channel.once(event, listener)
  }

  /** Takes `listener` back; without one, all of that event. */
  off(event: string, listener?: (data: Payload, meta: TopicMeta) => unknown): void {
    this.#handle.channel.off(event, listener)
  }

  /**
   * Publishes an event; resolves with where it stands in the history, and what the server's handler returned. While there
   * is no subscription it waits for that; a `volatile` one does not, and is lost.
   *
   * @throws {WseError} (by rejection) `TOPIC_FORBIDDEN`, `INVALID_NAME`, `INVALID_PAYLOAD`, `INVALID_OPTION`, `RP_TIMEOUT`,
   * `RP_CANCELLED`, `RP_DISCONNECT`, `RP_OVERLOAD`; `NOT_SUPPORTED` for a key where nothing is kept; `CLOSED` once it is over
   * @example
   * const { offset } = await room.publish('said', { text: 'hello' }, { key: id })
   */
  async publish(event: string, data?: Payload, options?: PublishOptions): Promise<Published> {
    const { key, volatile, signal } = checkOptions(options)
    checkName(event)
    this.#feed.guard?.said(event, data)
    if (this.#handle.isOver) throw over(null)
    if (volatile) {
      this.#host.speaking.tell(this.#feed, event, data)
      return {}
    }
    const { topic } = this
    const payload = { topic, event, ...(data !== undefined && { data }), ...(key !== undefined && { key }) }
    const published = parsePublished(await this.#host.speaking.call(this.#feed, PUBLISH, () => payload, signal))
    if (published !== null) return published
    throw new WseError(WSE_ERROR.PROTOCOL_VIOLATION, {}, { message: 'the answer to what was published is malformed' })
  }

  /**
   * Ends it; nothing more is told. The last one on a topic ends the subscription, and resolves when the server knows, or
   * there is no link. Never rejects.
   */
  unsubscribe(): Promise<void> {
    this.#left ??= this.#handle.isOver ? Promise.resolve() : this.#host.leave()
    return this.#left
  }

  /**
   * Its events, from now on. Ends with the subscription; fails with the error the server ended it with, or `QUEUE_FULL` if
   * more than 10 000 are not read.
   *
   * @example
   * for await (const { event, data, offset } of room) console.log(offset, event, data)
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<IteratedEvent, undefined, undefined> {
    return this.#handle.iterate()
  }
}

function checkOptions(options: PublishOptions | undefined): PublishOptions {
  const given = optionGroup('publish', options)
  knownMembers('publish', given, ['key', 'volatile', 'signal'])
  if (given.key !== undefined && !isKey(given.key)) throw invalidOption('key', 'takes a text of 1 to 128 characters')
  if (given.key !== undefined && given.volatile)
    throw invalidOption('key', 'is for what is kept, not for volatile events')
  return given
}
