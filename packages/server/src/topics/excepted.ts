import type { Cid } from '../people/cid.js'
import { connsOf, deviceOf, type WseConnection, type WseIdentity } from '../people/people.js'
import { type Exception, isCid, listOf } from '../people/selection.js'
import type { Subscriber } from './topic.js'

/** Whom an event is not for: by their ids, so that what is kept holds no device, and holds for those a user has later. */
export class Excepted {
  readonly #users = new Set<Cid>()
  readonly #devices = new Set<string>()

  /** @throws {WseError} `INVALID_OPTION` */
  constructor(given: Exception) {
    for (const one of listOf<WseConnection | Cid>('except', given)) {
      if (isCid(one)) this.#users.add(one)
      else this.#devices.add(one.conn_id)
    }
  }

  has({ cid, conn_id }: Pick<Subscriber, 'cid' | 'conn_id'>): boolean {
    return this.#users.has(cid) || this.#devices.has(conn_id)
  }
}

/** The devices of a user. */
export function devicesOf(cid: Cid, clients: ReadonlyMap<Cid, WseIdentity>): Subscriber[] {
  const user = clients.get(cid)
  return user === undefined ? [] : connsOf(user).map(subscriberOf)
}

/** A session is what is behind each connection. */
const subscriberOf = (conn: WseConnection) => deviceOf(conn) as unknown as Subscriber
