import type { Payload } from '@wse/protocol'
import type { Members, Present } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'

/** One device as the others see it. */
interface Entry {
  readonly cid: Cid
  readonly id: string
  state: Payload
  away: boolean
  /** The server it is on; null for this one. */
  readonly node: string | null
}

/** What has changed of the devices of one server. */
export interface PresenceChanges {
  readonly here: readonly Present[]
  readonly gone: readonly string[]
}

/** Devices in one frame, so that a full room fits into several. */
const DEVICES_A_FRAME = 500

/** Who is present on one topic, and what of that is still to be told. */
export class Presence {
  readonly #entries = new Map<string, Entry>()
  /** What else other servers say of devices that are here: one that moves is at two of them for a moment, whichever told last. */
  readonly #claims = new Map<string, readonly Entry[]>()
  /** Devices about which something is to be told, and whether they are, or were, of this server. */
  #changed = new Map<string, boolean>()

  /** Devices that are here. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether there is something to tell. */
  get dirty(): boolean {
    return this.#changed.size > 0
  }

  /** Whether a device of this server is here. */
  has(id: string): boolean {
    return this.#entries.get(id)?.node === null
  }

  /** A device is here, with this state: new, or as it is from now on. */
  set(cid: Cid, id: string, state: Payload): void {
    const known = this.#entries.get(id)
    // It may have been away at the server it comes from.
    const away = known?.node === null && known.away
    if (known !== undefined && known.node !== null) this.#claim(known)
    this.#entries.set(id, { cid, id, state, away, node: null })
    this.#changed.set(id, true)
  }

  /** How it stands with a device of another server, as that says. */
  setAfar(node: string, { cid, id, state, away = false }: Present): void {
    const entry: Entry = { cid, id, state, away, node }
    const known = this.#entries.get(id)
    this.#unclaim(node, id)
    // Whoever has its link knows best: it has moved here.
    if (known?.node === null) return this.#claim(entry)
    if (known !== undefined && known.node !== node) this.#claim(known)
    this.#entries.set(id, entry)
    this.#note(id, false)
  }

  /** A device of another server has left that. */
  removeAfar(node: string, id: string): void {
    if (this.#entries.get(id)?.node === node) this.remove(id)
    else this.#unclaim(node, id)
  }

  /** Those of other servers are these; which those are is told as a change. */
  restore(all: readonly { readonly node: string; readonly present: Present }[]): void {
    const nodes = new Map(all.map(({ node, present: { id } }) => [id, node]))
    this.#claims.clear()
    for (const entry of [...this.#entries.values()]) {
      const node = nodes.get(entry.id)
      if (entry.node === null) continue
      if (node === undefined) this.remove(entry.id)
      else this.#entries.set(entry.id, { ...entry, node })
    }
    for (const { node, present: one } of all) this.setAfar(node, one)
  }

  /** A server is gone, and with it those on it. */
  removeNode(gone: string): void {
    for (const id of [...this.#claims.keys()]) this.#unclaim(gone, id)
    for (const { id, node } of [...this.#entries.values()]) if (node === gone) this.remove(id)
  }

  /** Ids of the devices of this server. */
  get own(): string[] {
    return [...this.#entries.values()].filter(({ node }) => node === null).map(({ id }) => id)
  }

  /** How it stands with devices that are, or were, of this server. */
  changesOfOwn(ids: readonly string[]): PresenceChanges {
    const own = ids.flatMap((id) => this.#entries.get(id) ?? []).filter(({ node }) => node === null)
    const here = new Set(own.map(({ id }) => id))
    return { here: own.map(present), gone: ids.filter((id) => !here.has(id)) }
  }

  /** A device has lost its link, or has one again. */
  setAway(id: string, away: boolean): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.away === away) return
    entry.away = away
    this.#note(id, entry.node === null)
  }

  /** A device has left. */
  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    const claimed = this.#claims.get(id)?.at(-1)
    if (claimed === undefined) this.#entries.delete(id)
    else {
      this.#unclaim(claimed.node, id)
      this.#entries.set(id, claimed)
    }
    this.#note(id, entry.node === null)
  }

  /** Everyone who is here, for the wire, in as many frames as that takes. */
  whole(topic: string): Members[] {
    const all = [...this.#entries.values()].map(present)
    const [first = [], ...more] = chunksOf(all)
    return [{ topic, whole: true, here: first }, ...more.map((here) => ({ topic, here }))]
  }

  /** What has changed since it was asked last: for the wire, and of this server alone. */
  takeChanges(topic: string): { readonly members: Members[]; readonly own: PresenceChanges } {
    const changed = this.#changed
    this.#changed = new Map()
    const own = this.changesOfOwn([...changed].filter(([, isOwn]) => isOwn).map(([id]) => id))
    const members = chunksOf([...changed.keys()]).map((ids) => {
      const { here, gone } = this.#changesOf(ids)
      return { topic, ...(here.length > 0 ? { here } : {}), ...(gone.length > 0 ? { gone } : {}) }
    })
    return { members, own }
  }

  #claim(entry: Entry): void {
    this.#unclaim(entry.node, entry.id)
    this.#claims.set(entry.id, [...(this.#claims.get(entry.id) ?? []), entry])
  }

  #unclaim(node: string | null, id: string): void {
    const claims = this.#claims.get(id)
    if (claims === undefined) return
    const others = claims.filter((claim) => claim.node !== node)
    if (others.length === 0) this.#claims.delete(id)
    else this.#claims.set(id, others)
  }

  /** There is something to tell of a device. Whoever was of this server is that until it is told. */
  #note(id: string, isOwn: boolean): void {
    this.#changed.set(id, isOwn || this.#changed.get(id) === true)
  }

  #changesOf(ids: readonly string[]): { here: Present[]; gone: string[] } {
    const here = ids.flatMap((id) => this.#entries.get(id) ?? []).map(present)
    return { here, gone: ids.filter((id) => !this.#entries.has(id)) }
  }

  /** Everyone who is here. */
  all(): Present[] {
    return [...this.#entries.values()].map(present)
  }
}

/** As it travels: what is not so is left out. */
function present({ cid, id, state, away }: Entry): Present {
  return { cid, id, ...(state === undefined ? {} : { state }), ...(away ? { away } : {}) }
}

function chunksOf<Value>(values: readonly Value[]): Value[][] {
  const chunks: Value[][] = []
  for (let at = 0; at < values.length; at += DEVICES_A_FRAME) chunks.push(values.slice(at, at + DEVICES_A_FRAME))
  return chunks
}
