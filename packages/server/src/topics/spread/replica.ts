import type { Arrival } from '../../backplane/cluster.js'

/** What may arrive of a topic while that is read; with more it is read once more. */
const MOST_EARLY = 10_000

/** Histories of before that are remembered. */
const MOST_PAST = 16

/**
 * How far this node has come with a topic that is on several. While it reads what the engine has of it, what arrives waits;
 * then it follows by itself.
 */
export class Replica {
  /** Another one with each reading, so that an older one has no effect any more. */
  round = 0
  /** What has arrived meanwhile. */
  #early: Arrival[] | null = []
  #isTooMuch = false
  #waiting: (() => void)[] = []
  /** Epochs of histories that are not the present one, the first that was known to be none first. */
  readonly #past = new Set<string>()

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
    if (this.#early.length < MOST_EARLY) this.#early.push(arrival)
    else this.#isTooMuch = true
    return true
  }

  /** Some of what arrived too early is of no more use. */
  drop(which: (arrival: Arrival) => boolean): void {
    if (this.#early !== null) this.#early = this.#early.filter((arrival) => !which(arrival))
  }

  /**
   * What was asked for is here; gives what arrived meanwhile. Who waits goes on once that was taken, too. `take` may begin
   * anew. Says whether nothing of it was too much to be kept.
   */
  end(take: (arrival: Arrival) => void): boolean {
    const isWhole = !this.#isTooMuch
    const early = this.#early ?? []
    this.#early = null
    this.#isTooMuch = false
    for (const arrival of early) if (!this.holds(arrival)) take(arrival)
    if (this.isReady && isWhole) this.release()
    return isWhole
  }

  /** Whether a history is known not to be the present one. */
  isPast(epoch: string): boolean {
    return this.#past.has(epoch)
  }

  /** A history is not the present one, as far as is known. */
  goesPast(epoch: string): void {
    this.#past.add(epoch)
    const [oldest] = this.#past
    if (this.#past.size > MOST_PAST && oldest !== undefined) this.#past.delete(oldest)
  }

  /** This history is the present one. */
  isAt(epoch: string): void {
    this.#past.delete(epoch)
  }

  /** Nobody waits any more. */
  release(): void {
    for (const go of this.#waiting.splice(0)) go()
  }
}
