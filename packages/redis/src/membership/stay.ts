import type { Clock, Timer } from '@wse/protocol'
import type { Link } from '../connection/link.js'
import { JOIN, PART, RENEW, SWEEP } from '../scripts/membership.js'
import { type Seat, type Seats, seatsIn } from './seats.js'

/** Milliseconds after the end of a lease at which it is looked for: clocks do not run alike. */
const AFTER = 5

/** How often a lease is renewed while it lasts. */
const RENEWALS = 3

/** What a stay works with. */
export interface StayParts {
  readonly clock: Clock
  /** Milliseconds for which a node counts as here that is not heard of any more. */
  readonly lease: number
  readonly seats: Seats
  /** Names what an engine holds from now on. */
  generation(): string
  /** The lease was renewed; all who have one. */
  renewed(seats: Iterable<Seat>): void
}

/** What became of taking a seat. */
export interface Joined {
  readonly seats: Iterable<Seat>
  /** Whether what was noted under the last seat is gone, or will be. */
  readonly lost: boolean
  /** Whether the engine has lost everything it held. */
  readonly lostAll: boolean
}

/** This node on one shard: it has a seat, and a lease for it that has to be renewed. */
export class Stay {
  /** '' before the first. */
  seat: Seat = ''
  readonly #parts: StayParts
  /** The seat that was asked for, if it is not known yet whether this node has it. */
  #other: Seat = ''
  #generation = ''
  #link: Link | null = null
  #timer: Timer | null = null
  #isSweeping = false

  constructor(parts: StayParts) {
    this.#parts = parts
  }

  /** Takes a seat: the last one, if it is still there and wanted. `run`: names the start of the engine. */
  async join(link: Link, run: string, keep: boolean): Promise<Joined> {
    const { lease, seats, generation } = this.#parts
    const had = this.seat
    const next = seats.next()
    const known = this.#generation
    this.#other = next
    link.generation = keep ? known : ''
    const answer = await link.run(JOIN, [run, generation(), String(lease), had, next])
    const [, name, kept, list] = answer
    const isKept = kept === 1
    this.#generation = String(name)
    link.generation = this.#generation
    this.seat = isKept ? had : next
    this.#other = ''
    this.#link = link
    const lostAll = had !== '' && known !== this.#generation
    return { seats: seatsIn(list).keys(), lost: had !== '' && !isKept, lostAll }
  }

  /** From now on the lease is renewed. */
  start(): void {
    this.#arm(this.#parts.lease / RENEWALS)
  }

  /** It is not any more. */
  stop(): void {
    this.#parts.clock.clearTimer(this.#timer)
    this.#timer = null
    this.#link = null
  }

  /** Gives the seat up for good, with all that was noted under it. */
  async part(link: Link): Promise<void> {
    const seats = [this.seat, this.#other].filter((seat) => seat !== '')
    const answers = await Promise.all(seats.map((seat) => link.run(PART, [seat])))
    if (answers.some(([, left]) => left !== 0)) await this.#sweep(link)
  }

  #arm(ms: number): void {
    this.#timer = this.#parts.clock.setTimer(() => void this.#renew(), ms)
  }

  async #renew(): Promise<void> {
    const link = this.#link
    if (link === null) return
    const { lease, renewed } = this.#parts
    const interval = lease / RENEWALS
    try {
      const answer = await link.run(RENEW, [this.seat, String(lease)])
      if (this.#link !== link) return
      // Too late to have an effect: at once again.
      if (answer.length === 1) return this.#arm(0)
      const [now, swept, list] = answer
      const seats = seatsIn(list)
      renewed(seats.keys())
      if (this.#link !== link) return
      const next = Math.min(...seats.values()) - Number(now) + AFTER
      this.#arm(Math.max(AFTER, Math.min(interval, next)))
      if (swept !== 0 && !this.#isSweeping) await this.#sweep(link)
    } catch (error) {
      // Without a lease this node is not there for the others: it must not seem to be.
      link.end(error as Error)
    }
  }

  async #sweep(link: Link): Promise<void> {
    this.#isSweeping = true
    try {
      for (let left: unknown = 1; left !== 0 && !link.isOver; ) left = (await link.run(SWEEP, []))[1]
    } finally {
      this.#isSweeping = false
    }
  }
}
