import type { Subject } from '@wse/protocol/backplane'

/**
 * Which shard a subject is on: that with the highest score for it. Every node comes to the same answer without asking,
 * and a shard that is added to the end of n takes one of n + 1 subjects and moves no other.
 */
export class Rendezvous {
  readonly #seeds: Int32Array

  /** `count`: shards. */
  constructor(count: number) {
    this.#seeds = Int32Array.from({ length: count }, (_, at) => hash(`shard ${at}`))
  }

  /** The index of the shard of a subject. */
  of(subject: Subject): number {
    const seeds = this.#seeds
    if (seeds.length === 1) return 0
    const key = hash(subject)
    let best = 0
    let highest = -1
    for (let at = 0; at < seeds.length; at++) {
      const score = scramble(key ^ (seeds[at] as number))
      if (score <= highest) continue
      best = at
      highest = score
    }
    return best
  }
}

/** FNV-1a over the characters of a text. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193)
  return scramble(bits)
}

/** Spreads what differs in a few bits over all of them. */
function scramble(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
