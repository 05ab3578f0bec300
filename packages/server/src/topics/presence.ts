import type { Payload } from '@wse/protocol'
import type { Members, Present } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'

/** One device as the others see it. */
interface Entry {
  readonly cid: Cid
  readonly id: string
  state: Payload
  away: boolean
}

/** Devices in one frame, so that a full room fits into several. */
const DEVICES_A_FRAME = 500

/** Who is present on one topic, and what of that is still to be told. */
export class Presence {
  readonly #entries = new Map<string, Entry>()
  /** Devices about which something is to be told. */
  #changed = new Set<string>()

  /** Devices that are here. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether there is something to tell. */
  get dirty(): boolean {
    return this.#changed.size > 0
  }

  /** Whether a device is here. */
  has(id: string): boolean {
    return this.#entries.has(id)
  }

  /** A device is here, with this state: new, or as it is from now on. */
  set(cid: Cid, id: string, state: Payload): void {
    const known = this.#entries.get(id)
    this.#entries.set(id, { cid, id, state, away: known?.away ?? false })
    this.#changed.add(id)
  }

  /** A device has lost its link, or has one again. */
  setAway(id: string, away: boolean): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.away === away) return
    entry.away = away
    this.#changed.add(id)
  }

  /** A device has left. */
  remove(id: string): void {
    if (this.#entries.delete(id)) this.#changed.add(id)
  }

  /** Everyone who is here, for the wire, in as many frames as that takes. */
  whole(topic: string): Members[] {
    const all = [...this.#entries.values()].map(present)
    const [first = [], ...more] = chunksOf(all)
    return [{ topic, whole: true, here: first }, ...more.map((here) => ({ topic, here }))]
  }

  /** What has changed since it was asked last, for the wire. */
  changes(topic: string): Members[] {
    const changed = [...this.#changed]
    this.#changed = new Set()
    return chunksOf(changed).map((ids) => {
      const here = ids.flatMap((id) => this.#entries.get(id) ?? []).map(present)
      const gone = ids.filter((id) => !this.#entries.has(id))
      return { topic, ...(here.length > 0 ? { here } : {}), ...(gone.length > 0 ? { gone } : {}) }
    })
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
