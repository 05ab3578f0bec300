import type { NodeId, Subject } from '../backplane.js'
import type { Entry } from '../presence.js'

/** What was noted by one node on one subject: values by id. */
type Noted = Map<string, string>

/** Who is present, under the nodes that noted it. */
export class Presence {
  readonly #subjects = new Map<Subject, Map<NodeId, Noted>>()

  /** Entries in all. */
  get size(): number {
    let size = 0
    for (const nodes of this.#subjects.values()) for (const noted of nodes.values()) size += noted.size
    return size
  }

  /** Notes entries of a node, and gives all of other ids that there were before. */
  enter(subject: Subject, node: NodeId, entries: readonly Omit<Entry, 'node'>[]): Entry[] {
    const ids = new Set(entries.map(({ id }) => id))
    const others = this.present(subject).filter(({ id }) => !ids.has(id))
    if (entries.length === 0) return others
    const nodes = this.#subjects.get(subject) ?? new Map<NodeId, Noted>()
    const noted = nodes.get(node) ?? new Map<string, string>()
    for (const { id, value } of entries) noted.set(id, value)
    nodes.set(node, noted)
    this.#subjects.set(subject, nodes)
    return others
  }

  /** Takes back what a node has noted. */
  leave(subject: Subject, node: NodeId, ids: Iterable<string>): void {
    const noted = this.#subjects.get(subject)?.get(node)
    if (noted === undefined) return
    for (const id of ids) noted.delete(id)
    if (noted.size === 0) this.#forget(subject, node)
  }

  /** All that is noted on a subject. */
  present(subject: Subject): Entry[] {
    const entries: Entry[] = []
    for (const [node, noted] of this.#subjects.get(subject) ?? []) {
      for (const [id, value] of noted) entries.push({ id, node, value })
    }
    return entries
  }

  /** Takes back all that a node has noted. */
  drop(node: NodeId): void {
    for (const subject of this.#subjects.keys()) this.#forget(subject, node)
  }

  /** Forgets everything. */
  clear(): void {
    this.#subjects.clear()
  }

  #forget(subject: Subject, node: NodeId): void {
    const nodes = this.#subjects.get(subject)
    nodes?.delete(node)
    if (nodes?.size === 0) this.#subjects.delete(subject)
  }
}
