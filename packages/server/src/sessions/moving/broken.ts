import { WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import { keyOf, type RelayAbout } from './stay.js'

/** What a server is told of a stay. */
interface Notice {
  readonly to: NodeId
  readonly about: RelayAbout
}

/** Stays that are remembered at once; beyond it the oldest are given up. */
const MOST = 10_000

/**
 * Stays of which a frame did not get away to another server: what waits there for it would wait for ever, and is given up
 * once that can be told.
 */
export class BrokenStays {
  readonly #notices = new Map<string, Notice>()

  /** How many. */
  get size(): number {
    return this.#notices.size
  }

  /** A frame did not get away. */
  add(to: NodeId, { id, stay, is }: RelayAbout): void {
    const end = [WSE_CLOSE.MOVED, WSE_REASON.MOVED] as const
    const about: RelayAbout = is === 'out' || is === 'lost' ? { id, stay, is: 'lost' } : { id, stay, is: 'over', end }
    this.#notices.set(`${to} ${keyOf(about)}`, { to, about })
    const [oldest] = this.#notices.keys()
    if (this.#notices.size > MOST && oldest !== undefined) this.#notices.delete(oldest)
  }

  /** Gives what is to be told, and forgets it. */
  take(): readonly Notice[] {
    const notices = [...this.#notices.values()]
    this.#notices.clear()
    return notices
  }

  /** A node is gone: it waits for nothing. */
  gone(node: NodeId): void {
    for (const [key, { to }] of this.#notices) if (to === node) this.#notices.delete(key)
  }
}
