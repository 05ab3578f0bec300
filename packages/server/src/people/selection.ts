import { invalidOption } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import type { Member } from './member.js'

/** Who is left out: a user with all devices, one device, or several of these. */
export type Exception = Cid | Member | Iterable<Cid | Member>

/** Who was meant at a moment. */
export interface Found<Conn extends Member> {
  /** Their devices, as {@link Selection.conns} has them. */
  readonly conns: readonly Conn[]
  /** Users meant by name who were not here. */
  absent(): readonly Cid[]
}

/** Which devices are meant. It is asked anew each time: who has come in between is among them. */
export class Selection<Conn extends Member> {
  readonly #read: () => Iterable<Conn>
  /** Users who are meant by name, be they here or not. */
  readonly #named: readonly Cid[]
  readonly #isOut: ((cid: Cid, conn_id?: string) => boolean) | null

  constructor(
    read: () => Iterable<Conn>,
    named: readonly Cid[] = [],
    isOut: ((cid: Cid, conn_id?: string) => boolean) | null = null,
  ) {
    this.#read = read
    this.#named = named
    this.#isOut = isOut
  }

  /** Who that is now. */
  look(): Found<Conn> {
    const isOut = this.#isOut
    const here = [...new Set(this.#read())]
    const conns = isOut === null ? here : here.filter(({ cid, conn_id }) => !isOut(cid, conn_id))
    return { conns, absent: () => this.#absent(here) }
  }

  /** The devices that are here, each once: those that have a link, and those that may get one again. */
  conns(): readonly Conn[] {
    return this.look().conns
  }

  /** The same without some. @throws {WseError} `INVALID_OPTION` */
  except(exception: Exception): Selection<Conn> {
    const [cids, ids] = [new Set<Cid>(), new Set<string>()]
    for (const one of listOf<Cid | Member>('except', exception)) {
      if (isCid(one)) cids.add(one)
      else ids.add(one.conn_id)
    }
    const before = this.#isOut
    return new Selection(
      this.#read,
      this.#named,
      (cid, conn_id) =>
        cids.has(cid) || (conn_id !== undefined && ids.has(conn_id)) || (before?.(cid, conn_id) ?? false),
    )
  }

  /** Who is left out by device is here all the same. */
  #absent(here: readonly Conn[]): readonly Cid[] {
    if (this.#named.length === 0) return this.#named
    const cids = new Set(here.map(({ cid }) => cid))
    return this.#named.filter((cid) => !cids.has(cid) && !this.#isOut?.(cid))
  }
}

/** Whether something may be the id of a user. */
export function isCid(value: unknown): value is Cid {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' && Number.isFinite(value) && value !== 0
}

/** What was given, as a list of users and devices. @throws {WseError} `INVALID_OPTION` */
export function listOf<One>(option: string, given: unknown): readonly One[] {
  const list = isIterable(given) ? [...given] : [given]
  if (list.every((one) => isCid(one) || isMember(one))) return list as One[]
  throw invalidOption(option, 'takes the id of a user, a connection, or a list of these')
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function isMember(value: unknown): value is Member {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Member>).conn_id === 'string'
}
