import type { Entry } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import type { OnlineElsewhere } from '../../people/presence.js'
import type { Devices } from './devices.js'
import { countsAsOnline, markOf, writeEntry } from './entry.js'

/** What is noted of a user who counts as online for some time yet, though no device may be left; and of one who does not. */
const [STAYS, GONE] = [false, true].map((gone) =>
  writeEntry({ order: 0, away: true, gone, instance: undefined, attempt: undefined }),
) as [string, string]

/**
 * Who is online on any server. What a server writes and what it reads of the others is one step of the engine: so of
 * several that have somebody come, or go, at the same moment one sees nobody else, and tells it.
 */
export class Online implements OnlineElsewhere {
  readonly #cluster: Cluster
  readonly #devices: Devices
  /** Users of whom it is noted that they count as online here, whatever becomes of their devices. */
  readonly #staying = new Set<Cid>()
  readonly #mark: string

  constructor(cluster: Cluster, devices: Devices) {
    this.#cluster = cluster
    this.#devices = devices
    this.#mark = markOf(cluster.node)
  }

  came(conn_id: string): Promise<boolean | null> | null {
    return this.#devices.came(conn_id)
  }

  stays(cid: Cid): void {
    this.#staying.add(cid)
    void this.#note(cid, STAYS)
  }

  isBack(cid: Cid): void {
    if (this.#staying.delete(cid)) this.#forget(cid)
  }

  async gone(cid: Cid, conn_ids: readonly string[]): Promise<boolean> {
    // Before the others are looked at: one that looks at the same moment has to see it.
    if (!this.#staying.delete(cid)) await this.#note(cid, STAYS)
    const others = await this.#note(cid, GONE, this.#devices.gone(conn_ids))
    // Its devices may have come and gone again meanwhile.
    if (!this.#staying.has(cid)) this.#forget(cid)
    return others === null || !others.some(countsAsOnline)
  }

  /** What the engine had been told is lost. */
  noteAgain(): void {
    for (const cid of this.#staying) void this.#note(cid, STAYS)
  }

  #note(cid: Cid, value: string, devices: readonly Omit<Entry, 'node'>[] = []): Promise<readonly Entry[] | null> {
    return this.#cluster.backplane.enter(userSubject(cid), [{ id: this.#mark, value }, ...devices])
  }

  #forget(cid: Cid): void {
    this.#cluster.backplane.leave(userSubject(cid), [this.#mark])
  }
}
