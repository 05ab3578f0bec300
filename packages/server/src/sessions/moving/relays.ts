import { type Data, type Payload, type Timer, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { type Gap, type NodeId, nodeSubject } from '@wse/protocol/backplane'
import type { Stamp } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'

/** What a letter says of a frame of a call that is under way at one server, of a session that is at another. */
export interface RelayAbout {
  /** Id of the connection. */
  readonly id: string
  /** Which stay of the session at a server is meant: it may be at one again where it was before. */
  readonly stay: number
  /**
   * What it is: a frame for the client, one of the client, bytes that were taken; that the session has ended where it went;
   * or that what was under way where it came from is lost.
   */
  readonly is: 'out' | 'in' | 'taken' | 'over' | 'lost'
  /** Type of the frame. */
  readonly type?: string | undefined
  readonly stamp?: Stamp | undefined
  /** Characters or bytes: of the client's frame; that were taken. */
  readonly size?: number | undefined
  /** How the session ended. */
  readonly end?: readonly [code: number, reason: string] | undefined
}

/** One stay of a session at a server. */
export type Stay = Pick<RelayAbout, 'id' | 'stay'>

/** A session with something at another server, as letters find it. */
export interface Relayed {
  relayed(type: string, data: Data, stamp: Stamp | undefined): void
  received(type: string, payload: Payload, stamp: Stamp | undefined, size: number): void
  taken(bytes: number): void
  ended(node: NodeId, code: number, reason: string): void
  lost(node: NodeId | null): void
  /** What is under way where it came from is lost. */
  lostBefore(): void
}

/** Milliseconds for which is kept what comes of a session before that itself. */
const KEPT_FOR = 5_000

/** Letters that may be kept so. */
const MOST_KEPT = 10_000

/** Frames between servers, of calls that stayed where a session was. */
export class Relays {
  readonly #cluster: Cluster
  /** By {@link keyOf}. */
  readonly #afar = new Map<string, Relayed>()
  /** What came before the session it belongs to, which is on its way. */
  #early: Arrival[] = []
  #timer: Timer | null = null

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Timers armed. */
  get timers(): number {
    return Number(this.#timer !== null)
  }

  /** Sessions with something at another server. */
  get size(): number {
    return this.#afar.size
  }

  add(stay: Stay, afar: Relayed): void {
    this.#afar.set(keyOf(stay), afar)
  }

  /** A session has come: what came of it before is taken now. */
  arrived(stay: Stay): void {
    if (this.#early.length === 0) return
    const key = keyOf(stay)
    const isOf = ({ letter }: Arrival) => keyOf(letter.about as RelayAbout) === key
    const own = this.#early.filter(isOf)
    this.#early = this.#early.filter((arrival) => !isOf(arrival))
    for (const arrival of own) this.take(arrival)
  }

  /** Nothing goes on any more. */
  stop(): void {
    this.#cluster.clock.clearTimer(this.#timer)
    this.#timer = null
    this.#early = []
    for (const afar of [...this.#afar.values()]) afar.lost(null)
  }

  remove(stay: Stay, afar: Relayed): void {
    const key = keyOf(stay)
    if (this.#afar.get(key) === afar) this.#afar.delete(key)
  }

  send(to: NodeId, about: RelayAbout, parts: readonly Data[] = []): void {
    this.#cluster.write(nodeSubject(to), LETTER.RELAY, about, parts)
  }

  /** A value, as it goes between servers. @throws {WseError} what cannot be encoded */
  write(value: unknown): Data {
    return this.#cluster.values.write(value)
  }

  /** A letter has arrived. */
  take(arrival: Arrival): void {
    const { letter, message } = arrival
    const about = letter.about as RelayAbout
    const { is, type = '', stamp, size = 0, end } = about
    const afar = this.#afar.get(keyOf(about))
    const [part] = letter.parts
    if (afar === undefined) return this.#keep(arrival, is)
    if (is === 'out' && part !== undefined) afar.relayed(type, part, stamp)
    else if (is === 'in')
      afar.received(type, part === undefined ? undefined : this.#cluster.values.read(part), stamp, size)
    else if (is === 'taken') afar.taken(size)
    else if (is === 'over' && end !== undefined) afar.ended(message.from, ...end)
    else if (is === 'lost') afar.lostBefore()
  }

  /** A node is gone, and what was under way there. */
  nodeGone(node: NodeId): void {
    for (const afar of [...this.#afar.values()]) afar.lost(node)
  }

  /** Frames may have been missed: what waits for one of them would wait for ever. */
  gap({ subjects }: Gap): void {
    if (subjects.includes(nodeSubject(this.#cluster.node))) for (const afar of [...this.#afar.values()]) afar.lost(null)
  }

  #keep(arrival: Arrival, is: RelayAbout['is']): void {
    if (is !== 'out' || this.#early.length >= MOST_KEPT) return
    this.#early.push(arrival)
    this.#timer ??= this.#cluster.clock.setTimer(() => this.#forget(), KEPT_FOR)
  }

  /** The session has not come: nobody waits here for what comes of it. */
  #forget(): void {
    this.#timer = null
    for (const { letter, message } of this.#early.splice(0)) {
      const { id, stay } = letter.about as RelayAbout
      this.send(message.from, { id, stay: stay - 1, is: 'over', end: [WSE_CLOSE.MOVED, WSE_REASON.MOVED] })
    }
  }
}

const keyOf = ({ id, stay }: Stay): string => `${stay} ${id}`
