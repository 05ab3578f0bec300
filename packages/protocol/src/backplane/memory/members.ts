import type { NodeId } from '../backplane.js'

/** Which nodes are here: those that are heard of, and those whose lease has not run out. */
export class Members {
  /** When the lease of each runs out, on the clock; infinite while it is heard of. */
  readonly #until = new Map<NodeId, number>()

  /** Nodes that are here. */
  get size(): number {
    return this.#until.size
  }

  /** Their ids. */
  get ids(): Iterable<NodeId> {
    return this.#until.keys()
  }

  /** One is heard of; whether it was not here. */
  join(id: NodeId): boolean {
    const came = !this.#until.has(id)
    this.#until.set(id, Number.POSITIVE_INFINITY)
    return came
  }

  /** One is not heard of any more. */
  miss(id: NodeId, until: number): void {
    if (this.#until.get(id) === Number.POSITIVE_INFINITY) this.#until.set(id, until)
  }

  /** One has left; whether it was here. */
  leave(id: NodeId): boolean {
    return this.#until.delete(id)
  }

  /** Removes those whose lease has run out. */
  expire(now: number): NodeId[] {
    const gone = [...this.#until].filter(([, until]) => until <= now).map(([id]) => id)
    for (const id of gone) this.#until.delete(id)
    return gone
  }

  /** When the next lease runs out, on the clock. */
  get due(): number {
    let due = Number.POSITIVE_INFINITY
    for (const until of this.#until.values()) due = Math.min(due, until)
    return due
  }

  /** Nobody is here. */
  clear(): void {
    this.#until.clear()
  }
}
