import type { WseReset } from '@wse/protocol'
import type { Cid } from '../people/cid.js'

/** What is remembered of a session that ended. */
export interface Tombstone {
  readonly cid: Cid
  readonly anonymous: boolean
  readonly instance: string | undefined
  readonly reason: WseReset
  /** How its client is to be closed if it asks for it, where that end was final. */
  readonly close: readonly [code: number, reason: string] | null
  /** Last position taken from its client: what is beyond it never ran. */
  readonly received: number
}

/** Ended sessions by the hashes of their tokens, the newest ones: they turn "unknown" into "certainly not taken". */
export class Tombstones {
  readonly #byHash = new Map<string, Tombstone>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#byHash.size
  }

  add(hashes: readonly string[], tombstone: Tombstone): void {
    for (const hash of hashes) this.#byHash.set(hash, tombstone)
    for (const oldest of this.#byHash.keys()) {
      if (this.#byHash.size <= this.#limit) break
      this.#byHash.delete(oldest)
    }
  }

  get(hash: string): Tombstone | undefined {
    return this.#byHash.get(hash)
  }

  clear(): void {
    this.#byHash.clear()
  }
}
