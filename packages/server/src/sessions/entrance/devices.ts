import type { Entry } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import { countsAsOnline, type DeviceEntry, type DeviceOf, devicesAmong, writeEntry } from './entry.js'

/** A device of this server, as far as others know it. */
interface Own {
  readonly cid: Cid
  entry: DeviceEntry
  /** Whether the others have been told of it as it is. */
  isNoted: boolean
  /** Whether nobody counted as online when its user began to by it; null where that could not be told. Told once. */
  came: Promise<boolean | null> | null
}

/** A device that comes. */
export interface Newcomer {
  readonly conn_id: string
  readonly instance: string | undefined
  readonly attempt: number | undefined
  readonly order?: number | undefined
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

  /** Whether one of this server is noted. */
  has(conn_id: string): boolean {
    return this.#own.has(conn_id)
  }

  /** Its place in the order in which the devices of its user came; undefined where it is not of this server. */
  orderOf(conn_id: string): number | undefined {
    return this.#own.get(conn_id)?.entry.order
  }

  /**
   * Notes one more; gives the others of its user, oldest first. Nobody, where the other servers cannot be reached. `order`:
   * the place it has had.
   */
  async enter(cid: Cid, { conn_id, instance, attempt, order }: Newcomer): Promise<readonly DeviceOf[]> {
    const entry: DeviceEntry = { order: order ?? 1, away: false, gone: false, instance, attempt }
    const own: Own = { cid, entry, isNoted: false, came: null }
    this.#own.set(conn_id, own)
    const written = this.#write(conn_id, own)
    own.came = written.then(isFirst)
    const others = devicesAmong((await written) ?? [])
    if (others.length > 0 && order === undefined) {
      own.entry = { ...own.entry, order: Math.max(...others.map((other) => other.order)) + 1 }
      if (this.#own.get(conn_id) === own) void this.#write(conn_id, own)
    }
    return others.sort((one, two) => one.order - two.order)
  }

  /** Its client has said hello again. */
  attempted(conn_id: string, attempt: number): void {
    const own = this.#own.get(conn_id)
    if (own === undefined || own.entry.attempt === attempt) return
    own.entry = { ...own.entry, attempt }
    void this.#write(conn_id, own)
  }

  /** One lost its link, or has one again. */
  away(conn_id: string, away: boolean): void {
    const own = this.#own.get(conn_id)
    if (own === undefined || own.entry.away === away) return
    const { gone } = own.entry
    own.entry = { ...own.entry, away, gone: false }
    const written = this.#write(conn_id, own)
    if (gone) own.came = written.then(isFirst)
  }

  /** Whether its user did not count as online, on any server, until it came; null if nobody can tell. Told once. */
  came(conn_id: string): Promise<boolean | null> | null {
    const own = this.#own.get(conn_id)
    const came = own?.came ?? null
    if (own !== undefined) own.came = null
    return came
  }

  /** Whether its user does not count as online by it any more. */
  isGone(conn_id: string): boolean {
    return this.#own.get(conn_id)?.entry.gone === true
  }

  /** A user does not count as online any more by these; gives what is to be noted of them. */
  gone(conn_ids: readonly string[]): Omit<Entry, 'node'>[] {
    return conn_ids.flatMap((conn_id) => {
      const own = this.#own.get(conn_id)
      if (own === undefined || !own.entry.away) return []
      own.entry = { ...own.entry, gone: true }
      return { id: conn_id, value: writeEntry(own.entry) }
    })
  }

  /** One is not here any more. */
  leave(conn_id: string): void {
    const own = this.#own.get(conn_id)
    if (own === undefined) return
    this.#own.delete(conn_id)
    this.#cluster.backplane.leave(userSubject(own.cid), [conn_id])
  }

  /** The others can be told again. `isLost`: also what they had been told. */
  noteAgain(isLost: boolean): void {
    for (const [conn_id, own] of this.#own) if (isLost || !own.isNoted) void this.#write(conn_id, own)
  }

  async #write(conn_id: string, own: Own): Promise<readonly Entry[] | null> {
    const { cid, entry } = own
    // Until it is known that they have: what comes first may be that they can be told again.
    own.isNoted = false
    const others = await this.#cluster.backplane.enter(userSubject(cid), [{ id: conn_id, value: writeEntry(entry) }])
    own.isNoted = others !== null
    return others
  }
}

/** Whether nobody else counts as online; null if nobody can tell. */
const isFirst = (others: readonly Entry[] | null) => others && !others.some(countsAsOnline)
