import type { Gap, NodeId } from '@wse/protocol/backplane'
import type { Hi } from '@wse/protocol/internal'
import type { NodeQuestion } from '../backplane/asks.js'
import type { Arrival, Cluster } from '../backplane/cluster.js'
import { userSubject } from '../backplane/subjects.js'
import type { PeopleElsewhere } from '../people/spread/people-elsewhere.js'
import { type Device, EVERYBODY, scopeOfUser } from '../people/spread/scope.js'
import { Devices } from './entrance/devices.js'
import { Entrances } from './entrance/entrances.js'
import { Fences } from './entrance/fences.js'
import { HandingOver } from './moving/handing-over.js'
import { Relays } from './moving/relays.js'
import type { ServerSession } from './server-session.js'
import type { Sessions, Verdict } from './sessions.js'

/** What that needs of its server. */
export interface OthersParts {
  readonly cluster: Cluster
  readonly sessions: Sessions
  readonly people: PeopleElsewhere
  /** Whether all has to be known of the devices of who may be too many. */
  readonly describe: boolean
  /** A session has been begun anew at another server. */
  lost(conn_id: string): void
}

/** Sessions as far as other servers are concerned: it joins the parts. */
export class Others {
  readonly devices: Devices
  readonly entrances: Entrances
  readonly relays: Relays
  readonly #fences: Fences
  readonly #handingOver: HandingOver
  readonly #cluster: Cluster
  readonly #people: PeopleElsewhere
  /** A session ends, since its client begins anew at another server. */
  onReplace: ((session: ServerSession, hi: Hi, verdict: Verdict & { is: 'new' }) => void) | null = null

  constructor({ cluster, sessions, people, describe, lost }: OthersParts) {
    this.#cluster = cluster
    this.#people = people
    this.devices = new Devices(cluster)
    this.relays = new Relays(cluster)
    this.#fences = new Fences(cluster, lost)
    const { devices, relays } = this
    this.entrances = new Entrances({
      cluster,
      sessions,
      devices,
      fences: this.#fences,
      describe: describe ? (cid) => people.devices(scopeOfUser(cid)) : null,
    })
    people.newcomers = this.entrances
    this.#handingOver = new HandingOver({
      cluster,
      sessions,
      relays,
      replace: (session, hi, verdict) => this.onReplace?.(session, hi, verdict),
    })
  }

  /** What is alive, in numbers. */
  get alive(): Record<string, number> {
    return {
      noted: this.devices.size,
      entering: this.entrances.size,
      relays: this.relays.size,
      relayTimers: this.relays.timers,
    }
  }

  /** A session is over here: it has ended, or gone to another server. */
  ended({ conn_id, cid }: ServerSession): void {
    this.devices.leave(conn_id)
    this.#fences.drop(conn_id)
    this.#cluster.interest.remove(userSubject(cid))
  }

  /** This server. */
  get node(): NodeId {
    return this.#cluster.node
  }

  /** Closes devices on other servers. */
  close(devices: readonly Device[], code: number, reason: string): void {
    if (devices.length > 0) this.#people.close({ ...EVERYBODY, users: [], devices }, code, reason)
  }

  /** A frame of a session that is at another server. */
  relay(arrival: Arrival): void {
    this.relays.take(arrival)
  }

  /** Answers what another server asks of sessions; undefined for what is no such question. */
  answer(question: NodeQuestion): unknown {
    return this.#handingOver.answer(question)
  }

  /** Nothing more is done. */
  stop(): void {
    this.#fences.stop()
    this.relays.stop()
  }

  gap(gap: Gap): void {
    this.relays.gap(gap)
    this.devices.noteAgain(gap.lost)
    this.#fences.keep()
  }

  /** The others can be reached again, or for the first time. */
  up(): void {
    this.devices.noteAgain(false)
  }

  nodeGone(node: NodeId): void {
    this.relays.nodeGone(node)
  }
}
