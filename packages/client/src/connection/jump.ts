import { type Payload, WseError } from '@wse/protocol'
import { createId } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { Attempt } from '../attempt/attempt.js'
import type { Ready } from '../attempt/outcome.js'
import type { Target } from '../authorisation/identity.js'
import type { Context } from '../context.js'

/** Time calls in flight have to finish on the server that was left, in ms. */
const FINISH_WITHIN = 5_000

/** What a jump needs of the connection it moves. */
export interface JumpHost {
  /** Whether it is neither connected nor trying to be. */
  readonly idle: boolean
  /** Names this client at the server it is at. */
  readonly instance: string
  connect(target: Target): Promise<Payload>
  /** Moves on to a link that was made READY; calls in flight may finish on the old one, for `wait` ms at most. */
  adopt(ready: Ready, target: Target, instance: string, wait: number): void
  /** The jump was in vain; the link it was to leave may be gone by now. */
  stay(): void
}

/**
 * Moves a client to another server: connects and authenticates there first, and only then lets go of the old link. If
 * that fails the old link is untouched.
 */
export class Jump {
  readonly #context: Context
  readonly #host: JumpHost
  #attempt: Attempt | null = null
  #reject: (error: WseError) => void = () => {}

  constructor(context: Context, host: JumpHost) {
    this.#context = context
    this.#host = host
  }

  /** Whether one is under way. */
  get jumping(): boolean {
    return this.#attempt !== null
  }

  /** Resolves with the welcome of the target. Rejects if it cannot be reached or refuses; the last jump wins. Calls in flight have `wait` ms. */
  to(target: Target, wait = FINISH_WITHIN): Promise<Payload> {
    this.cancel('a later jump')
    if (this.#host.idle) return this.#host.connect(target)
    return new Promise((resolve, reject) => {
      this.#reject = reject
      // A client of its own: for a while the server may have both.
      const instance = createId(this.#context.clock)
      const from = this.#host.instance
      const lineage = { instance, from, attempt: 1, resume: undefined, codecs: this.#context.codecs }
      this.#attempt = new Attempt(target, lineage, this.#context, {
        ready: (ready) => {
          this.#attempt = null
          this.#host.adopt(ready, target, instance, wait)
          resolve(ready.welcome)
        },
        over: ({ error }) => this.#end(error),
      })
      this.#attempt.start()
    })
  }

  /** Calls off a jump under way. */
  cancel(by: string): void {
    this.#attempt?.abort()
    this.#end(new WseError(WSE_ERROR.JUMP_CANCELLED, {}, { message: `the jump was cancelled by ${by}` }))
  }

  #end(error: WseError): void {
    if (this.#attempt === null) return
    this.#attempt = null
    this.#host.stay()
    this.#reject(error)
  }
}
