import type { Clock } from '@wse/protocol'
import { createId } from '@wse/protocol/internal'

/** Random characters an epoch begins with: enough that no other node has the same. */
const RANDOM = 10

/** Names for histories that begin: none is given twice. */
export class Epochs {
  readonly #own: string
  #count = 0

  constructor(clock: Clock) {
    this.#own = createId(clock).slice(0, RANDOM)
  }

  /** Another one. */
  next(): string {
    return `${this.#own}.${(this.#count++).toString(36)}`
  }
}
