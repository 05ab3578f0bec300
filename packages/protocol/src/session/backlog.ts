import type { QueuePolicy } from '../link/send-options.js'
import type { Waiting } from './outbox.js'
import type { Bounds } from './ring.js'

/** Where a message waits: by type and key, or by number if every one of its type waits. */
type Slot = string | number

/** What waits of one type that has a queue of its own, oldest first. */
interface Lane {
  readonly slots: number[]
  bytes: number
}

/**
 * Messages with a delivery policy, held back while their reader is slow or away: none of them has a position, so that a
 * newer one may still take the place of an older one. They leave in the order in which their places were taken.
 */
export class Backlog {
  /** A map keeps the place of a key whose value is replaced. */
  readonly #held = new Map<Slot, Waiting>()
  readonly #lanes = new Map<string, Lane>()
  #bytes = 0
  #next = 0

  get size(): number {
    return this.#held.size
  }

  /** Characters or bytes in all. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes a message in place of the one of its type and key; `false` if there is no room, then neither is here. */
  replace(waiting: Waiting, key: string, room: Bounds): boolean {
    const slot = `${key.length}:${key}${waiting.type}`
    const old = this.#held.get(slot)
    const bytes = this.#bytes - sizeOf(old) + waiting.data.length
    const grows = old === undefined || bytes > this.#bytes
    if (grows && (bytes > room.bytes || (old === undefined && this.size >= room.frames))) {
      this.#remove(slot)
      return false
    }
    this.#held.set(slot, waiting)
    this.#bytes = bytes
    return true
  }

  /** Takes a message into the queue of its type; `false` if it does not fit, after what gives way has. */
  push(waiting: Waiting, policy: QueuePolicy, room: Bounds): boolean {
    const { type, data } = waiting
    const { frames = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY, overflow } = policy
    const lane = this.#lanes.get(type) ?? { slots: [], bytes: 0 }
    const fits = () =>
      lane.slots.length < frames &&
      lane.bytes + data.length <= bytes &&
      this.size < room.frames &&
      this.#bytes + data.length <= room.bytes
    while (overflow === 'drop-oldest' && lane.slots.length > 0 && !fits()) this.#remove(lane.slots[0] as number)
    if (!fits()) return false
    this.#lanes.set(type, lane)
    lane.slots.push(this.#next)
    lane.bytes += data.length
    this.#held.set(this.#next++, waiting)
    this.#bytes += data.length
    return true
  }

  /** Takes the oldest out. */
  shift(): Waiting | undefined {
    for (const [slot, waiting] of this.#held) {
      this.#remove(slot)
      return waiting
    }
    return undefined
  }

  /** Takes everything out, oldest first. */
  empty(): Waiting[] {
    const all = [...this.#held.values()]
    this.#held.clear()
    this.#lanes.clear()
    this.#bytes = 0
    return all
  }

  #remove(slot: Slot): void {
    const waiting = this.#held.get(slot)
    if (waiting === undefined) return
    this.#held.delete(slot)
    this.#bytes -= waiting.data.length
    if (typeof slot === 'string') return
    // What leaves a queue is always its oldest.
    const lane = this.#lanes.get(waiting.type) as Lane
    lane.slots.shift()
    lane.bytes -= waiting.data.length
    if (lane.slots.length === 0) this.#lanes.delete(waiting.type)
  }
}

function sizeOf(waiting: Waiting | undefined): number {
  return waiting?.data.length ?? 0
}
