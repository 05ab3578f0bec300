import type { Cursor, NodeId } from '@wse/protocol/backplane'

/** How far a node is. */
interface Sender {
  readonly id: NodeId
  seq: number
}

/** Nodes that are gone, and still remembered. */
const MOST_GONE = 100

/** How far this node has taken in what each published on one shard. */
export class Senders {
  readonly #senders = new Map<NodeId, Sender>()
  /** Those that are gone, the longest first. */
  readonly #gone = new Set<NodeId>()

  /** Something of a node has arrived. Gives its id as one text for all of its messages. */
  took(id: NodeId, seq: number): NodeId {
    const sender = this.#senders.get(id)
    if (sender === undefined) {
      this.#senders.set(id, { id, seq })
      return id
    }
    sender.seq = seq
    return sender.id
  }

  /** A node has come, or is gone: how far it was is remembered for a while. */
  saw(id: NodeId, became: 'up' | 'down'): void {
    this.#gone.delete(id)
    if (became === 'up') return
    this.#gone.add(id)
    const [oldest] = this.#gone
    if (this.#gone.size <= MOST_GONE || oldest === undefined) return
    this.#gone.delete(oldest)
    this.#senders.delete(oldest)
  }

  /** How far, with what this node has published itself. */
  cursor(own: NodeId, published: number): Cursor {
    const cursor: Record<string, number> = {}
    for (const { id, seq } of this.#senders.values()) cursor[id] = seq
    cursor[own] = published
    return cursor
  }

  /** Forgets everything. */
  clear(): void {
    this.#senders.clear()
    this.#gone.clear()
  }
}
