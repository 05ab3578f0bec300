import type { Subject } from '@wse/protocol/backplane'

/** Entries that may wait to be taken back; beyond it the seat is given up, and all that is noted under it. */
const MOST = 10_000

/** What this node has to take back once the engine can be reached. */
export class Departures {
  readonly #subjects = new Map<Subject, Set<string>>()
  #count = 0

  /** Whether there are more than are worth being taken back one by one. */
  get isTooMany(): boolean {
    return this.#count > MOST
  }

  /** Notes that these are to be taken back. */
  add(subject: Subject, ids: readonly string[]): void {
    if (this.isTooMany) return
    const there = this.#subjects.get(subject) ?? new Set<string>()
    this.#subjects.set(subject, there)
    this.#count -= there.size
    for (const id of ids) there.add(id)
    this.#count += there.size
  }

  /** These are not to be taken back after all. */
  remove(subject: Subject, ids: readonly string[]): void {
    const there = this.#subjects.get(subject)
    if (there === undefined) return
    for (const id of ids) if (there.delete(id)) this.#count--
    if (there.size === 0) this.#subjects.delete(subject)
  }

  /** Gives all of them, and forgets them. */
  take(): (readonly [subject: Subject, ids: readonly string[]])[] {
    const all = [...this.#subjects].map(([subject, ids]) => [subject, [...ids]] as const)
    this.#subjects.clear()
    this.#count = 0
    return all
  }
}
