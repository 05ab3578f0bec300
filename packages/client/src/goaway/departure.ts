import { type Clock, type Payload, type Timer, WseError } from '@wse/protocol'
import type { Goaway } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Target } from '../authorisation/identity.js'
import type { Context } from '../context.js'
import { judgeMove } from './jump-policy.js'

/** Wait before the second try to move, in ms; it doubles from try to try. */
const AGAIN = 1_000

/** What a departure needs of the connection that is to leave. */
export interface DepartureHost {
  /** Where the client is, and as whom. */
  readonly target: Target
  readonly jump: {
    /** Whether the application moves it already. */
    readonly jumping: boolean
    /** Moves there, leaving calls in flight on the old link for `wait` ms at most. */
    to(target: Target, wait: number): Promise<Payload>
  }
}

/** Leaves a server that asks for it: after the delay the server drew, make before break. */
export class Departure {
  readonly #context: Context
  readonly #host: DepartureHost
  #timer: Timer | null = null
  /** Until when it may be tried, on the clock; 0 where nothing is to be left. */
  #deadline = 0
  #moving = false

  constructor(context: Context, host: DepartureHost) {
    this.#context = context
    this.#host = host
  }

  /** Whether the move under way is its own. */
  get under(): boolean {
    return this.#moving
  }

  /** Timers armed. */
  get waiting(): number {
    return this.#timer === null ? 0 : 1
  }

  /** The server asks the client to leave. */
  asked({ delay = 0, deadline = delay, to }: Goaway): void {
    this.cancel()
    if (this.#targetOf(to) === null) return
    this.#deadline = this.#clock.now() + Math.max(deadline, delay)
    this.#wait(to, delay, AGAIN)
  }

  /** Stays, or is gone already: whatever ends or replaces the link that was to be left. */
  cancel(): void {
    this.#clock.clearTimer(this.#timer)
    this.#timer = null
    this.#deadline = 0
  }

  get #clock(): Clock {
    return this.#context.clock
  }

  get #left(): number {
    return this.#deadline - this.#clock.now()
  }

  #targetOf(to: string | undefined): Target | null {
    const { target } = this.#host
    if (to === undefined) return target
    const judged = judgeMove(this.#context.jumpPolicy, target.url, to, target.identity)
    if (judged !== null) return { ...target, url: to, identity: judged.identity }
    const message = `the server asks to move to ${to.slice(0, 256)}, which jumpPolicy does not allow`
    const error = new WseError(WSE_ERROR.NOT_SUPPORTED, { option: 'jumpPolicy' }, { message })
    this.#context.signals.emit('error', error)
    return null
  }

  #wait(to: string | undefined, ms: number, next: number): void {
    this.#timer = this.#clock.setTimer(() => this.#go(to, next), ms)
  }

  #go(to: string | undefined, next: number): void {
    this.#timer = null
    // The application's own jump goes first; if it fails this one is still to be made.
    if (this.#host.jump.jumping) return this.#wait(to, AGAIN, next)
    const target = this.#targetOf(to)
    if (target === null) return
    this.#moving = true
    const over = (error?: WseError) => {
      this.#moving = false
      // The old link is untouched: another try, until the server closes it and the usual way back begins.
      const again = error && error.code !== WSE_ERROR.JUMP_CANCELLED && error.code !== WSE_ERROR.NOT_AUTHORIZED
      if (again && this.#timer === null && this.#left > next) this.#wait(to, next, next * 2)
    }
    this.#host.jump.to(target, Math.max(0, this.#left)).then(() => over(), over)
  }
}
