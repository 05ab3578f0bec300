import type { NodeId } from '@wse/protocol/backplane'
import { hasWildcards, levelsOf } from '@wse/protocol/internal'

/** Where filters begin: the first level of their names, and how many levels come before the first wildcard. */
export type Shape = readonly [first: string, levels: number]

/** What a filter begins with, before its first wildcard, and its shape. */
export function shapeOf(filter: string): { readonly prefix: string; readonly shape: Shape } {
  const levels = levelsOf(filter)
  const wildcard = levels.findIndex((level) => hasWildcards(level))
  const fixed = wildcard < 0 ? levels : levels.slice(0, wildcard)
  return { prefix: fixed.join(''), shape: [fixed[0] ?? '', fixed.length] }
}

const NONE: readonly string[] = Object.freeze([])

/**
 * The shapes of all filters on all nodes: few, since what differs between users is within them. By them a publisher knows
 * which beginnings of a topic's name somebody may be attached to, without knowing one filter.
 */
export class Shapes {
  /** Shapes by node, as that has told. */
  readonly #ofNodes = new Map<NodeId, readonly Shape[]>()
  /** Numbers of levels by the first of them. */
  #levels = new Map<string, readonly number[]>()

  /** How many nodes have some. */
  get size(): number {
    return this.#ofNodes.size
  }

  /** A node has these, and no others. */
  set(node: NodeId, shapes: readonly Shape[]): void {
    if (shapes.length === 0) this.#ofNodes.delete(node)
    else this.#ofNodes.set(node, shapes)
    const levels = new Map<string, Set<number>>()
    for (const some of this.#ofNodes.values()) {
      for (const [first, count] of some) levels.set(first, (levels.get(first) ?? new Set()).add(count))
    }
    this.#levels = new Map([...levels].map(([first, counts]) => [first, [...counts]]))
  }

  /** The beginnings of a topic's name under which it may be wanted. */
  prefixesOf(topic: string): readonly string[] {
    if (this.#levels.size === 0) return NONE
    const levels = levelsOf(topic)
    const counts = this.#levels.get(levels[0] ?? '') ?? []
    const prefixes = counts.flatMap((count) => (count <= levels.length ? [levels.slice(0, count).join('')] : []))
    return this.#levels.has('') ? ['', ...prefixes] : prefixes
  }
}
