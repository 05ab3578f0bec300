/** Empty places that are always put up with. */
const SPARE = 64

/**
 * Values by name, where the same names come and go: what leaves keeps its place for a while, and takes it again.
 *
 * A `Map` alone would become slow for such a name. V8 leaves a deleted entry in the chain of its bucket until it makes the
 * table anew, which takes as many deletions as the table is large: a name that came and went n times is found after n looks.
 */
export class Places<Value extends object> {
  /** Null is an empty place. */
  readonly #places = new Map<string, Value | null>()
  #size = 0

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  get(name: string): Value | undefined {
    return this.#places.get(name) ?? undefined
  }

  set(name: string, value: Value): void {
    if (this.get(name) === undefined) this.#size++
    this.#places.set(name, value)
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#places.set(name, null)
    this.#size--
    // At most half of all, so that clearing them costs each who left as good as nothing.
    if (this.#places.size > 2 * this.#size + SPARE) this.#clearEmpty()
  }

  clear(): void {
    this.#places.clear()
    this.#size = 0
  }

  *values(): IterableIterator<Value> {
    for (const value of this.#places.values()) if (value !== null) yield value
  }

  #clearEmpty(): void {
    for (const [name, value] of this.#places) if (value === null) this.#places.delete(name)
  }
}
