import type { QueuePolicy, SendOptions } from '../link/send-options.js'
import { Outbox, type Waiting } from './outbox.js'
import type { Bounds } from './ring.js'

/** The queue of which only the newest is worth anything. */
const LATEST: QueuePolicy = { frames: 1, overflow: 'drop-oldest' }

/**
 * Messages with a delivery policy, held back while their reader is slow or away: none of them has a position, so that one
 * may still give way to another. Each type, or type and key, has a lane; lanes leave in the order in which they began.
 */
export class Backlog {
  readonly #lanes = new Map<string, Outbox>()
  readonly #most: Bounds
  #size = 0
  #bytes = 0

  /** `most`: what may be held back in all. */
  constructor(most: Bounds) {
    this.#most = most
  }

  get size(): number {
    return this.#size
  }

  /** Characters or bytes in all. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes a message; `false` if it does not fit, after what gives way has. */
  push(waiting: Waiting, { latest = '', queue = LATEST }: SendOptions): boolean {
    const name = `${queue === LATEST ? latest.length : ''}:${latest}${waiting.type}`
    const lane = this.#lanes.get(name) ?? new Outbox()
    const { length } = waiting.data
    const fits = () =>
      lane.size < (queue.frames ?? Number.POSITIVE_INFINITY) &&
      lane.bytes + length <= (queue.bytes ?? Number.POSITIVE_INFINITY) &&
      this.#size < this.#most.frames &&
      this.#bytes + length <= this.#most.bytes
    while (queue.overflow === 'drop-oldest' && lane.size > 0 && !fits()) this.#take(lane)
    const isTaken = fits()
    if (isTaken) {
      lane.push(waiting)
      this.#size++
      this.#bytes += length
    }
    if (lane.size > 0) this.#lanes.set(name, lane)
    else this.#lanes.delete(name)
    return isTaken
  }

  /** Takes the next out. */
  shift(): Waiting | undefined {
    for (const [name, lane] of this.#lanes) {
      const waiting = this.#take(lane)
      if (lane.size === 0) this.#lanes.delete(name)
      return waiting
    }
    return undefined
  }

  #take(lane: Outbox): Waiting {
    const waiting = lane.shift() as Waiting
    this.#size--
    this.#bytes -= waiting.data.length
    return waiting
  }
}
