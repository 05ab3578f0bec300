/**
 * What is still to be done, in order. No listener runs before all of what is being done is done: one that disconnects, or
 * connects again, finds a whole state.
 */
export class Agenda {
  readonly #tasks: (() => void)[] = []
  #busy = false

  /** Does these after what is still to be done. */
  add(...tasks: readonly (() => void)[]): void {
    this.#tasks.push(...tasks)
    if (!this.#busy) this.#work()
  }

  /** Does this at once, and what it adds when it is done. */
  first(task: () => void): void {
    if (this.#busy) return task()
    this.#busy = true
    try {
      task()
    } finally {
      this.#work()
    }
  }

  #work(): void {
    this.#busy = true
    try {
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task()
    } finally {
      this.#busy = false
    }
  }
}
