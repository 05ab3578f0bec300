import type { Cid } from './cid.js'
import { isCid, listOf, type Named } from './named.js'

/** Who is left out: a user with all devices, one device, or several of these. */
export type Exception = Cid | Named | Iterable<Cid | Named>

/** The same as plain data, for other servers. */
export type ExceptedIds = readonly [users: readonly Cid[], devices: readonly string[]]

/** Who is left out, by their ids: what keeps it holds no device, and it holds for those a user has later. */
export class Excepted {
  readonly #users: ReadonlySet<Cid>
  readonly #devices: ReadonlySet<string>

  private constructor(users: Iterable<Cid>, devices: Iterable<string>) {
    this.#users = new Set(users)
    this.#devices = new Set(devices)
  }

  /** @throws {WseError} `INVALID_OPTION` */
  static of(given: Exception): Excepted {
    const list = listOf<Cid | Named>('except', given)
    return new Excepted(
      list.filter(isCid),
      list.flatMap((one) => (isCid(one) ? [] : [one.conn_id])),
    )
  }

  /** As another server has written them. */
  static by([users, devices]: ExceptedIds): Excepted {
    return new Excepted(users, devices)
  }

  /** All that several leave out. */
  static all(some: readonly Excepted[]): Excepted {
    return Excepted.by([some.flatMap(({ ids }) => ids[0]), some.flatMap(({ ids }) => ids[1])])
  }

  get ids(): ExceptedIds {
    return [[...this.#users], [...this.#devices]]
  }

  has({ cid, conn_id }: Named & { readonly cid: Cid }): boolean {
    return this.#users.has(cid) || this.#devices.has(conn_id)
  }

  /** Whether a user is left out, with all devices. */
  hasUser(cid: Cid): boolean {
    return this.#users.has(cid)
  }
}

/** Who is left out by an option; null for nobody. @throws {WseError} `INVALID_OPTION` */
export function exceptedBy(options: { readonly except?: Exception | undefined } | undefined): Excepted | null {
  return options?.except === undefined ? null : Excepted.of(options.except)
}
