import type { Cid } from './cid.js'
import { Excepted, type Exception } from './excepted.js'
import type { Member } from './member.js'

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
  readonly #excepted: readonly Excepted[]

  constructor(read: () => Iterable<Conn>, named: readonly Cid[] = [], excepted: readonly Excepted[] = []) {
    this.#read = read
    this.#named = named
    this.#excepted = excepted
  }

  /** Who that is now. */
  look(): Found<Conn> {
    const excepted = this.#excepted
    const here = [...new Set(this.#read())]
    const conns = excepted.length === 0 ? here : here.filter((conn) => !excepted.some((some) => some.has(conn)))
    return { conns, absent: () => this.#absent(here) }
  }

  /** The devices that are here, each once: those that have a link, and those that may get one again. */
  conns(): readonly Conn[] {
    return this.look().conns
  }

  /** The same without some. @throws {WseError} `INVALID_OPTION` */
  except(exception: Exception): Selection<Conn> {
    return new Selection(this.#read, this.#named, [...this.#excepted, Excepted.of(exception)])
  }

  /** Who is left out by device is here all the same. */
  #absent(here: readonly Conn[]): readonly Cid[] {
    if (this.#named.length === 0) return this.#named
    const cids = new Set(here.map(({ cid }) => cid))
    return this.#named.filter((cid) => !cids.has(cid) && !this.#excepted.some((some) => some.hasUser(cid)))
  }
}
