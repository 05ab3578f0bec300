import type { Entry } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import { type DeviceEntry, type DeviceOf, readEntry, writeEntry } from './entry.js'

/** A device of this server, as far as others know it. */
interface Own {
  readonly cid: Cid
  entry: DeviceEntry
  /** Whether the others have been told of it as it is. */
  isNoted: boolean
}

/** The devices of users on all servers: each notes its own on the subject of their user. */
export class Devices {
  readonly #cluster: Cluster
  readonly #own = new Map<string, Own>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Devices of this server that others know of. */
  get size(): number {
    return this.#own.size
  }

  /** Notes one more; gives the others of its user, oldest first. Nobody, where the other servers cannot be reached. */
  async enter(cid: Cid, conn_id: string, instance: string | undefined): Promise<readonly DeviceOf[]> {
    const own: Own = { cid, entry: { order: 1, away: false, gone: false, instance }, isNoted: false }
    this.#own.set(conn_id, own)
    const entries = await this.#write(conn_id, own)
    const others = (entries ?? []).map(({ id, node, value }) => ({ conn_id: id, node, ...readEntry(value) }))
    if (others.length === 0) return others
    const last = Math.max(...others.map(({ order }) => order))
    own.entry = { ...own.entry, order: last + 1 }
    if (this.#own.get(conn_id) === own) void this.#write(conn_id, own)
    return others.sort((one, two) => one.order - two.order)
  }

  /** One lost its link, or has one again. */
  away(conn_id: string, away: boolean): void {
    const own = this.#own.get(conn_id)
    if (own === undefined || own.entry.away === away) return
    own.entry = { ...own.entry, away, gone: false }
    void this.#write(conn_id, own)
  }

  /** A user does not count as online any more by the devices that are here. */
  gone(cid: Cid): void {
    for (const [conn_id, own] of this.#own) {
      if (own.cid !== cid || !own.entry.away) continue
      own.entry = { ...own.entry, gone: true }
      void this.#write(conn_id, own)
    }
  }

  /** Whether a user counts as online by a device of another server. */
  async isOnline(cid: Cid): Promise<boolean> {
    const all = await this.of(cid)
    return all?.some(({ node, gone }) => node !== this.#cluster.node && !gone) ?? false
  }

  /** One is not here any more. */
  leave(conn_id: string): void {
    const own = this.#own.get(conn_id)
    if (own === undefined) return
    this.#own.delete(conn_id)
    this.#cluster.backplane.leave(userSubject(own.cid), [conn_id])
  }

  /** The devices of a user on all servers; null if that cannot be told. */
  async of(cid: Cid): Promise<readonly DeviceOf[] | null> {
    const entries = await this.#cluster.backplane.present(userSubject(cid))
    return entries?.map(({ id, node, value }) => ({ conn_id: id, node, ...readEntry(value) })) ?? null
  }

  /** The others can be told again. `isLost`: also what they had been told. */
  noteAgain(isLost: boolean): void {
    for (const [conn_id, own] of this.#own) if (isLost || !own.isNoted) void this.#write(conn_id, own)
  }

  async #write(conn_id: string, own: Own): Promise<readonly Entry[] | null> {
    const { cid, entry } = own
    const others = await this.#cluster.backplane.enter(userSubject(cid), [{ id: conn_id, value: writeEntry(entry) }])
    own.isNoted = others !== null
    return others
  }
}
