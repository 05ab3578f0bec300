import type { Cid } from '../cid.js'
import { Excepted } from '../excepted.js'
import { matches } from '../matches.js'
import { connsOf, type WseConnection, type WseIdentity } from '../people.js'
import type { ScopeAbout } from './abouts.js'

/** Those who are meant here. `cid`: whose subject it came by; null for everybody's. */
export function connsMeant(
  clients: ReadonlyMap<Cid, WseIdentity>,
  cid: Cid | null,
  { x, d, w }: ScopeAbout,
): WseConnection[] {
  const users = cid === null ? [...clients.values()] : [clients.get(cid)]
  const excepted = x === undefined ? null : Excepted.by(x)
  return users
    .flatMap((user) => (user === undefined ? [] : connsOf(user)))
    .filter((conn) => !excepted?.has(conn))
    .filter(({ conn_id }) => d === undefined || d.includes(conn_id))
    .filter((conn) => w === undefined || matches(conn.meta, w))
}
