import type { Person, PresentDevice } from '@wse/protocol'
import { type Present, personOf } from '@wse/protocol/internal'
import { isSame } from './same.js'

/** What became of somebody: `join` with the first device, `leave` with the last, `update` for all between. */
export type PresenceChange = readonly [kind: 'join' | 'leave' | 'update', person: Person]

type Cid = string | number

/** Who is there: devices, merged into people. */
export class Roster {
  readonly #people = new Map<Cid, Person>()
  readonly #devices = new Map<Cid, Map<string, PresentDevice>>()
  readonly #cids = new Map<string, Cid>()

  /** Everybody who is there. */
  get people(): Person[] {
    return [...this.#people.values()]
  }

  /** Takes how it stands with some devices; says what changed. */
  apply(here: readonly Present[], gone: readonly string[]): PresenceChange[] {
    const touched = new Set<Cid>()
    for (const device of here) this.#put(device, touched)
    for (const id of gone) this.#remove(id, touched)
    return [...touched].flatMap((cid) => changeOf(this.#people.get(cid), this.#merge(cid)))
  }

  /** What another roster makes of this one. */
  changesTo(next: Roster): PresenceChange[] {
    const cids = new Set([...this.#people.keys(), ...next.#people.keys()])
    return [...cids].flatMap((cid) => changeOf(this.#people.get(cid), next.#people.get(cid)))
  }

  #put({ cid, id, state, away = false }: Present, touched: Set<Cid>): void {
    const known = this.#cids.get(id)
    if (known !== undefined && known !== cid) this.#remove(id, touched)
    const devices = this.#devices.get(cid) ?? new Map<string, PresentDevice>()
    this.#devices.set(cid, devices.set(id, { id, state, away }))
    this.#cids.set(id, cid)
    touched.add(cid)
  }

  #remove(id: string, touched: Set<Cid>): void {
    const cid = this.#cids.get(id)
    if (cid === undefined) return
    this.#cids.delete(id)
    this.#devices.get(cid)?.delete(id)
    touched.add(cid)
  }

  /** Makes one person of the devices there are now, however many of them have changed. */
  #merge(cid: Cid): Person | undefined {
    const devices = [...(this.#devices.get(cid)?.values() ?? [])]
    if (devices.length > 0) this.#people.set(cid, personOf(cid, devices))
    else {
      this.#devices.delete(cid)
      this.#people.delete(cid)
    }
    return this.#people.get(cid)
  }
}

function changeOf(before: Person | undefined, after: Person | undefined): PresenceChange[] {
  if (before === undefined) return after === undefined ? [] : [['join', after]]
  if (after === undefined) return [['leave', before]]
  return isSame(before, after) ? [] : [['update', after]]
}
