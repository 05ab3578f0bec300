import type { Clock, Reset, Timer } from '@wse/protocol'
import * as WSE_CLOSE from '@wse/protocol/internal/close'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import * as WSE_RESET from '@wse/protocol/internal/reset'
import type { ClientSession } from './client-session.js'

/** Sessions of servers the client has moved on from, until their last calls are answered. */
export class Retired {
  readonly #sessions = new Map<ClientSession, Timer>()
  readonly #clock: Clock
  readonly #tell: (reset: Reset | null) => void

  constructor(clock: Clock, tell: (reset: Reset | null) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Lets `session` finish, for `ms` at most. */
  add(session: ClientSession, ms: number): void {
    const timer = this.#clock.setTimer(() => this.#close(session, WSE_CLOSE.MOVED, WSE_REASON.MOVED), ms)
    this.#sessions.set(session, timer)
    session.leave()
  }

  /** Forgets a session whose link ended. */
  ended(session: ClientSession): void {
    this.#clock.clearTimer(this.#sessions.get(session))
    this.#sessions.delete(session)
  }

  /** Ends all of them now. */
  closeAll(reason: string): void {
    for (const session of [...this.#sessions.keys()]) this.#close(session, WSE_CLOSE.NORMAL, reason)
  }

  #close(session: ClientSession, code: number, reason: string): void {
    this.ended(session)
    this.#tell(session.close(code, reason, WSE_RESET.JUMP))
  }
}
