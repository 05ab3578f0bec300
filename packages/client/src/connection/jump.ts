import { type Clock, type Payload, WseError } from '@wse/protocol'
import { createId } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Attempt, Target } from '../attempt/attempt.js'
import type { Connection } from './connection.js'

/** Time calls in flight have to finish on the server that was left, in ms. */
const FINISH_WITHIN = 5_000

/**
 * Moves a client to another server: connects and authenticates there first, and only then lets go of the old link. If
 * that fails the old link is untouched.
 */
export class Jump {
  readonly #connection: Connection
  readonly #clock: Clock
  #attempt: Attempt | null = null
  #reject: (error: WseError) => void = () => {}

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** Whether one is under way. */
  get jumping(): boolean {
    return this.#attempt !== null
  }

  /** Resolves with the welcome of the target. Rejects if it cannot be reached or refuses; the last jump wins. Calls in flight have `wait` ms. */
  to(target: Target, wait = FINISH_WITHIN): Promise<Payload> {
    this.cancel('a later jump')
    if (this.#connection.idle) return this.#connection.connect(target)
    return new Promise((resolve, reject) => {
      this.#reject = reject
      const instance = createId(this.#clock)
      const attempt = this.#connection.attempt(target, instance, {
        ready: (ready) => {
          this.#attempt = null
          this.#connection.adopt(ready, target, instance, wait)
          resolve(ready.welcome)
        },
        over: ({ error }) => {
          this.#attempt = null
          this.#connection.move(false)
          reject(error)
        },
      })
      this.#attempt = attempt
      this.#connection.move(true)
      attempt.start()
    })
  }

  /** Calls off a jump under way. */
  cancel(by: string): void {
    if (this.#attempt === null) return
    this.#attempt.abort()
    this.#attempt = null
    this.#connection.move(false)
    this.#reject(new WseError(WSE_ERROR.JUMP_CANCELLED, {}, { message: `the jump was cancelled by ${by}` }))
  }
}
