import { invalidOption } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import type { Member } from './member.js'

/** Who is left out: a user with all devices, one device, or several of these. */
export type Exception = Cid | Member | Iterable<Cid | Member>

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

  /** The devices that are here, each once: those that have a link, and those that may get one again. */
  conns(): readonly Conn[] {
    const isOut = this.#isOut
    const conns = [...new Set(this.#read())]
    return isOut === null ? conns : conns.filter(({ cid, conn_id }) => !isOut(cid, conn_id))
  }

  /** Users meant by name of whom none of `conns` is. */
  absent(conns: readonly Conn[]): readonly Cid[] {
    if (this.#named.length === 0) return this.#named
    const here = new Set(conns.map(({ cid }) => cid))
    return this.#named.filter((cid) => !here.has(cid) && !this.#isOut?.(cid))
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
