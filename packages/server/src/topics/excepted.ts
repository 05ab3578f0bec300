import type { Cid } from '../people/cid.js'
import { connsOf, deviceOf, type WseConnection, type WseIdentity } from '../people/people.js'
import { type Exception, isCid, listOf } from '../people/selection.js'
import type { Subscriber } from './topic.js'

/** The devices that do not get something. @throws {WseError} `INVALID_OPTION` */
export function exceptedOf(given: Exception, clients: ReadonlyMap<Cid, WseIdentity>): ReadonlySet<Subscriber> {
  const all = listOf<WseConnection | Cid>('except', given)
  return new Set(all.flatMap((one) => (isCid(one) ? devicesOf(one, clients) : subscriberOf(one))))
}

/** The devices of a user. */
export function devicesOf(cid: Cid, clients: ReadonlyMap<Cid, WseIdentity>): Subscriber[] {
  const user = clients.get(cid)
  return user === undefined ? [] : connsOf(user).map(subscriberOf)
}

/** A session is what is behind each connection. */
const subscriberOf = (conn: WseConnection) => deviceOf(conn) as unknown as Subscriber
