import type { Cid } from '../people/cid.js'
import type { WseConnection } from '../people/people.js'
import { type Exception, isCid, listOf } from '../people/selection.js'

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

  has({ cid, conn_id }: { readonly cid: Cid; readonly conn_id: string }): boolean {
    return this.#users.has(cid) || this.#devices.has(conn_id)
  }
}
