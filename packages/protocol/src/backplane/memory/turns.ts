/** Something to be done, in its turn. Never throws. */
export interface Command {
  run(): void
}

/** Does what it is given in that order, all of a turn together in a microtask: never inside the call that gave it. */
export class Turns {
  #waiting: Command[] = []

  /** What has not been done yet. */
  get size(): number {
    return this.#waiting.length
  }

  /** Takes something to be done. What is given meanwhile has its turn in a later microtask. */
  push(command: Command): void {
    if (this.#waiting.push(command) === 1) queueMicrotask(this.#flush)
  }

  readonly #flush = (): void => {
    const commands = this.#waiting
    this.#waiting = []
    for (const command of commands) command.run()
  }
}
