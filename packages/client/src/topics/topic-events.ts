import type { Payload, WseError } from '@wse/protocol'

/** Where a history stands: an offset means something in its epoch only. Plain data, to be stored as it is. */
export interface TopicPosition {
  readonly offset: number
  readonly epoch: string
}

/** What a listener is told beside the data of an event. */
export interface TopicMeta {
  readonly event: string
  /** Where it stands in the history; undefined where the topic has none. */
  readonly offset: number | undefined
  /** Whether it was told late: it came in answer to a subscription, or while what is missing before it was asked for. */
  readonly replayed: boolean
}

/** An event as an iteration gives it. */
export interface IteratedEvent<Data = Payload> extends TopicMeta {
  readonly data: Data
}

/** Events that are missing, or may be. */
export interface TopicGap {
  /**
   * `session`: the session ended, and the topic has no history. `history`: what is kept does not reach back. `epoch`: the
   * history is another one than before. `missed`: the servers could not reach each other for a while.
   */
  readonly reason: 'session' | 'history' | 'epoch' | 'missed'
  /** Offset of the first that is missing; undefined where that is not known. */
  readonly from?: number
  /** Offset of the last. */
  readonly to?: number
}

/** The events of `subscription.when`, with what each carries. */
export type SubscriptionEvents = {
  /** Events are missing, or may be. */
  gap: [gap: TopicGap]
  /** It goes on, on another link. `recovered`: nothing is missing. */
  resubscribed: [how: { recovered: boolean }]
  /** It is over: why the server ended it, null if this side did. */
  ended: [error: WseError | null]
}

/** Names of the events. */
export const SUBSCRIPTION_EVENTS: readonly (keyof SubscriptionEvents)[] = ['gap', 'resubscribed', 'ended']
