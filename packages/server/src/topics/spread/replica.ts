import type { Arrival } from '../../backplane/cluster.js'

/**
 * How far this node has come with a topic that is on several. While it reads what the engine has of it, what arrives waits;
 * then it follows by itself.
 */
export class Replica {
  /** Another one with each reading, so that an older one has no effect any more. */
  round = 0
  /** What has arrived meanwhile. */
  #early: Arrival[] | null = []
  #waiting: (() => void)[] = []

  /** Whether everything this node should know of it is here. */
  get isReady(): boolean {
    return this.#early === null
  }

  /** Resolves once it is; null if it is. */
  get ready(): Promise<void> | null {
    return this.isReady ? null : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Begins to read; what arrives from now on waits. */
  begin(): number {
    this.#early ??= []
    return ++this.round
  }

  /** Keeps what arrived too early; `false` if it is to be taken at once. */
  holds(arrival: Arrival): boolean {
    if (this.#early === null) return false
    this.#early.push(arrival)
    return true
  }

  /** What was asked for is here; gives what arrived meanwhile. Who waits goes on once that was taken, too. */
  end(take: (arrival: Arrival) => void): void {
    const early = this.#early ?? []
    this.#early = null
    for (const [at, arrival] of early.entries()) {
      take(arrival)
      // That showed that something is missing: it is being read anew.
      if (this.#early !== null) {
        for (const rest of early.slice(at + 1)) this.holds(rest)
        return
      }
    }
    this.release()
  }

  /** Nobody waits any more. */
  release(): void {
    for (const go of this.#waiting.splice(0)) go()
  }
}
