import type { NodeId } from '@wse/protocol/backplane'
import { NODE_LENGTH } from '../frames/frame.js'

/** Names one stay of a node on one shard: who comes back after its lease ran out gets another. */
export type Seat = string

/** The node that has a seat. */
export function nodeOf(seat: Seat): NodeId {
  return seat.slice(0, NODE_LENGTH)
}

/** Names the stays of one node. */
export class Seats {
  readonly #node: NodeId
  #count = 0

  constructor(node: NodeId) {
    this.#node = node
  }

  /** Another one. */
  next(): Seat {
    return `${this.#node}.${(this.#count++).toString(36)}`
  }
}

/** Seats with the ends of their leases in ms on the engine's clock, of a list in which they stand in turn. */
export function seatsIn(list: unknown): Map<Seat, number> {
  const seats = new Map<Seat, number>()
  const members = list as readonly unknown[]
  for (let at = 0; at + 1 < members.length; at += 2) seats.set(String(members[at]), Number(members[at + 1]))
  return seats
}
