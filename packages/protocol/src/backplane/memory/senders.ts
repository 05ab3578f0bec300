import type { NodeId } from '../backplane.js'
import type { Cursor } from '../history.js'

/** Nodes that are gone, and still remembered. */
const MOST_GONE = 100

/** How far a node has taken in what each node published. */
export class Senders {
  readonly #seqs = new Map<NodeId, number>()
  /** Those that are gone, the longest first. */
  readonly #gone = new Set<NodeId>()

  /** Something of a node was taken in. */
  took(id: NodeId, seq: number): void {
    this.#seqs.set(id, seq)
  }

  /** A node has come, or is gone: what it published is remembered for a while. */
  saw(id: NodeId, became: 'up' | 'down'): void {
    this.#gone.delete(id)
    if (became === 'up') return
    this.#gone.add(id)
    const [oldest] = this.#gone
    if (this.#gone.size <= MOST_GONE || oldest === undefined) return
    this.#gone.delete(oldest)
    this.#seqs.delete(oldest)
  }

  /** How far, with what this node has published itself. */
  cursor(own: NodeId, published: number): Cursor {
    return { ...Object.fromEntries(this.#seqs), [own]: published }
  }

  /** Forgets everything. */
  clear(): void {
    this.#seqs.clear()
    this.#gone.clear()
  }
}
