import { type CallOptions, type Data, type SendResult, WSE_CLOSE, WSE_ERROR, WseError } from '@wse/protocol'
import type { NodeQuestion } from '../../backplane/asks.js'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { RelayedMessage } from '../../backplane/relayed.js'
import { userOf } from '../../backplane/subjects.js'
import type { Cid } from '../cid.js'
import { giveOut } from '../fan-out.js'
import { infoOf } from '../member.js'
import { connsOf, deviceOf, type WseConnection, type WseIdentity } from '../people.js'
import {
  type CallAbout,
  type CloseAbout,
  type EventToAbout,
  PEOPLE,
  type ResultElsewhere,
  type SayAbout,
  type ScopeAbout,
} from './abouts.js'
import { connsMeant } from './meant.js'
import type { DeviceElsewhere } from './people-elsewhere.js'

/** Gives an event of a topic to those of some devices that are on it; says what became of each, in order. */
export type RelaysEvents = (
  conns: readonly WseConnection[],
  about: EventToAbout,
  frames: readonly Data[],
) => readonly SendResult[]

/** What other servers say to the people who are here, ask of them, and do about them. */
export class PeopleHere {
  readonly #cluster: Cluster
  readonly #clients: ReadonlyMap<Cid, WseIdentity>
  readonly #relay: RelaysEvents

  constructor(cluster: Cluster, clients: ReadonlyMap<Cid, WseIdentity>, relay: RelaysEvents) {
    this.#cluster = cluster
    this.#clients = clients
    this.#relay = relay
  }

  /** A letter has arrived. */
  take({ letter, message }: Arrival): void {
    const cid = userOf(message.subject)
    if (letter.kind === LETTER.SAY) this.#say(cid, letter.about as SayAbout, letter.parts)
    if (letter.kind !== LETTER.CLOSE) return
    const about = letter.about as CloseAbout
    for (const conn of connsMeant(this.#clients, cid, about)) close(conn, about)
  }

  /** Something that was said to a user, or to everybody, for one device alone: it was on its way here meanwhile. */
  give(conn_id: string, cid: Cid, { letter }: Arrival): void {
    const { kind, parts } = letter
    const isAsked = kind === LETTER.ASK && (letter.about as { question: string }).question === PEOPLE.SAY
    const [first, ...rest] = parts
    const about = (isAsked && first !== undefined ? this.#cluster.values.read(first) : letter.about) as ScopeAbout
    const conns = connsMeant(this.#clients, cid, about).filter((conn) => conn.conn_id === conn_id)
    if (kind === LETTER.CLOSE) for (const conn of conns) close(conn, about as CloseAbout)
    else if (kind === LETTER.SAY || isAsked) this.#give(conns, about as SayAbout, isAsked ? rest : parts)
  }

  /** A question about people. @throws {WseError} also by rejection; `NOT_SUPPORTED` for what it does not know */
  answer({ question, about, frames, subject, signal }: NodeQuestion): unknown {
    const cid = userOf(subject)
    switch (question) {
      case PEOPLE.SAY:
        return this.#say(cid, about as SayAbout, frames)
      case PEOPLE.EVENT:
        return this.#event(cid, about as EventToAbout, frames)
      case PEOPLE.DEVICES:
        return connsMeant(this.#clients, cid, about as ScopeAbout).map(described)
      case PEOPLE.CALL:
        return this.#call(about as CallAbout, signal)
      default:
        throw new WseError(WSE_ERROR.NOT_SUPPORTED, { question })
    }
  }

  #say(cid: Cid | null, about: SayAbout, frames: readonly Data[]): ResultElsewhere[] {
    return this.#give(connsMeant(this.#clients, cid, about), about, frames)
  }

  #event(cid: Cid | null, about: EventToAbout, frames: readonly Data[]): ResultElsewhere[] {
    const conns = connsMeant(this.#clients, cid, about)
    const results = this.#relay(conns, about, frames)
    return conns.map(({ cid: own, conn_id }, at) => [own, conn_id, results[at] ?? 'dropped'])
  }

  #give(conns: readonly WseConnection[], { n, c, o, b }: SayAbout, frames: readonly Data[]): ResultElsewhere[] {
    const { codecs, limits } = this.#cluster
    const message = new RelayedMessage({ codecs: c, frames }, codecs, limits, n, o?.volatile === true)
    const results: SendResult[] = []
    giveOut(conns.map(deviceOf), message, b === true, o, results)
    return conns.map(({ cid, conn_id }, at) => [cid, conn_id, results[at] ?? 'dropped'])
  }

  #call({ cid, conn_id, rp, payload, ...options }: CallAbout, signal: AbortSignal): Promise<unknown> {
    const user = this.#clients.get(cid)
    const conn = user && connsOf(user).find((one) => one.conn_id === conn_id)
    if (conn === undefined) throw new WseError(WSE_ERROR.NO_CLIENT_CONNECTION, { cid, certainty: 'not-sent' })
    return conn.call(rp, payload, { ...options, signal } as CallOptions)
  }
}

function close(conn: WseConnection, { code, reason }: CloseAbout): void {
  const device = deviceOf(conn)
  if (code === WSE_CLOSE.SUPERSEDED) device.supersede()
  else device.close(code, reason)
}

function described(conn: WseConnection): DeviceElsewhere {
  return { info: infoOf(conn), idle: deviceOf(conn).idle }
}
