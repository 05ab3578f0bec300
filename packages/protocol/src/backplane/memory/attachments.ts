import type { Subject } from '../backplane.js'
import type { Member } from './member.js'

/** Who is attached to what. Most subjects have one node: there is a list only for those that have several. */
export class Attachments {
  readonly #subjects = new Map<Subject, Member | readonly Member[]>()

  /** Subjects somebody is attached to. */
  get size(): number {
    return this.#subjects.size
  }

  /** Those attached to a subject; a list is never changed. */
  of(subject: Subject): Member | readonly Member[] | undefined {
    return this.#subjects.get(subject)
  }

  /** Whether anybody is attached. */
  has(subject: Subject): boolean {
    return this.#subjects.has(subject)
  }

  /** Attaches a node; once more does no harm. */
  add(subject: Subject, member: Member): void {
    const there = this.#subjects.get(subject)
    if (there === undefined) this.#subjects.set(subject, member)
    else if (!isList(there)) {
      if (there !== member) this.#subjects.set(subject, [there, member])
    } else if (!there.includes(member)) this.#subjects.set(subject, [...there, member])
  }

  /** Detaches a node, whether it was attached or not. */
  remove(subject: Subject, member: Member): void {
    const there = this.#subjects.get(subject)
    if (there === undefined) return
    if (!isList(there)) {
      if (there === member) this.#subjects.delete(subject)
      return
    }
    const others = there.filter((other) => other !== member)
    const [only] = others
    this.#subjects.set(subject, others.length === 1 && only !== undefined ? only : others)
  }
}

/** Whether several are attached. */
export function isList(there: Member | readonly Member[]): there is readonly Member[] {
  return Array.isArray(there)
}
