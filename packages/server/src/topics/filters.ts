import { levelsOf, ONE_LEVEL, THE_REST, textOfLevel } from '@wse/protocol/internal'

interface Node<Member> {
  /** By level, with its separator: `:room`. That of a wildcard is one like any other here: `:+`, `:#`. */
  readonly next: Map<string, Node<Member>>
  readonly members: Set<Member>
}

/**
 * Who wants the topics of a filter, as MQTT matches them: `+` is one level, `#` all that are left, the level before it
 * included. What a search costs depends on the levels of the topic, and on the filters that match it.
 */
export class Filters<Member> {
  readonly #root: Node<Member> = node()
  #size = 0

  /** How many there are, one a member and filter. */
  get size(): number {
    return this.#size
  }

  add(filter: string, member: Member): void {
    let at = this.#root
    for (const level of levelsOf(filter)) {
      const next = at.next.get(level) ?? node<Member>()
      at.next.set(level, next)
      at = next
    }
    if (at.members.has(member)) return
    at.members.add(member)
    this.#size++
  }

  remove(filter: string, member: Member): void {
    this.#prune(this.#root, levelsOf(filter), 0, member)
  }

  /** Everyone whose filter matches, each once. */
  match(topic: string): Set<Member> {
    const found = new Set<Member>()
    collect(this.#root, levelsOf(topic), 0, found)
    return found
  }

  /** `true` if nothing is left here. */
  #prune(at: Node<Member>, levels: readonly string[], depth: number, member: Member): boolean {
    const level = levels[depth]
    if (level === undefined) {
      if (at.members.delete(member)) this.#size--
    } else {
      const next = at.next.get(level)
      if (next !== undefined && this.#prune(next, levels, depth + 1, member)) at.next.delete(level)
    }
    return at.members.size === 0 && at.next.size === 0
  }
}

const node = <Member>(): Node<Member> => ({ next: new Map(), members: new Set() })

function collect<Member>(at: Node<Member>, levels: readonly string[], depth: number, found: Set<Member>): void {
  const level = levels[depth]
  if (level === undefined) {
    for (const member of at.members) found.add(member)
    // `a:#` matches `a`, too, whatever separates the rest.
    for (const separator of SEPARATORS) addAll(at.next.get(separator + THE_REST), found)
    return
  }
  const separator = level.slice(0, level.length - textOfLevel(level).length)
  addAll(at.next.get(separator + THE_REST), found)
  for (const key of [level, separator + ONE_LEVEL]) {
    const next = at.next.get(key)
    if (next !== undefined) collect(next, levels, depth + 1, found)
  }
}

const SEPARATORS = [':', '.', '/']

function addAll<Member>(node: Node<Member> | undefined, found: Set<Member>): void {
  for (const member of node?.members ?? []) found.add(member)
}
