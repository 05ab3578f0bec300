import type { Clock, Timer } from '@wse/protocol'
import type { Settled } from '@wse/protocol/internal'
import type { ResumeOptions } from './resume-options.js'

/** A session as it waits for its client. */
export interface Waiting {
  /** Characters or bytes it holds. */
  readonly bytes: number
}

interface Place {
  readonly until: number
  bytes: number
}

/** Sessions without a link, in the order they lost it; bounded in number and bytes. One timer, for the oldest. */
export class Suspended<Session extends Waiting> {
  readonly #places = new Map<Session, Place>()
  readonly #clock: Clock
  readonly #limits: Settled<ResumeOptions>
  readonly #over: (session: Session, why: 'window' | 'evicted') => void
  #bytes = 0
  #timer: Timer | null = null

  constructor(
    clock: Clock,
    limits: Settled<ResumeOptions>,
    over: (session: Session, why: 'window' | 'evicted') => void,
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#over = over
  }

  get size(): number {
    return this.#places.size
  }

  /** Characters or bytes all of them hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** Armed timers. */
  get timers(): number {
    return this.#timer === null ? 0 : 1
  }

  /** Whether the session still waits, and in time. */
  holds(session: Session): boolean {
    const place = this.#places.get(session)
    return place !== undefined && this.#clock.now() < place.until
  }

  /** Takes a session that lost its link. */
  add(session: Session): void {
    const { window, suspended } = this.#limits
    this.#places.set(session, { until: this.#clock.now() + window, bytes: session.bytes })
    this.#bytes += session.bytes
    if (this.#timer === null) this.#arm()
    this.#evict(() => this.#places.size > suspended)
    this.#evict(() => this.#bytes > this.#limits.suspendedBytes)
  }

  /** A waiting session was given more to hold. */
  grew(session: Session): void {
    const place = this.#places.get(session)
    if (place === undefined) return
    this.#bytes += session.bytes - place.bytes
    place.bytes = session.bytes
    this.#evict(() => this.#bytes > this.#limits.suspendedBytes)
  }

  /** Lets go of a session that has a link again, or ended. */
  remove(session: Session): void {
    const place = this.#places.get(session)
    if (place === undefined) return
    this.#places.delete(session)
    this.#bytes -= place.bytes
    if (this.#places.size === 0) this.#disarm()
  }

  /** The oldest of some that wait. */
  oldest(among: (session: Session) => boolean): Session | undefined {
    for (const session of this.#places.keys()) if (among(session)) return session
    return undefined
  }

  /** All of them. */
  all(): Session[] {
    return [...this.#places.keys()]
  }

  #evict(tooMuch: () => boolean): void {
    while (tooMuch()) {
      const [oldest] = this.#places.keys()
      if (oldest === undefined) return
      this.remove(oldest)
      this.#over(oldest, 'evicted')
    }
  }

  #arm(): void {
    const [head] = this.#places.values()
    if (head === undefined) return
    this.#timer = this.#clock.setTimer(() => this.#look(), Math.max(0, head.until - this.#clock.now()))
  }

  #disarm(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #look(): void {
    this.#timer = null
    const now = this.#clock.now()
    for (const [session, { until }] of [...this.#places]) {
      if (until > now) break
      if (!this.#places.has(session)) continue
      this.remove(session)
      this.#over(session, 'window')
    }
    if (this.#timer === null) this.#arm()
  }
}
