import type { Subject } from '../backplane.js'

/** What a node takes back while the hub does not answer: carried out once it does. */
export class Departures {
  readonly #subjects = new Map<Subject, Set<string>>()

  /** Notes that these are to be taken back. */
  add(subject: Subject, ids: readonly string[]): void {
    const there = this.#subjects.get(subject)
    if (there === undefined) this.#subjects.set(subject, new Set(ids))
    else for (const id of ids) there.add(id)
  }

  /** Gives all of them, and forgets them. */
  take(): (readonly [subject: Subject, ids: ReadonlySet<string>])[] {
    const all = [...this.#subjects]
    this.#subjects.clear()
    return all
  }
}
