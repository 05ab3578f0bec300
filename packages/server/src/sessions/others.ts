import { WSE_CLOSE, WSE_REASON } from '@wse/protocol'
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
import { Online } from './entrance/online.js'
import { HandingOver } from './moving/handing-over.js'
import { Relays } from './moving/relays.js'
import type { ServerSession } from './server-session.js'
import type { Sessions, Verdict } from './sessions.js'

/** Milliseconds other servers have to say all of a user's devices: less than a client has to come in. */
const DESCRIBE_WITHIN = 1_500

/** What that needs of its server. */
export interface OthersParts {
  readonly cluster: Cluster
  readonly sessions: Sessions
  readonly people: PeopleElsewhere
  /** Whether all has to be known of the devices of who may be too many. */
  readonly describe: boolean
  /** Whether sessions outlive their links. */
  readonly keeps: boolean
  /** A session has been begun anew at another server. */
  lost(conn_id: string): void
}

/** Sessions as far as other servers are concerned: it joins the parts. */
export class Others {
  readonly devices: Devices
  readonly online: Online
  readonly entrances: Entrances
  readonly relays: Relays
  readonly #fences: Fences
  readonly #handingOver: HandingOver
  readonly #cluster: Cluster
  readonly #people: PeopleElsewhere
  /** A session ends, since its client begins anew at another server. */
  onReplace: ((session: ServerSession, hi: Hi, verdict: Verdict & { is: 'new' }) => void) | null = null

  /** Whether this server takes part no more. */
  isOver = false

  constructor({ cluster, sessions, people, describe, keeps, lost }: OthersParts) {
    this.#cluster = cluster
    this.#people = people
    this.devices = new Devices(cluster)
    this.online = new Online(cluster, this.devices)
    this.relays = new Relays(cluster)
    this.#fences = new Fences(cluster, {
      lost,
      older: (cid, conn_id) => this.close([{ cid, conn_id }], WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED),
    })
    const { devices, relays } = this
    this.entrances = new Entrances({
      cluster,
      sessions,
      devices,
      fences: this.#fences,
      keeps,
      describe: describe ? (cid) => people.devices(scopeOfUser(cid), { timeout: DESCRIBE_WITHIN }) : null,
    })
    people.newcomers = this.entrances
    this.#handingOver = new HandingOver({
      cluster,
      sessions,
      relays,
      devices,
      arrival: (token) => this.entrances.arrival(token),
      replace: (session, hi, verdict) => this.onReplace?.(session, hi, verdict),
    })
  }

  /** What is alive, in numbers. */
  get alive(): Record<string, number> {
    return {
      noted: this.devices.size,
      entering: this.entrances.size,
      relays: this.relays.size,
      fences: this.#fences.size,
      otherTimers: this.relays.timers + this.#fences.timers,
    }
  }

  /** A session is here: what is said to its user arrives, and the others know of its device. */
  began({ conn_id, cid, instance, attempt, session }: ServerSession): void {
    this.#cluster.interest.add(userSubject(cid))
    if (!this.devices.has(conn_id)) void this.devices.enter(cid, { conn_id, instance, attempt })
    if (session.keeps && instance !== undefined && !this.#fences.has(conn_id))
      void this.#fences.claim(conn_id, cid, instance, attempt)
  }

  /** The client of a session has said hello again. */
  attempted({ conn_id, attempt }: ServerSession): void {
    this.devices.attempted(conn_id, attempt)
    this.#fences.attempted(conn_id, attempt)
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
    this.isOver = true
    this.#fences.stop()
    this.relays.stop()
  }

  gap(gap: Gap): void {
    this.relays.gap(gap)
    this.devices.noteAgain(gap.lost)
    if (gap.lost) this.online.noteAgain()
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
