import type { Clock, Timer } from '../clock/clock.js'
import type { CallFrame } from '../frames/call.js'
import type { Stamp } from '../frames/envelope.js'
import type { Inlet } from '../streams/inlet.js'
import type { Outlet } from '../streams/outlet.js'

/** One call that waits for its answer. */
export interface PendingCall {
  readonly name: string
  /** When it is given up, on the clock; Infinity for never. */
  readonly deadline: number
  resolve(value: unknown): void
  reject(error: unknown): void
  /** Lets go of what the call holds on to, its abort signal. */
  release?: (() => void) | undefined
  /** Takes what the other end streams. */
  readonly inlet?: Inlet | undefined
  /** Sends what this end streams. */
  readonly outlet?: Outlet | undefined
  /** What to ask again in another session; for calls that may run twice. */
  readonly again?: CallFrame | undefined
  /** Whether it was, so that it may have run. */
  repeated?: boolean
}

/**
 * Own calls in flight. One timer serves all of them: it is armed for the earliest deadline, and left to run out when
 * that call was answered, which costs nothing per call.
 */
export class PendingCalls {
  readonly #calls = new Map<Stamp, PendingCall>()
  readonly #clock: Clock
  readonly #expired: (stamp: Stamp, call: PendingCall) => void
  #timer: Timer = null
  #armedFor = Number.POSITIVE_INFINITY

  constructor(clock: Clock, expired: (stamp: Stamp, call: PendingCall) => void) {
    this.#clock = clock
    this.#expired = expired
  }

  get size(): number {
    return this.#calls.size
  }

  /** Whether its timer is armed. */
  get armed(): boolean {
    return this.#armedFor !== Number.POSITIVE_INFINITY
  }

  add(stamp: Stamp, call: PendingCall): void {
    this.#calls.set(stamp, call)
    if (call.deadline < this.#armedFor) this.#arm(call.deadline)
  }

  get(stamp: Stamp): PendingCall | undefined {
    return this.#calls.get(stamp)
  }

  /** Takes a call out, to settle it; undefined if it is unknown or settled. */
  take(stamp: Stamp): PendingCall | undefined {
    const call = this.#calls.get(stamp)
    if (call === undefined) return undefined
    this.#calls.delete(stamp)
    call.release?.()
    call.outlet?.close()
    return call
  }

  /** Takes out a call that was never asked; unlike an answered one it leaves no timer behind. */
  withdraw(stamp: Stamp): void {
    this.take(stamp)
    this.rest()
  }

  /** Stamps of all calls. */
  stamps(): Stamp[] {
    return [...this.#calls.keys()]
  }

  /** Lets go of the timer if there is no call it could be for. */
  rest(): void {
    if (this.size === 0) this.#disarm()
  }

  #arm(deadline: number): void {
    this.#disarm()
    this.#armedFor = deadline
    this.#timer = this.#clock.setTimer(() => this.#sweep(), Math.max(0, deadline - this.#clock.now()))
  }

  #disarm(): void {
    if (!this.armed) return
    this.#clock.clearTimer(this.#timer)
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  #sweep(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [stamp, call] of [...this.#calls]) {
      // What expired before it may have ended them all.
      if (this.#calls.get(stamp) !== call) continue
      if (call.deadline > now) next = Math.min(next, call.deadline)
      else if (this.take(stamp)) this.#expired(stamp, call)
    }
    // A listener of what expired may have armed it again already.
    if (next < this.#armedFor) this.#arm(next)
  }
}
