import { type Data, WSE_ERROR, WseError } from '@wse/protocol'
import type { Settled, Stamp } from '@wse/protocol/internal'

/** How much may wait while there is no link. */
export interface QueueOptions {
  /** Characters or bytes in all. @default 1_048_576 */
  bytes?: number | undefined
  /** Frames in all. @default 1_000 */
  frames?: number | undefined
}

/** A frame that has not been given to any link. */
export interface Waiting {
  readonly data: Data
  /** Of the call it is, if it is one. */
  readonly stamp: Stamp | undefined
  /** Whether its payload is bytes, which not every server takes. */
  readonly bytes: boolean
}

/** Frames accepted while there is no link, bounded, in order. */
export class Outbox {
  #waiting: Waiting[] = []
  #bytes = 0
  readonly #limits: Settled<QueueOptions>

  constructor(limits: Settled<QueueOptions>) {
    this.#limits = limits
  }

  get size(): number {
    return this.#waiting.length
  }

  /** @throws {WseError} `QUEUE_FULL` */
  push(waiting: Waiting): void {
    const { bytes, frames } = this.#limits
    if (this.#waiting.length >= frames || this.#bytes + waiting.data.length > bytes) {
      throw new WseError(WSE_ERROR.QUEUE_FULL, { certainty: 'not-sent', bytes, frames })
    }
    this.#bytes += waiting.data.length
    this.#waiting.push(waiting)
  }

  /** Takes a call back; `false` if it is not here. */
  recall(stamp: Stamp): boolean {
    const at = this.#waiting.findIndex((waiting) => waiting.stamp === stamp)
    if (at < 0) return false
    const [recalled] = this.#waiting.splice(at, 1)
    this.#bytes -= recalled?.data.length ?? 0
    return true
  }

  /** Takes everything out, oldest first. */
  empty(): Waiting[] {
    const all = this.#waiting
    this.#waiting = []
    this.#bytes = 0
    return all
  }
}
