import type { Clock } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import { nodeOf, type Seat } from './seats.js'

/** Told once that a node has come, or is gone. */
export type TellNode = (id: NodeId, became: 'up' | 'down') => void

/** Which nodes there are: who has a seat on any shard that can be reached. */
export class Nodes {
  /** Those that are here, this one included once it was up. */
  readonly ids = new Set<NodeId>()
  readonly #own: NodeId
  readonly #clock: Clock
  readonly #lease: number
  readonly #tell: TellNode
  /** Seats by node, for each shard; null for one that cannot be reached. */
  readonly #shards: (Map<NodeId, Seat> | null)[]
  /** Until when those are taken for here, on the clock, whose seat was lost with all the engine held. */
  readonly #excused = new Map<NodeId, number>()
  /** Until when it is remembered, on the clock, who has left for good. */
  readonly #left = new Map<NodeId, number>()
  #isOver = false

  constructor(own: NodeId, shards: number, clock: Clock, lease: number, tell: TellNode) {
    this.#own = own
    this.#clock = clock
    this.#lease = lease
    this.#tell = tell
    this.#shards = Array.from({ length: shards }, () => null)
  }

  /** All who have a seat on a shard. `lost`: the engine has lost who had one, and the others may not be back yet. */
  listed(shard: number, seats: Iterable<Seat>, lost: boolean): void {
    this.#shards[shard] = new Map([...seats].map((seat) => [nodeOf(seat), seat]))
    if (lost) for (const id of this.ids) this.#excused.set(id, this.#clock.now() + this.#lease)
    this.#compare()
  }

  /** A seat was taken. */
  taken(shard: number, seat: Seat): void {
    this.#shards[shard]?.set(nodeOf(seat), seat)
    this.#compare()
  }

  /** The lease of a seat has run out. */
  ranOut(shard: number, seat: Seat): void {
    const seats = this.#shards[shard]
    const id = nodeOf(seat)
    if (seats?.get(id) !== seat) return
    seats.delete(id)
    this.#compare()
  }

  /** A node has left for good. */
  leftFor(id: NodeId): void {
    if (id === this.#own) return
    this.#left.set(id, this.#clock.now() + this.#lease)
    this.#excused.delete(id)
    this.#compare()
  }

  /** A shard cannot be reached. */
  cut(shard: number): void {
    this.#shards[shard] = null
    this.#compare()
  }

  /** Nobody is here any more, nor comes. */
  clear(): void {
    this.#isOver = true
    this.ids.clear()
    this.#excused.clear()
    this.#left.clear()
    this.#shards.fill(null)
  }

  /** Where no shard can be reached nothing is known, and everything stays as it was. */
  #compare(): void {
    if (this.#isOver || this.#shards.every((seats) => seats === null)) return
    const here = this.#here()
    for (const id of [...this.ids]) if (!here.has(id)) this.#became(id, 'down')
    for (const id of here) if (!this.ids.has(id)) this.#became(id, 'up')
  }

  #here(): Set<NodeId> {
    const now = this.#clock.now()
    forget(this.#excused, now)
    forget(this.#left, now)
    const here = new Set([this.#own, ...this.#excused.keys()])
    for (const seats of this.#shards) for (const id of seats?.keys() ?? []) here.add(id)
    for (const id of this.#left.keys()) here.delete(id)
    return here
  }

  #became(id: NodeId, became: 'up' | 'down'): void {
    // Whoever was told before may have ended it.
    if (this.#isOver) return
    if (became === 'up') this.ids.add(id)
    else this.ids.delete(id)
    if (id !== this.#own) this.#tell(id, became)
  }
}

function forget(until: Map<NodeId, number>, now: number): void {
  for (const [id, end] of until) if (end <= now) until.delete(id)
}
