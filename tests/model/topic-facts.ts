import type { Subscription, TopicPosition, WseError } from '@wse/client'
import type { WseServer } from '@wse/server'

/** The topics of the model: with nothing kept, with a history, with who is there, with both. */
export const TOPICS = ['news', 'log', 'seats', 'room'] as const

export type TopicName = (typeof TOPICS)[number]

export function hasHistory(topic: TopicName): boolean {
  return topic === 'log' || topic === 'room'
}

export function hasPresence(topic: TopicName): boolean {
  return topic === 'seats' || topic === 'room'
}

/** An event as its server published it. */
export interface Published {
  readonly n: number
  readonly key: string | undefined
  readonly topic: TopicName
  readonly server: WseServer
  readonly offset: number | undefined
  readonly epoch: string | undefined
  readonly at: number
  /** The client may have been left out. */
  readonly excepted: boolean
}

/** Where a subscription begins. */
export interface Beginning {
  readonly topic: TopicName
  /** What it was asked to follow. */
  readonly since: 'start' | TopicPosition | undefined
  /** Whether another one was there, whose events it shares. */
  readonly shared: boolean
  /** Of the newest event when it was asked for. */
  readonly floor: TopicPosition | null
  /** Sessions there had been when it was asked for. */
  readonly session: number
}

/** A subscription of the application, and what became of it. */
export interface Following {
  readonly topic: TopicName
  readonly sub: Subscription
  /** Why it is over, null where this side wanted it; undefined as long as it goes on. */
  readonly ended: WseError | null | undefined
  /** Says what does not hold at rest. */
  check(): void
}
