import type { Clock, Timer } from '@wse/protocol'
import type { Arrival } from '../../backplane/cluster.js'
import { keyOf, type RelayAbout, type Stay } from './stay.js'

/** Milliseconds for which is kept what comes of a session before that itself. */
const KEPT_FOR = 30_000

/** Letters that may be kept so. */
const MOST = 10_000

interface Kept {
  readonly arrival: Arrival
  readonly until: number
}

/** Frames of calls that stayed where a session was, and came here before it: it is on its way. */
export class EarlyFrames {
  readonly #clock: Clock
  /** Who is told that a session has not come. */
  readonly #giveUp: (arrival: Arrival) => void
  #kept: Kept[] = []
  #timer: Timer | null = null

  constructor(clock: Clock, giveUp: (arrival: Arrival) => void) {
    this.#clock = clock
    this.#giveUp = giveUp
  }

  /** Armed timers. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Keeps one for a while; beyond the bound it is given up at once. */
  keep(arrival: Arrival): void {
    if (this.#kept.length >= MOST) return this.#giveUp(arrival)
    this.#kept.push({ arrival, until: this.#clock.now() + KEPT_FOR })
    this.#timer ??= this.#clock.setTimer(() => this.#sweep(), KEPT_FOR)
  }

  /** Gives those of a session that has come, in order; they are kept no longer. */
  of(stay: Stay): readonly Arrival[] {
    if (this.#kept.length === 0) return []
    const key = keyOf(stay)
    const isOf = ({ arrival }: Kept) => keyOf(arrival.letter.about as RelayAbout) === key
    const own = this.#kept.filter(isOf)
    this.#kept = this.#kept.filter((kept) => !isOf(kept))
    return own.map(({ arrival }) => arrival)
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
    this.#kept = []
  }

  #sweep(): void {
    this.#timer = null
    const now = this.#clock.now()
    const stays = this.#kept.findIndex(({ until }) => until > now)
    const over = this.#kept.splice(0, stays === -1 ? this.#kept.length : stays)
    const [oldest] = this.#kept
    if (oldest !== undefined) this.#timer = this.#clock.setTimer(() => this.#sweep(), oldest.until - now)
    for (const { arrival } of over) this.#giveUp(arrival)
  }
}
