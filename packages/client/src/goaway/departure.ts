import { type Clock, type Payload, type Timer, WseError } from '@wse/protocol'
import type { Goaway } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Target } from '../attempt/attempt.js'
import { type JumpPolicy, judgeMove } from './jump-policy.js'

/** Wait before the second try to move, in ms; it doubles from try to try. */
const AGAIN = 1_000

/** What a departure needs of its client. */
export interface DepartureHost {
  readonly clock: Clock
  readonly policy: JumpPolicy
  /** Where the client is, and as whom. */
  readonly target: Target
  /** Whether the application moves it already. */
  readonly moving: boolean
  /** Moves there, leaving calls in flight on the old link for `wait` ms at most. */
  move(target: Target, wait: number): Promise<Payload>
  failed(error: WseError): void
}

/** Leaves a server that asks for it: after the delay the server drew, make before break. */
export class Departure {
  readonly #host: DepartureHost
  #timer: Timer | null = null
  /** Names the try that is waited for, or under way. */
  #asked: object | null = null
  #moving = false
  #deadline = 0

  constructor(host: DepartureHost) {
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
    this.#deadline = this.#host.clock.now() + Math.max(deadline, delay)
    this.#wait(to, delay, AGAIN)
  }

  /** Stays, or is gone already: whatever ends or replaces the link that was to be left. */
  cancel(): void {
    this.#asked = null
    if (this.#timer === null) return
    this.#host.clock.clearTimer(this.#timer)
    this.#timer = null
  }

  #targetOf(to: string | undefined): Target | null {
    const { target, policy } = this.#host
    if (to === undefined) return target
    const judged = judgeMove(policy, target.url, to, target.identity)
    if (judged !== null) return { ...target, url: to, identity: judged.identity }
    const message = `the server asks to move to ${to.slice(0, 256)}, which jumpPolicy does not allow`
    this.#host.failed(new WseError(WSE_ERROR.NOT_SUPPORTED, { option: 'jumpPolicy' }, { message }))
    return null
  }

  #wait(to: string | undefined, ms: number, next: number): void {
    const asked = {}
    this.#asked = asked
    this.#timer = this.#host.clock.setTimer(() => this.#go(to, next, asked), ms)
  }

  #go(to: string | undefined, next: number, asked: object): void {
    this.#timer = null
    // The application's own jump goes first; if it fails this one is still to be made.
    if (this.#host.moving) return this.#wait(to, AGAIN, next)
    const target = this.#targetOf(to)
    if (target === null) return
    const left = this.#deadline - this.#host.clock.now()
    this.#moving = true
    const over = () => {
      this.#moving = false
    }
    const move = this.#host.move(target, Math.max(0, left))
    move.then(over, over)
    move.catch((error: WseError) => {
      // The old link is untouched: another try, until the server closes it and the usual way back begins.
      const again = error.code !== WSE_ERROR.JUMP_CANCELLED && error.code !== WSE_ERROR.NOT_AUTHORIZED
      const inTime = this.#deadline - this.#host.clock.now() > next
      if (again && inTime && this.#asked === asked) this.#wait(to, next, next * 2)
    })
  }
}
