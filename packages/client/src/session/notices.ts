import type { Payload, WseError } from '@wse/protocol'
import { Malformed, parsed, parseExpiring, parseGoaway } from '@wse/protocol/internal'
import * as FRAME from '@wse/protocol/internal/frame'
import { renew } from '../authorisation/renewal.js'
import type { Connection } from '../connection/connection.js'
import type { Context } from '../context.js'
import type { Departure } from '../goaway/departure.js'
import type { ClientSession } from './client-session.js'

/** What takes note of what a server says. */
export interface NoticeTakers {
  readonly context: Context
  readonly connection: Connection
  readonly departure: Departure
  failed(error: WseError): void
}

/** Takes what a server says about the link, not the conversation. @throws {Malformed} */
export function takeNotice(takers: NoticeTakers, session: ClientSession, type: string, payload: Payload): void {
  const { context, connection, departure, failed } = takers
  // A server that is being left is told nothing of who the client is elsewhere.
  const isCurrent = session === connection.session
  if (type === FRAME.EXPIRING) {
    const { in: ms } = parsed(type, parseExpiring(payload))
    if (!isCurrent) return
    context.signals.emit('expiring', ms)
    return renew(session.peer, connection.target, failed)
  }
  if (type !== FRAME.GOAWAY) throw new Malformed(`${type} after the handshake`)
  const goaway = parsed(type, parseGoaway(payload))
  if (goaway.received !== undefined) session.final(goaway.received)
  else if (isCurrent) departure.asked(goaway)
}
