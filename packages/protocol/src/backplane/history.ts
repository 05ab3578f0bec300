import type { Data } from '../transport/transport.js'

/** A place in a history. Offsets are compared within an epoch only. */
export interface Position {
  /** Names the history: another one is another history. */
  readonly epoch: string
  /** 1 for the first event, each one more than the last; 0 before the first. */
  readonly offset: number
}

/** How much of a subject is kept, and for how long. */
export interface HistoryBounds {
  /** Messages. */
  readonly size: number
  /** Milliseconds, of each message. */
  readonly ttl: number
  /** Characters and bytes of what is kept; the newest is kept in any case. */
  readonly bytes: number
}

/** One message that was kept. */
export interface HistoryItem {
  readonly offset: number
  /** As it was published. */
  readonly body: Data
  /** Milliseconds since it was published. */
  readonly age: number
}

/** What a history has. */
export interface HistoryRead {
  /** In order, without holes. */
  readonly items: readonly HistoryItem[]
  /** Where it stands. */
  readonly top: Position
  /** Whether nothing is missing between where it was asked from and what there is. Asked for all, always. */
  readonly complete: boolean
}

/** How far a node has taken in what others published, by sender. */
export type Cursor = Readonly<Record<string, number>>
