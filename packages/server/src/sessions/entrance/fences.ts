import { hash } from 'node:crypto'
import type { Timer } from '@wse/protocol'
import type { Cluster } from '../../backplane/cluster.js'
import type { Cid } from '../../people/cid.js'

/** Milliseconds a fence stands whose server does not say that it still does. */
const STANDS_FOR = 3_600_000

/** How often it says so, in ms. */
const SAY_SO = STANDS_FOR / 3

/** Fences that are kept in one step. */
const A_STEP = 500

interface Fence {
  readonly name: string
  readonly generation: number
}

/**
 * Which server has the session of a client: the one that claimed its fence last. A server that was out of reach meanwhile
 * learns by it that a session of its own is of no more use.
 */
export class Fences {
  readonly #cluster: Cluster
  /** By the id of the connection. */
  readonly #own = new Map<string, Fence>()
  /** A session has been begun anew at another server. */
  readonly #lost: (conn_id: string) => void
  #timer: Timer | null = null

  constructor(cluster: Cluster, lost: (conn_id: string) => void) {
    this.#cluster = cluster
    this.#lost = lost
  }

  /** Armed timers. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** The session of this client is here from now on. */
  async claim(conn_id: string, cid: Cid, instance: string): Promise<void> {
    const { backplane, node, clock } = this.#cluster
    const name = `s:${hash('sha256', JSON.stringify([cid, instance]), 'base64url')}`
    const claimed = await backplane.claim(name, node, STANDS_FOR)
    if (claimed === null) return
    this.#own.set(conn_id, { name, generation: claimed.generation })
    this.#timer ??= clock.setTimer(() => this.keep(), SAY_SO)
  }

  /** It has ended, or gone. */
  drop(conn_id: string): void {
    const fence = this.#own.get(conn_id)
    if (fence === undefined) return
    this.#own.delete(conn_id)
    void this.#cluster.backplane.drop(fence.name, fence.generation)
    if (this.#own.size === 0) this.stop()
  }

  /** Says that all of them stand; finds those that another server has claimed. */
  keep(): void {
    this.stop()
    if (this.#own.size === 0) return
    this.#timer = this.#cluster.clock.setTimer(() => this.keep(), SAY_SO)
    void this.#keep([...this.#own])
  }

  /** Nothing more is done. */
  stop(): void {
    this.#cluster.clock.clearTimer(this.#timer)
    this.#timer = null
  }

  async #keep(own: readonly (readonly [conn_id: string, fence: Fence])[]): Promise<void> {
    for (let at = 0; at < own.length; at += A_STEP) {
      await Promise.all(own.slice(at, at + A_STEP).map(([conn_id, fence]) => this.#keepOne(conn_id, fence)))
    }
  }

  async #keepOne(conn_id: string, fence: Fence): Promise<void> {
    const { backplane, node } = this.#cluster
    const stands = await backplane.keep(fence.name, fence.generation, node, STANDS_FOR)
    if (stands !== false || this.#own.get(conn_id) !== fence) return
    this.#own.delete(conn_id)
    this.#lost(conn_id)
  }
}
