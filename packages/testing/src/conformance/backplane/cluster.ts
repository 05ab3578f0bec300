import type { Backplane } from '@wse/protocol/backplane'

/** Nodes on an engine of their own, for one case, and what may go wrong with it. */
export interface BackplaneCluster {
  /** Makes another node, which is not started. The case closes it. */
  node(): Backplane
  /**
   * Resolves once everything has happened that needs no time. For a real engine it may wait some milliseconds: it is
   * called up to 1,000 times until what has to happen has, and once before nothing may have.
   */
  settle(): Promise<void>
  /** Lets that many milliseconds pass, on the clock of the engine. Cases ask for less than 2,000. */
  pass(ms: number): Promise<void>
  /** Frees whatever the cluster stands on; runs after the case, well or not. */
  dispose(): Promise<void>
  /** The engine does not answer any more, and keeps what it holds; `thaw` follows before a lease is over. */
  freeze?(): Promise<void>
  /** It answers again. */
  thaw?(): Promise<void>
  /** The engine is killed, and started again with nothing in it. */
  lose?(): Promise<void>
  /** A node dies without a word. */
  kill?(backplane: Backplane): Promise<void>
  /** Lets time pass until the lease of a node that died has run out. */
  passLease?(): Promise<void>
}

/** What an implementation, or its cluster, cannot do. */
export interface BackplaneCapabilities {
  /** The cluster has `freeze` and `thaw`. @default true */
  readonly freeze?: boolean | undefined
  /** The cluster has `lose`. @default true */
  readonly lose?: boolean | undefined
  /** The cluster has `kill` and `passLease`. @default true */
  readonly kill?: boolean | undefined
  /** Says exactly how many nodes received something. @default true */
  readonly receivers?: boolean | undefined
}
