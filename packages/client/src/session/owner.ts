import type { Payload, Reset, WseError } from '@wse/protocol'
import type { ClientSession } from './client-session.js'

/** Who a session belongs to: told what happens to it. */
export interface ClientSessionOwner {
  /** A frame about the link arrived: `~wse:goaway`, `~wse:expiring`. @throws {Malformed} */
  notice(session: ClientSession, type: string, payload: Payload): void
  failed(error: WseError): void
  /** The server asked for a sign of life, and may have said how long the last one took. */
  pinged(session: ClientSession, rtt: number | null): void
  /** Its link ended; `reset` tells if the session did, and what that cost. */
  lost(session: ClientSession, code: number, reason: string, reset: Reset | null): void
  /** What had to wait was handed to the network. */
  drained(session: ClientSession): void
  /** It gave itself up: what had to be kept was more than may be. */
  gaveUp(reset: Reset): void
}
