import type { Cursor } from '@wse/protocol/backplane'
import type { Arrival } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { userOf } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import type { Arrived } from '../moving/state.js'

/** Gives one letter to one device. */
export type Give = (conn_id: string, cid: Cid, arrival: Arrival) => void

/** What is said to a user while a device is on its way from one server to another. */
export class Meanwhile {
  readonly cid: Cid
  /** The device, once its session has left another server. */
  arriving: string | null = null
  readonly #arrivals: Arrival[] = []
  /** What this server has said itself, which comes back to it. */
  readonly #own = new Set<string>()

  constructor(cid: Cid) {
    this.cid = cid
  }

  add(arrival: Arrival): void {
    if (!this.#own.has(nameOf(arrival))) this.#arrivals.push(arrival)
  }

  /**
   * Something this server says itself: taken when it is said, for what has not come back when the device is in would not be
   * given any more, and what is said then would be before it.
   */
  addOwn(arrival: Arrival): void {
    this.#own.add(nameOf(arrival))
    this.#arrivals.push(arrival)
  }

  /** Gives one that was nowhere before what it must not miss: that its user, or it, is to be closed. */
  tellNewcomer(conn_id: string, give: Give): void {
    for (const arrival of this.#arrivals) if (arrival.letter.kind === LETTER.CLOSE) give(conn_id, this.cid, arrival)
  }

  /** Gives what the server it came from had not taken in, and nothing twice. */
  tell({ conn_id, heard }: Arrived, give: Give): void {
    for (const arrival of this.#arrivals) {
      const { from, seq, subject } = arrival.message
      const cursor: Cursor = userOf(subject) === null ? heard.all : heard.user
      if (seq > (cursor[from] ?? 0)) give(conn_id, this.cid, arrival)
    }
  }
}

/** Of letters of one server. */
const nameOf = ({ message: { from, seq, subject } }: Arrival): string => `${from} ${seq} ${subject}`
