import type { Person } from '@wse/protocol'
import { type Present, personOf } from '@wse/protocol/internal'
import { isSame } from './same.js'

/** What became of somebody: `join` with the first device, `leave` with the last, `update` for all between. */
export type PresenceChange = readonly [kind: 'join' | 'leave' | 'update', person: Person]

type Cid = string | number

/** Who is there: devices, merged into people. */
export class Roster {
  readonly #people = new Map<Cid, Person>()
  readonly #cids = new Map<string, Cid>()

  /** Everybody who is there. */
  get people(): Person[] {
    return [...this.#people.values()]
  }

  /** Takes how it stands with some devices; says what changed. */
  apply(here: readonly Present[], gone: readonly string[]): PresenceChange[] {
    const before = new Map<Cid, Person | undefined>()
    for (const device of here) this.#put(device, before)
    for (const id of gone) this.#remove(id, before)
    return [...before].flatMap(([cid, person]) => changeOf(person, this.#people.get(cid)))
  }

  /** What another roster makes of this one. */
  changesTo(next: Roster): PresenceChange[] {
    const cids = new Set([...this.#people.keys(), ...next.#people.keys()])
    return [...cids].flatMap((cid) => changeOf(this.#people.get(cid), next.#people.get(cid)))
  }

  #put({ cid, id, state, away = false }: Present, before: Map<Cid, Person | undefined>): void {
    const known = this.#cids.get(id)
    if (known !== undefined && known !== cid) this.#remove(id, before)
    const person = this.#note(cid, before)
    const device = { id, state, away }
    const devices = person?.devices ?? []
    const next = known === cid ? devices.map((other) => (other.id === id ? device : other)) : [...devices, device]
    this.#cids.set(id, cid)
    this.#people.set(cid, personOf(cid, next))
  }

  #remove(id: string, before: Map<Cid, Person | undefined>): void {
    const cid = this.#cids.get(id)
    if (cid === undefined) return
    this.#cids.delete(id)
    const left = this.#note(cid, before)?.devices.filter((device) => device.id !== id) ?? []
    if (left.length > 0) this.#people.set(cid, personOf(cid, left))
    else this.#people.delete(cid)
  }

  #note(cid: Cid, before: Map<Cid, Person | undefined>): Person | undefined {
    const person = this.#people.get(cid)
    if (!before.has(cid)) before.set(cid, person)
    return person
  }
}

function changeOf(before: Person | undefined, after: Person | undefined): PresenceChange[] {
  if (before === undefined) return after === undefined ? [] : [['join', after]]
  if (after === undefined) return [['leave', before]]
  return isSame(before, after) ? [] : [['update', after]]
}
