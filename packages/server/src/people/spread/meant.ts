import type { Cid } from '../cid.js'
import { Excepted } from '../excepted.js'
import { gatherConns } from '../identity.js'
import { matches } from '../matches.js'
import type { WseConnection, WseIdentity } from '../people.js'
import type { ScopeAbout } from './abouts.js'

/**
 * Those who are meant here. `cid`: whose subject it came by; null for everybody's. `wanted`: what their `meta` has; null
 * for anything. Runs for each letter to everybody: nothing is made on the way.
 */
export function connsMeant(
  clients: ReadonlyMap<Cid, WseIdentity>,
  cid: Cid | null,
  { x, d }: ScopeAbout,
  wanted: object | null = null,
): WseConnection[] {
  const conns: WseConnection[] = []
  if (cid === null) for (const user of clients.values()) gatherConns(user, conns)
  else {
    const user = clients.get(cid)
    if (user !== undefined) gatherConns(user, conns)
  }
  if (x === undefined && d === undefined && wanted === null) return conns
  const excepted = x === undefined ? null : Excepted.by(x)
  return conns.filter(
    (conn) =>
      excepted?.has(conn) !== true &&
      (d === undefined || d.includes(conn.conn_id)) &&
      (wanted === null || matches(conn.meta, wanted)),
  )
}
