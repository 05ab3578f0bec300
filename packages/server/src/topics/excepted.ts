import { invalidOption } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { deviceOf, WseConnection } from '../people/people.js'
import type { ServerSession } from '../sessions/server-session.js'
import type { Excepted } from './publication.js'

/** The sessions that do not get something. @throws {WseError} `INVALID_OPTION` */
export function exceptedOf(
  given: Excepted,
  sessionsOf: (cid: Cid) => Iterable<ServerSession>,
): ReadonlySet<ServerSession> {
  const sessions = new Set<ServerSession>()
  for (const one of Array.isArray(given) ? given : [given]) {
    if (one instanceof WseConnection) sessions.add(deviceOf(one) as ServerSession)
    else if (typeof one === 'string' || typeof one === 'number')
      for (const session of sessionsOf(one)) sessions.add(session)
    else throw invalidOption('except', 'takes connections, and ids of users')
  }
  return sessions
}
