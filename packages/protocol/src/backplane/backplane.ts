import type { Data } from '../transport/transport.js'
import type { FenceRecord } from './fence.js'
import type { Cursor, HistoryBounds, HistoryRead, Position } from './history.js'
import type { Entry } from './presence.js'

/** One start of one process that takes part: random, so that a restart is another node. Letters, digits, `-` and `_`. */
export type NodeId = string

/** What nodes attach to, and what is published to: any text of up to 512 bytes. Only {@link Backplane} users give it a meaning. */
export type Subject = string

/**
 * `starting`: it was never up. `up`: what is published arrives. `degraded`: on some shards only. `down`: on none.
 * `closed`: for good.
 */
export type BackplaneState = 'starting' | 'up' | 'degraded' | 'down' | 'closed'

/** How something is published. */
export interface PublishSetup {
  /** Keep it in the history of its subject. @default undefined, nothing is kept */
  readonly history?: HistoryBounds | undefined
  /** Names it, of up to 512 bytes: published again while the history has it, nothing happens. Needs `history`. @default none */
  readonly key?: string | undefined
}

/** Why something was not published, or may not have been. */
export type PublishFailure =
  /** The engine cannot be reached: certainly not published. */
  | 'down'
  /** More waits for the engine than may: certainly not published. */
  | 'overflow'
  /** Nobody knows: the engine was reached, and did not answer in time, or the link to it was lost in between. */
  | 'timeout'
  /** The engine refused it: certainly not published. */
  | 'rejected'

/** What became of something that was published. */
export type PublishResult =
  | {
      readonly ok: true
      /** Nodes that were attached to the subject, the publishing one included. */
      readonly receivers: number
      /** Where it stands in the history; undefined without one. */
      readonly position?: Position | undefined
      /** Whether it had been published before, by its key; nothing was published then. */
      readonly repeated?: boolean | undefined
    }
  | {
      readonly ok: false
      readonly reason: PublishFailure
      /** What the engine said, as a text. */
      readonly detail?: string | undefined
    }

/** Told what became of something that was published, once. */
export interface Receipt {
  /** Called in a later turn than `publish`, or in a microtask; never throws. */
  settle(result: PublishResult): void
}

/** What was published, as a node takes it in. */
export interface Incoming {
  readonly subject: Subject
  /** Who published it; this node gets its own as well. */
  readonly from: NodeId
  /** What `publish` returned there. Of one sender they grow, and arrive in order, among subjects of one shard. */
  readonly seq: number
  /** As it was given: text stays text, bytes are bytes with memory of their own. */
  readonly body: Data
  /** Where it stands in the history of its subject; undefined if it is in none. */
  readonly position: Position | undefined
}

/** Why something may have been missed. */
export interface Gap {
  /** Subjects of which something may be missing, of those attached. */
  readonly subjects: readonly Subject[]
  /** Whether the engine lost what it held: presence and fences have to be written again. */
  readonly lost: boolean
  /** Milliseconds for which nothing certainly arrived. */
  readonly forMs: number
}

/** What a backplane tells the node it belongs to. None of them may throw. */
export interface BackplaneHandlers {
  /** Something was published to a subject this node is attached to. In the engine's order, the same on every node. */
  incoming(message: Incoming): void
  /** Another node is here, or gone: it was closed, or its lease ran out. Those that are here at the start are told, too. */
  node(id: NodeId, became: 'up' | 'down'): void
  /** It can be reached, or not. */
  state(state: BackplaneState, detail: string): void
  /**
   * Messages may have been missed. Told once those subjects are attached again, and before what arrives from then on; so
   * what the history says from then on is complete.
   */
  gap(gap: Gap): void
  /** Something went wrong that is nobody's answer. */
  failed(error: unknown): void
}

/** What a backplane has done so far, and how it is. Counters only grow. */
export interface BackplaneStats {
  readonly published: number
  readonly failed: number
  readonly received: number
  /** Subjects attached. */
  readonly subjects: number
  /** Commands that wait for the engine. */
  readonly waiting: number
  /** Milliseconds what was published last to itself, as a probe, was under way; null before the first. */
  readonly lag: number | null
}

/**
 * What joins several nodes: whatever is published to a subject reaches every node attached to it, in one order. Nothing
 * here rejects or throws for a fault of the engine: what cannot be told is `null`, `false`, or a {@link PublishFailure}.
 *
 * Implementing one: run `backplaneConformance` of `@wse/testing` against it.
 */
export interface Backplane {
  /** This node. */
  readonly node: NodeId
  readonly state: BackplaneState
  /** Nodes that are here, this one included once it was up. */
  readonly nodes: ReadonlySet<NodeId>
  readonly stats: BackplaneStats
  /** Begins, once: resolves as soon as it is up, however long that takes, or closed. The node is attached to `nodeSubject(node)` and {@link ALL} by then. */
  start(handlers: BackplaneHandlers): Promise<void>
  /** Leaves: other nodes are told at once. Nothing is called any more, and nothing is left behind. */
  close(): Promise<void>
  /**
   * From when it resolves with `true`, whatever is published to these arrives. `false`: the engine cannot be reached; they
   * are attached once it can be, and a gap is told then. What is attached already does no harm.
   */
  attach(subjects: readonly Subject[]): Promise<boolean>
  /** Nothing of these is wanted any more; what is under way may still arrive. */
  detach(subjects: readonly Subject[]): void
  /**
   * Publishes, to this node as well if it is attached. Returns the `seq` others will see. What one node publishes to
   * subjects of one shard is published in order; what it cannot publish at once it does not keep: `down`.
   */
  publish(subject: Subject, body: Data, setup?: PublishSetup | undefined, receipt?: Receipt | undefined): number
  /** Which messages this node has taken in of the shard of a subject: all up to these, of each sender; its own, which it has published. */
  cursor(subject: Subject): Cursor
  /**
   * Resolves with `true` once this node has taken in all that was published to the shard of a subject before; with `false`
   * if that cannot be told. One way: to publish something to itself there, and to wait for it.
   */
  barrier(subject: Subject): Promise<boolean>
  /** What the history of a subject has behind a position, or all of it (null). Null if that cannot be told. Begins a history where there is none. */
  history(subject: Subject, since: Position | null): Promise<HistoryRead | null>
  /** Where histories stand; null for those there are none of. Null if that cannot be told. */
  tops(subjects: readonly Subject[]): Promise<readonly (Position | null)[] | null>
  /**
   * Notes that these are present on a subject, as long as this node lives; of an id that it noted before, the value is
   * replaced. Resolves with all that other ids, of nodes that live, had noted before, in one step. Null if it was not noted.
   */
  enter(subject: Subject, entries: readonly Omit<Entry, 'node'>[]): Promise<readonly Entry[] | null>
  /** Takes back what this node has noted; while the engine cannot be reached, as soon as it can be. */
  leave(subject: Subject, ids: readonly string[]): void
  /** Who is present on a subject, on nodes that live. Null if that cannot be told. */
  present(subject: Subject): Promise<readonly Entry[] | null>
  /**
   * Takes a fence over, whoever has it; resolves with its generation, and what it was before. Generations of a fence only
   * grow, whatever the engine has lost. Null if that cannot be told.
   */
  claim(fence: string, record: string, ttl: number): Promise<FenceRecord | null>
  /**
   * Writes the record anew, also where the engine has lost it; `false` if another has claimed the fence since that
   * generation, or it was given back or ran out. Null if that cannot be told.
   */
  keep(fence: string, generation: number, record: string, ttl: number): Promise<boolean | null>
  /** Gives a fence back; `false` if that generation does not have it any more. Null if that cannot be told. */
  drop(fence: string, generation: number): Promise<boolean | null>
}
