import { type Data, type Payload, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import { type Gap, type NodeId, nodeSubject, type Receipt } from '@wse/protocol/backplane'
import type { Stamp } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { BrokenStays } from './broken.js'
import { EarlyFrames } from './early.js'
import { keyOf, type RelayAbout, type Stay } from './stay.js'

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

/** Frames between servers, of calls that stayed where a session was. */
export class Relays {
  readonly #cluster: Cluster
  /** By {@link keyOf}. */
  readonly #afar = new Map<string, Relayed>()
  readonly #early: EarlyFrames
  readonly #broken = new BrokenStays()
  #isOver = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#early = new EarlyFrames(cluster.clock, (arrival) => this.#hasNotCome(arrival))
  }

  /** Timers armed. */
  get timers(): number {
    return this.#early.timers
  }

  /** Sessions with something at another server, and those of which that has yet to hear. */
  get size(): number {
    return this.#afar.size + this.#broken.size
  }

  add(stay: Stay, afar: Relayed): void {
    this.#afar.set(keyOf(stay), afar)
  }

  /** A session has come: what came of it before is taken now. */
  arrived(stay: Stay): void {
    for (const arrival of this.#early.of(stay)) this.take(arrival)
  }

  /** Nothing goes on any more. */
  stop(): void {
    this.#isOver = true
    this.#early.clear()
    for (const afar of [...this.#afar.values()]) afar.lost(null)
    this.#broken.take()
  }

  remove(stay: Stay, afar: Relayed): void {
    const key = keyOf(stay)
    if (this.#afar.get(key) === afar) this.#afar.delete(key)
  }

  send(to: NodeId, about: RelayAbout, parts: readonly Data[] = []): void {
    const receipt: Receipt = {
      settle: ({ ok }) => {
        if (!ok && !this.#isOver) this.#broken.add(to, about)
      },
    }
    this.#cluster.write(nodeSubject(to), LETTER.RELAY, about, parts, undefined, receipt)
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
    if (afar === undefined) return is === 'out' ? this.#early.keep(arrival) : undefined
    if (is === 'out' && part !== undefined) afar.relayed(type, part, stamp)
    else if (is === 'in')
      afar.received(type, part === undefined ? undefined : this.#cluster.values.read(part), stamp, size)
    else if (is === 'taken') afar.taken(size)
    else if (is === 'over' && end !== undefined) afar.ended(message.from, ...end)
    else if (is === 'lost') afar.lostBefore()
  }

  /** A node is gone, and what was under way there. */
  nodeGone(node: NodeId): void {
    this.#broken.gone(node)
    for (const afar of [...this.#afar.values()]) afar.lost(node)
  }

  /** Frames may have been missed, or did not get away: what waits for one of them would wait for ever. */
  gap({ subjects }: Gap): void {
    if (!subjects.includes(nodeSubject(this.#cluster.node))) return
    for (const afar of [...this.#afar.values()]) afar.lost(null)
    for (const { to, about } of this.#broken.take()) this.send(to, about)
  }

  /** The session has not come: nobody waits here for what comes of it. */
  #hasNotCome({ letter, message }: Arrival): void {
    const { id, stay } = letter.about as RelayAbout
    this.send(message.from, { id, stay: stay - 1, is: 'over', end: [WSE_CLOSE.MOVED, WSE_REASON.MOVED] })
  }
}
