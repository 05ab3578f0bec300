import type { FenceRecord } from '../fence.js'
import { LOOK_THROUGH } from './upkeep.js'

/** A fence that somebody has. */
interface Held {
  readonly generation: number
  readonly record: string
  /** When it runs out, on the clock. */
  readonly until: number
}

/** All fences. Generations are counted for all of them together and never again, so that none comes back. */
export class Fences {
  readonly #held = new Map<string, Held>()
  #generation = 0
  /** The last generation of which all that was held is lost. */
  #lost = 0

  /** Fences somebody has. */
  get size(): number {
    return this.#held.size
  }

  /** Takes one over. */
  claim(fence: string, record: string, ttl: number, now: number): FenceRecord {
    const before = this.#live(fence, now)?.record ?? null
    const generation = ++this.#generation
    this.#held.set(fence, { generation, record, until: now + ttl })
    return { generation, before }
  }

  /** Writes the record anew, if that generation still has the fence. What was lost is written again. */
  keep(fence: string, generation: number, record: string, ttl: number, now: number): boolean {
    const held = this.#held.get(fence)
    const isHeld = held?.generation === generation && held.until > now
    // Somebody who claimed it before, and does not know of this, may have been the first to write it again.
    const isLost = generation <= this.#lost && (held === undefined || held.generation < generation)
    if (!isHeld && !isLost) return false
    this.#held.set(fence, { generation, record, until: now + ttl })
    return true
  }

  /** Gives it back, if that generation still has it. */
  drop(fence: string, generation: number, now: number): boolean {
    return this.#live(fence, now)?.generation === generation && this.#held.delete(fence)
  }

  /** Forgets those that ran out; says when the next one will. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const [fence, { until }] of this.#held) {
      if (until <= now) this.#held.delete(fence)
      else next = Math.min(next, until)
    }
    return Math.max(next, now + LOOK_THROUGH)
  }

  /** Loses all, but no generation. */
  clear(): void {
    this.#lost = this.#generation
    this.#held.clear()
  }

  #live(fence: string, now: number): Held | undefined {
    const held = this.#held.get(fence)
    return held !== undefined && held.until > now ? held : undefined
  }
}
