import { type Data, type SendResult, WSE_CLOSE, WSE_ERROR, WseError } from '@wse/protocol'
import { Framed, type NodeQuestion } from '../../backplane/asks.js'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { RelayedMessage } from '../../backplane/relayed.js'
import { userOf } from '../../backplane/subjects.js'
import type { Cid } from '../cid.js'
import { giveOut } from '../fan-out.js'
import { connsOf } from '../identity.js'
import { infoOf } from '../member.js'
import { deviceOf, type WseConnection, type WseIdentity } from '../people.js'
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
import type { DeviceElsewhere } from './member-elsewhere.js'
import { isMeant } from './scope.js'

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
  /** Devices of a user that are on their way here from another server. Set by who knows. */
  arriving: (cid: Cid) => readonly string[] = () => []

  constructor(cluster: Cluster, clients: ReadonlyMap<Cid, WseIdentity>, relay: RelaysEvents) {
    this.#cluster = cluster
    this.#clients = clients
    this.#relay = relay
  }

  /** A letter has arrived. */
  take({ letter, message }: Arrival): void {
    const cid = userOf(message.subject)
    const about = letter.about as SayAbout | CloseAbout
    if (letter.kind === LETTER.SAY) this.#give(this.#meant(cid, about), about as SayAbout, letter.parts)
    else if (letter.kind === LETTER.CLOSE) for (const conn of this.#meant(cid, about)) close(conn, about as CloseAbout)
  }

  /** Something that was said to a user, or to everybody, for one device alone: it was on its way here meanwhile. */
  give(conn_id: string, cid: Cid, { letter }: Arrival): void {
    const { kind, parts } = letter
    const isAsked = kind === LETTER.ASK && (letter.about as { question: string }).question === PEOPLE.SAY
    const [first, ...rest] = parts
    const about = (isAsked && first !== undefined ? this.#cluster.values.read(first) : letter.about) as ScopeAbout
    const conns = this.#meant(cid, about).filter((conn) => conn.conn_id === conn_id)
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
        return new Framed(
          null,
          this.#meant(cid, about as ScopeAbout).map((conn) => this.#described(conn)),
        )
      case PEOPLE.CALL:
        return this.#call(about as CallAbout, frames, signal)
      default:
        throw new WseError(WSE_ERROR.NOT_SUPPORTED, { question })
    }
  }

  #say(cid: Cid | null, about: SayAbout, frames: readonly Data[]): ResultElsewhere[] {
    const conns = this.#meant(cid, about)
    const results: SendResult[] = []
    this.#give(conns, about, frames, results)
    return [...resultsOf(conns, results), ...this.#arriving(cid, about)]
  }

  /** Those who are meant here. */
  #meant(cid: Cid | null, about: ScopeAbout): WseConnection[] {
    const wanted = about.w === undefined ? null : (this.#cluster.values.readText(about.w) as object)
    return connsMeant(this.#clients, cid, about, wanted)
  }

  /** What becomes of it for those who are about to be here: it waits for them. */
  #arriving(cid: Cid | null, about: ScopeAbout): ResultElsewhere[] {
    if (cid === null) return []
    const coming = this.arriving(cid).filter((conn_id) => isMeant(cid, conn_id, about))
    return coming.map((conn_id) => [cid, conn_id, 'queued'])
  }

  #event(cid: Cid | null, about: EventToAbout, frames: readonly Data[]): ResultElsewhere[] {
    const conns = this.#meant(cid, about)
    return resultsOf(conns, this.#relay(conns, about, frames))
  }

  /** `results`: is given what became of it for each, where somebody wants to know. */
  #give(
    conns: readonly WseConnection[],
    { n, c, o, b }: SayAbout,
    frames: readonly Data[],
    results?: SendResult[],
  ): void {
    const { codecs, limits } = this.#cluster
    const message = new RelayedMessage({ codecs: c, frames }, codecs, limits, n, o?.volatile === true)
    giveOut(conns.map(deviceOf), message, b === true, o, results)
  }

  #call({ cid, conn_id, rp, ...options }: CallAbout, [part]: readonly Data[], signal: AbortSignal): Promise<unknown> {
    const user = this.#clients.get(cid)
    const conn = user && connsOf(user).find((one) => one.conn_id === conn_id)
    if (conn === undefined) throw new WseError(WSE_ERROR.NO_CLIENT_CONNECTION, { cid, certainty: 'not-sent' })
    const payload = part === undefined ? undefined : this.#cluster.values.read(part)
    return conn.call(rp, payload, { ...options, signal })
  }

  /** A device in a frame of its own: what one of them says about itself must not keep others from being told of. */
  #described(conn: WseConnection): Data {
    const { values } = this.#cluster
    const device: DeviceElsewhere = { ...infoOf(conn), idle: deviceOf(conn).idle }
    try {
      return values.write(device)
    } catch {
      return values.write({ ...device, meta: undefined })
    }
  }
}

function close(conn: WseConnection, { code, reason }: CloseAbout): void {
  const device = deviceOf(conn)
  if (code === WSE_CLOSE.SUPERSEDED) device.supersede()
  else device.close(code, reason)
}

function resultsOf(conns: readonly WseConnection[], results: readonly SendResult[]): ResultElsewhere[] {
  return conns.map(({ cid, conn_id }, at) => [cid, conn_id, results[at] ?? 'dropped'])
}
