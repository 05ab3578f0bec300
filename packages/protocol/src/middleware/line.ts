/** Does something, or begins it; what it returns never rejects. */
export type Task = () => PromiseLike<unknown> | undefined

/** Messages behind one whose middleware takes its time: they wait, so that listeners hear them in order. */
export class Line {
  readonly #waiting: Task[] = []
  readonly #over: () => void

  /** `over`: nobody waits any more. */
  constructor(first: PromiseLike<unknown>, over: () => void) {
    this.#over = over
    this.#behind(first)
  }

  /** Waits for its turn; returns how many do. */
  add(task: Task): number {
    return this.#waiting.push(task)
  }

  #behind(pending: PromiseLike<unknown>): void {
    pending.then(() => this.#go())
  }

  #go(): void {
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      const pending = task()
      if (pending !== undefined) return this.#behind(pending)
    }
    this.#over()
  }
}
