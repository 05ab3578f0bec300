import { hash } from 'node:crypto'
import type { Timer } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import type { Cid } from '../../people/cid.js'

/** Milliseconds a fence stands whose server does not say that it still does. */
const STANDS_FOR = 86_400_000

/** How often it says so, in ms. */
const SAY_SO = STANDS_FOR / 3

/** Fences that are kept in one step. */
const A_STEP = 500

/** What is written at a fence: the attempt that was heard, where, and the connection it belongs to. */
type FenceRecord = readonly [attempt: number, node: NodeId, conn_id: string]

/** What fences tell of. */
export interface FenceEvents {
  /** A session has been begun anew at another server. */
  lost(conn_id: string): void
  /** One of another server is of no more use, and that may not know: its client has begun anew here. */
  older(cid: Cid, conn_id: string): void
}

interface Fence {
  readonly name: string
  readonly cid: Cid
  /** 0 where it could not be claimed yet. */
  generation: number
  /** Of the last hello of its client. */
  attempt: number
  /** When it was said last that it stands, on the clock. */
  keptAt: number
}

/**
 * Which server has the session of a client: the one that heard its last hello, by what is written at its fence. A server
 * that was out of reach meanwhile learns by it that a session of its own is of no more use.
 */
export class Fences {
  readonly #cluster: Cluster
  /** By the id of the connection. */
  readonly #own = new Map<string, Fence>()
  readonly #events: FenceEvents
  #timer: Timer | null = null
  #isOver = false

  constructor(cluster: Cluster, events: FenceEvents) {
    this.#cluster = cluster
    this.#events = events
  }

  /** Fences of this server. */
  get size(): number {
    return this.#own.size
  }

  /** Whether the fence of a session is that of this server. */
  has(conn_id: string): boolean {
    return this.#own.has(conn_id)
  }

  /** Armed timers. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** The session of this client is here from now on. */
  async claim(conn_id: string, cid: Cid, instance: string, attempt = 0): Promise<void> {
    const { clock } = this.#cluster
    const name = `s:${hash('sha256', JSON.stringify([cid, instance]), 'base64url')}`
    // Where nobody can be asked it is claimed once they can be.
    const fence: Fence = { name, cid, generation: 0, attempt, keptAt: Number.NEGATIVE_INFINITY }
    this.#own.set(conn_id, fence)
    await this.#claim(conn_id, fence)
    if (this.#own.size > 0 && !this.#isOver) this.#timer ??= clock.setTimer(() => this.keep(), SAY_SO)
  }

  /** Its client has said hello again. */
  attempted(conn_id: string, attempt: number): void {
    const fence = this.#own.get(conn_id)
    if (fence === undefined || fence.attempt >= attempt) return
    fence.attempt = attempt
    void this.#keepOne(conn_id, fence)
  }

  /** It has ended, or gone. */
  drop(conn_id: string): void {
    const fence = this.#own.get(conn_id)
    if (fence === undefined) return
    this.#own.delete(conn_id)
    if (fence.generation > 0) void this.#cluster.backplane.drop(fence.name, fence.generation)
    if (this.#own.size === 0) this.#rest()
  }

  /** Says that all of them stand; finds those that another server has claimed. */
  keep(): void {
    this.#rest()
    if (this.#own.size === 0 || this.#isOver) return
    this.#timer = this.#cluster.clock.setTimer(() => this.keep(), SAY_SO)
    void this.#keep([...this.#own])
  }

  /** Nothing more is done. */
  stop(): void {
    this.#isOver = true
    this.#rest()
  }

  #rest(): void {
    this.#cluster.clock.clearTimer(this.#timer)
    this.#timer = null
  }

  async #keep(own: readonly (readonly [conn_id: string, fence: Fence])[]): Promise<void> {
    for (let at = 0; at < own.length; at += A_STEP) {
      await Promise.all(own.slice(at, at + A_STEP).map(([conn_id, fence]) => this.#keepOne(conn_id, fence)))
    }
  }

  async #keepOne(conn_id: string, fence: Fence): Promise<void> {
    const { backplane, clock } = this.#cluster
    // It has run out, or was never claimed: nobody can say that another server has it.
    if (clock.now() - fence.keptAt >= STANDS_FOR) return this.#claimLate(conn_id, fence)
    const stands = await backplane.keep(fence.name, fence.generation, this.#recordOf(conn_id, fence), STANDS_FOR)
    if (stands) fence.keptAt = clock.now()
    // Whoever has claimed it may have heard an older hello, and later: then that has nothing.
    if (stands === false && this.#own.get(conn_id) === fence) await this.#claimLate(conn_id, fence)
  }

  /** Whoever had it may have looked before, and found it to be its own. */
  async #claimLate(conn_id: string, fence: Fence): Promise<void> {
    const before = await this.#claim(conn_id, fence)
    if (before === null || !this.#own.has(conn_id)) return
    const [, node, older] = before
    if (node !== this.#cluster.node && older !== conn_id) this.#events.older(fence.cid, older)
  }

  /** Gives what was written there before. */
  async #claim(conn_id: string, fence: Fence): Promise<FenceRecord | null> {
    const { backplane, clock } = this.#cluster
    const claimed = await backplane.claim(fence.name, this.#recordOf(conn_id, fence), STANDS_FOR)
    if (claimed === null) return null
    const { generation } = claimed
    const before = claimed.before === null ? null : (JSON.parse(claimed.before) as FenceRecord)
    const isLost = before !== null && before[0] > fence.attempt
    if (isLost || this.#own.get(conn_id) !== fence) {
      void backplane.drop(fence.name, generation)
      if (this.#own.get(conn_id) !== fence) return null
      this.#own.delete(conn_id)
      this.#events.lost(conn_id)
      return null
    }
    fence.generation = generation
    fence.keptAt = clock.now()
    return before
  }

  #recordOf(conn_id: string, { attempt }: Fence): string {
    return JSON.stringify([attempt, this.#cluster.node, conn_id] satisfies FenceRecord)
  }
}
