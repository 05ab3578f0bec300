import type { Cluster } from '../../backplane/cluster.js'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import { type DeviceEntry, type DeviceOf, readEntry, writeEntry } from './entry.js'

/** A device of this server, as far as others know it. */
interface Own {
  readonly cid: Cid
  entry: DeviceEntry
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
    const own: Own = { cid, entry: { order: 1, away: false, instance } }
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
    own.entry = { ...own.entry, away }
    void this.#write(conn_id, own)
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

  /** What was noted is lost. */
  noteAgain(): void {
    for (const [conn_id, own] of this.#own) void this.#write(conn_id, own)
  }

  #write(conn_id: string, { cid, entry }: Own) {
    return this.#cluster.backplane.enter(userSubject(cid), [{ id: conn_id, value: writeEntry(entry) }])
  }
}
