import type { Cid } from './cid.js'
import type { Member } from './member.js'
import { isCid, listOf } from './named.js'

/** Who is left out: a user with all devices, one device, or several of these. */
export type Exception = Cid | Member | Iterable<Cid | Member>

/** Who is left out, by their ids: what keeps it holds no device, and it holds for those a user has later. */
export class Excepted {
  readonly #users = new Set<Cid>()
  readonly #devices = new Set<string>()

  /** @throws {WseError} `INVALID_OPTION` */
  constructor(given: Exception) {
    for (const one of listOf<Cid | Member>('except', given)) {
      if (isCid(one)) this.#users.add(one)
      else this.#devices.add(one.conn_id)
    }
  }

  has({ cid, conn_id }: Pick<Member, 'cid' | 'conn_id'>): boolean {
    return this.#users.has(cid) || this.#devices.has(conn_id)
  }

  /** Whether a user is left out, with all devices. */
  hasUser(cid: Cid): boolean {
    return this.#users.has(cid)
  }
}
