import { type Clock, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { ClientSession } from './client-session.js'

/** Time calls in flight have to finish on the server that was left, in ms. */
const FINISH_WITHIN = 5_000

/** Sessions of servers the client has moved on from, until their last calls are answered. */
export class Retired {
  readonly #sessions = new Map<ClientSession, Timer>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Lets `session` finish. */
  add(session: ClientSession): void {
    const close = () => session.close(WSE_CLOSE.MOVED, WSE_REASON.MOVED)
    this.#sessions.set(session, this.#clock.setTimer(close, FINISH_WITHIN))
    session.leave()
  }

  /** Forgets a session whose link ended. */
  ended(session: ClientSession): void {
    this.#clock.clearTimer(this.#sessions.get(session))
    this.#sessions.delete(session)
  }

  /** Ends all of them now. */
  closeAll(reason: string): void {
    for (const session of [...this.#sessions.keys()]) session.close(WSE_CLOSE.NORMAL, reason)
  }
}
