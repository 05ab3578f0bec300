import type { Backplane, Position } from '@wse/protocol/backplane'
import type { WseServer } from '@wse/server'
import type { TestClock } from '@wse/testing'
import type { Truth } from './truth.js'

/** Topics, and whether each has a history, and presence. */
export const TOPICS = {
  kept: { history: true, presence: false },
  room: { history: true, presence: true },
  lobby: { history: false, presence: true },
  plain: { history: false, presence: false },
} as const
export type TopicName = keyof typeof TOPICS
export const NAMES = Object.keys(TOPICS) as TopicName[]

/** Where a server is, one after the other. */
export interface Place {
  server: WseServer
  /** As the hub knows it. */
  backplane: Backplane
  isFrozen: boolean
}

/** What a device and its subscriptions see of the town they are in. */
export interface Surroundings {
  readonly clock: TestClock
  readonly truth: Truth
  readonly places: readonly Place[]
  /** Where histories stand in the end. */
  readonly tops: ReadonlyMap<string, Position | null>
  /** Whether anything may happen to the engine or servers. */
  readonly isRough: boolean
  /** Whether gaps of histories are honest. */
  readonly mayLoseHistory: boolean
  odds(of: number, among: number): boolean
  /** Another number. */
  next(): number
  note(line: string): void
  problem(what: string): void
  /** A call was carried out. */
  ran(n: number): void
}
