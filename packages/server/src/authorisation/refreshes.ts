import { type Clock, type Payload, type Timer, WSE_CLOSE, WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { isAnonymous, isThenable } from '@wse/protocol/internal'
import { type Accept, checkExpires, type Identify, type IdentifyContext, requestFacts } from '../handshake/identify.js'
import type { ServerSession } from '../sessions/server-session.js'
import type { Authorisations } from './authorisations.js'

/** What renewing an authorisation takes. */
export interface RefreshParts {
  readonly clock: Clock
  readonly identify: Identify
  readonly authorisations: Authorisations
  /** Milliseconds `identify` has. */
  readonly timeout: number
  /** An authorisation was renewed. */
  renewed(session: ServerSession): void
}

interface Refresh {
  readonly timer: Timer
  reject(error: unknown): void
}

/** Clients that say anew who they are, on the link they have. */
export class Refreshes {
  readonly #pending = new Map<ServerSession, Refresh>()
  readonly #parts: RefreshParts

  constructor(parts: RefreshParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#pending.size
  }

  /**
   * Runs `identify` for a session that goes on: the same user renews its authorisation, any other, or a refusal, is
   * closed for good. Rejects where `identify` fails, which changes nothing.
   */
  begin(session: ServerSession, identity: Payload): Promise<null> {
    this.ended(session)
    return new Promise((resolve, reject) => {
      const late = () => this.#settle(session, refresh, () => reject(new Error('identify took too long')))
      const refresh = { timer: this.#parts.clock.setTimer(late, this.#parts.timeout), reject }
      this.#pending.set(session, refresh)
      const settle = (how: () => void) => this.#settle(session, refresh, how)
      const accept: Accept = (cid, _, options, said) =>
        settle(() => {
          // Who never said who they are cannot be told from another who does not (P-67).
          const isNobody = session.anonymous && isAnonymous(identity)
          if (cid !== session.cid && !isNobody) return deny(session)
          try {
            this.#renew(session, said === undefined ? identity : said.identity, checkExpires(options))
            resolve(null)
          } catch (error) {
            reject(error)
          }
        })
      const refuse = () => settle(() => deny(session))
      this.#run(session, { identity, accept, refuse }, (error) => settle(() => reject(error)))
    })
  }

  /** Nobody waits for it any more. */
  ended(session: ServerSession): void {
    const pending = this.#pending.get(session)
    const gone = new WseError(
      WSE_ERROR.RP_CANCELLED,
      {},
      { message: 'what was to be renewed is over, or is renewed anew' },
    )
    if (pending) this.#settle(session, pending, () => pending.reject(gone))
  }

  #run(
    session: ServerSession,
    answer: Pick<IdentifyContext, 'identity' | 'accept' | 'refuse'>,
    failed: (error: unknown) => void,
  ): void {
    const { meta, request } = session.facts
    const about = { meta, ...requestFacts(request), id: session.conn_id, challenge: null, resume: null, refresh: true }
    try {
      const result = this.#parts.identify({ ...about, ...answer })
      if (isThenable(result)) result.then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }

  #renew(session: ServerSession, identity: Payload, expires: number | undefined): void {
    session.facts = { ...session.facts, identity }
    this.#parts.authorisations.set(session, expires)
    this.#parts.renewed(session)
  }

  /** Only the first answer counts, and only to the refresh it is of. */
  #settle(session: ServerSession, refresh: Refresh, how: () => void): void {
    if (this.#pending.get(session) !== refresh) return
    this.#pending.delete(session)
    this.#parts.clock.clearTimer(refresh.timer)
    how()
  }
}

function deny(session: ServerSession): void {
  session.close(WSE_CLOSE.NOT_AUTHORIZED, WSE_REASON.NOT_AUTHORIZED)
}
