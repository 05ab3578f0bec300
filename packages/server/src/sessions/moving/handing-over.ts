import { WSE_RESET } from '@wse/protocol'
import { ALL, type NodeId } from '@wse/protocol/backplane'
import type { Hi } from '@wse/protocol/internal'
import { Framed, type NodeQuestion } from '../../backplane/asks.js'
import type { Cluster } from '../../backplane/cluster.js'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../../people/cid.js'
import type { Devices } from '../entrance/devices.js'
import type { ServerSession } from '../server-session.js'
import type { Sessions, Verdict } from '../sessions.js'
import { type Owner, type OwnerAbout, type ReleaseAbout, type Released, SESSIONS } from './questions.js'
import type { Relays } from './relays.js'
import { writeMoved } from './state.js'

/** What handing over needs of its server. */
export interface HandingOverParts {
  readonly cluster: Cluster
  readonly sessions: Sessions
  readonly relays: Relays
  readonly devices: Devices
  /** Resolves once a session is here that is on its way, by its token, or will not be. */
  arrival(token: string): Promise<void>
  /** A session ends, since its client begins anew at another server. */
  replace(session: ServerSession, hi: Hi, verdict: Verdict & { is: 'new' }): void
}

/** Gives sessions to other servers, whose clients came to those: each as a whole, and to one alone. */
export class HandingOver {
  readonly #parts: HandingOverParts

  constructor(parts: HandingOverParts) {
    this.#parts = parts
  }

  /** Answers what another server asks of sessions; undefined for what is no such question. */
  answer({ question, about, from, signal }: NodeQuestion): unknown {
    if (question === SESSIONS.OWNER) return this.#owner(about as OwnerAbout)
    if (question === SESSIONS.RELEASE) return this.#release(about as ReleaseAbout, from, signal)
    return undefined
  }

  #owner({ token }: OwnerAbout): Owner | null {
    return this.#parts.sessions.owner(token)
  }

  /** By the rules by which it would be resumed here. */
  async #release(wanted: ReleaseAbout, from: NodeId, signal: AbortSignal): Promise<Released | Framed> {
    await this.#parts.arrival(wanted.resume.token)
    const to = this.#goneTo(wanted)
    if (to !== undefined) return { is: 'gone', to }
    const first = this.#judge(wanted)
    if (first.is !== 'resumed') return this.#settle(wanted, first)
    await this.#hearOut(first.session.cid)
    // Nobody would take it in.
    if (signal.aborted) return { is: 'new', why: WSE_RESET.UNKNOWN_SESSION, received: 0 }
    // It may have been taken by somebody else, or have ended meanwhile.
    const gone = this.#goneTo(wanted)
    if (gone !== undefined) return { is: 'gone', to: gone }
    const verdict = this.#judge(wanted)
    return verdict.is === 'resumed' ? this.#handOver(verdict.session, from) : this.#settle(wanted, verdict)
  }

  /** Where the session is now; undefined if not elsewhere, as far as is known here. It may have come back. */
  #goneTo({ resume: { token } }: ReleaseAbout): NodeId | undefined {
    const { sessions } = this.#parts
    return sessions.knows(token) ? undefined : sessions.movedTo(token)
  }

  #judge(wanted: ReleaseAbout): Verdict {
    return this.#parts.sessions.judge(hiOf(wanted), wanted.cid, wanted.protocol)
  }

  #settle(wanted: ReleaseAbout, verdict: Exclude<Verdict, { is: 'resumed' }>): Released {
    if (verdict.is === 'refused') return verdict
    const { why, received, replaces } = verdict
    if (replaces !== undefined) this.#parts.replace(replaces, hiOf(wanted), verdict)
    return { is: 'new', why, received }
  }

  /** What others have said to the user until now is in the session before it goes: what they say later, they say there. */
  async #hearOut(cid: Cid): Promise<void> {
    const { backplane } = this.#parts.cluster
    await Promise.all([backplane.barrier(userSubject(cid)), backplane.barrier(ALL)])
  }

  #handOver(session: ServerSession, to: NodeId): Framed {
    const { sessions, relays, cluster, devices } = this.#parts
    const { backplane } = cluster
    const [order, gone] = [devices.orderOf(session.conn_id), devices.isGone(session.conn_id)]
    const heard = { user: backplane.cursor(userSubject(session.cid)), all: backplane.cursor(ALL) }
    sessions.moves(session, to)
    const { about, frames } = writeMoved({ ...session.handOver(to, relays), order, gone, heard })
    return new Framed({ is: 'moved', about } satisfies Released, frames)
  }
}

/** As far as a session is judged by it. */
function hiOf({ resume, instance, attempt, isAnonymous }: ReleaseAbout): Hi {
  return {
    resume,
    ...(isAnonymous ? {} : { identity: true }),
    ...(instance === undefined ? {} : { instance }),
    ...(attempt === undefined ? {} : { attempt }),
  }
}
