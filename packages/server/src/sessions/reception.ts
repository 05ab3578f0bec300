import {
  type Data,
  type Outdated,
  WSE_CLOSE,
  WSE_ERROR,
  WSE_REASON,
  WSE_RESET,
  WseError,
  type WseReset,
} from '@wse/protocol'
import { createId, FRAME, isAnonymous, type Link, type SessionFrame, VERSION } from '@wse/protocol/internal'
import type { Accepted } from '../handshake/handshake.js'
import { deviceOf, WseConnection } from '../people/people.js'
import { makeRoom, type OnExceed, type Placed } from '../people/places.js'
import type { Registry } from '../people/registry.js'
import type { SessionDesk } from './desk.js'
import type { Entrance } from './entrance/entrance.js'
import { bySide, inOrder } from './entrance/order.js'
import type { Owner } from './moving/questions.js'
import { ServerSession } from './server-session.js'
import { isSuspicious, type Verdict } from './sessions.js'

/** Gives those who were accepted their session: the one they had, or a new one. */
export class Reception {
  readonly #desk: SessionDesk
  readonly #registry: Registry
  readonly #places: Places
  /** Names this run of the server, so that a client can tell a restart. */
  readonly #epoch: string

  constructor(desk: SessionDesk, registry: Registry, places: Places) {
    this.#desk = desk
    this.#registry = registry
    this.#places = places
    this.#epoch = createId(desk.clock)
  }

  /** Whom the session belongs to that a client asks for. */
  ownerOf(hi: Accepted['hi']): Owner | null | Promise<Owner | null> {
    const { sessions, others } = this.#desk
    if (hi.resume === undefined) return null
    const { token } = hi.resume
    const issuer = others?.entrances.issuerOf({ hi }) ?? null
    return issuer === null ? sessions.owner(token) : (others?.entrances.ownerOf(token, issuer) ?? null)
  }

  /** @throws {WseError} if what it is told cannot be encoded for it; nothing has happened then */
  admit(accepted: Accepted): void {
    const { entrance } = accepted
    if (entrance === null) return this.#admit(accepted)
    const arrived = this.#takeIn(accepted, entrance)
    try {
      this.#admit(accepted)
    } finally {
      this.#comesToRest(arrived)
      entrance.settle(null)
    }
  }

  /** It left while other servers were asked about it. */
  left(accepted: Accepted): void {
    const { entrance } = accepted
    if (entrance === null) return
    this.#comesToRest(this.#takeIn(accepted, entrance))
    entrance.settle(null)
  }

  #admit(accepted: Accepted): void {
    const { link, hi, entrance } = accepted
    // First of all: a getter in it may do anything, and then this looks at what there is.
    const welcome = link.encode(FRAME.WELCOME, accepted.welcome)
    // It left while identify was at work; its end is about to be told.
    if (!link.open) return
    const outdated = this.#outdated(hi)
    if (outdated !== null && this.#desk.refusesOutdated) return link.close(WSE_CLOSE.VERSION, WSE_REASON.VERSION)
    if (link.version === 4) return this.#begin(accepted, welcome, NEWCOMER)
    const verdict = this.#verdict(accepted)
    if (verdict.is === 'refused') return link.close(verdict.code, verdict.reason)
    if (verdict.is === 'resumed') return this.#resume(accepted, welcome, verdict.session)
    // It has ended just now: that cannot be gone on with what is known here of its user.
    if (entrance?.stands) return link.close(WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN)
    if (isSuspicious(verdict.why)) this.#reportTheft(accepted, verdict.why)
    return this.#begin(accepted, welcome, verdict)
  }

  /** By what another server says, or by what is known here. What it had here gives way in any case. */
  #verdict({ hi, cid, link, entrance }: Accepted): Verdict {
    const { sessions } = this.#desk
    const said = entrance?.verdict
    if (!said) return sessions.judge(hi, cid, link.codec.name)
    return said.is === 'new' ? { ...said, replaces: sessions.standing(cid, hi.instance) } : said
  }

  /** Takes in a session that has come from another server, for its client, whose link it may yet get. */
  #takeIn(accepted: Accepted, entrance: Entrance): ServerSession | null {
    const { hi, link } = accepted
    const { arrived } = entrance
    const { sessions, others } = this.#desk
    if (others === null || others.isOver || arrived === null || hi.resume === undefined) return null
    const { conn_id, cid, anonymous, instance } = arrived
    const facts = factsOf(accepted)
    const birth = { conn_id, cid, codec: link.codec, keeps: true, anonymous, instance, attempt: 0, facts }
    const session = new ServerSession(birth, this.#desk)
    session.arrive(arrived, link, others.relays)
    session.conn = new WseConnection(conn_id, this.#registry.identity(cid, facts.meta), session)
    sessions.adopt(session, hi.resume.token)
    others.began(session)
    this.#registry.enter(session.conn, [], () => {
      entrance.settle(session)
      // After what was said to its user: the calls it has left behind went on while that was said.
      others.relays.arrived({ id: conn_id, stay: session.stay })
    })
    if (!arrived.gone) this.#desk.events.moved(session.conn)
    return session
  }

  /** It has not got the link of its client, and waits here like any other. */
  #comesToRest(arrived: ServerSession | null): void {
    if (arrived === null || !arrived.isArriving || arrived.state !== 'suspended') return
    arrived.isArriving = false
    this.#desk.suspended(arrived)
  }

  #begin(accepted: Accepted, welcome: Data, { why, received, replaces }: Verdict & { is: 'new' }): void {
    const { link, hi, cid, id, early, entrance } = accepted
    const { resume } = this.#desk
    const leaving = this.#roomFor(accepted, replaces)
    if (leaving === null) return link.close(WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY)
    if (replaces) this.replace(replaces, accepted.hi, why)
    if (!link.open) return
    const keeps = link.version === 5 && hi.keep === true && !!hi.instance && resume !== null
    const { instance, attempt } = hi
    const birth = { conn_id: id, cid, codec: link.codec, keeps, instance, attempt, facts: factsOf(accepted) }
    const session = new ServerSession({ ...birth, anonymous: isAnonymous(hi.identity) }, this.#desk)
    if (hi.timeout !== undefined) session.peer.callerTimeout(hi.timeout)
    const greeting = link.version === 4 ? [welcome] : [this.#introduce(session, link, { received, why }), welcome]
    const conn = new WseConnection(id, this.#registry.identity(cid, session.facts.meta), session)
    session.conn = conn
    const { others } = this.#desk
    others?.began(session)
    const { here, there } = bySide(leaving)
    this.#registry.enter(conn, here, () => {
      if (link.version === 4) link.holdThisTurn(early)
      for (const frame of greeting) link.write(frame)
      this.#go(session, accepted, 0)
      others?.close(there, WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY)
      others?.close(replacedBy(accepted), WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED)
      entrance?.settle(session)
    })
  }

  /** Who has to go for a newcomer; null if that may not come in. `replaces` goes anyway. @throws {WseError} */
  #roomFor(accepted: Accepted, replaces: ServerSession | undefined): readonly Placed[] | null {
    const { id, cid, devices, hi, entrance } = accepted
    const { connPerUser, onExceed } = this.#places
    const staying = this.#registry.connsOf(cid).filter((conn) => conn !== replaces?.conn && !isLeft(conn, hi))
    const others = entrance === null ? staying : this.#inOrder(staying, accepted, entrance)
    return makeRoom(onExceed, { cid, conn_id: id, ...factsOf(accepted) }, others, devices ?? connPerUser)
  }

  #inOrder(here: readonly WseConnection[], { cid }: Accepted, { others, described }: Entrance): readonly Placed[] {
    return inOrder(here, others, cid, this.#desk.others?.node ?? '', described)
  }

  /** Takes a new session in, and says what its client is told of it. */
  #introduce(
    session: ServerSession,
    link: Link,
    { received, why }: { received: number; why: WseReset | undefined },
  ): Data {
    const { sessions } = this.#desk
    const token = sessions.add(session)
    try {
      return link.encode(FRAME.SESSION, this.#frame(session, { resumed: false, received, reason: why, token }))
    } catch (error) {
      sessions.forget(session)
      throw error
    }
  }

  #resume(accepted: Accepted, welcome: Data, session: ServerSession): void {
    const { link, hi } = accepted
    const { sessions, events, refreshes, probes } = this.#desk
    const { token: offered, received } = hi.resume as NonNullable<typeof hi.resume>
    const token = sessions.renew(session, offered)
    const answer = { resumed: true, moved: session.hasMoved, received: session.ledger.received, token }
    const introduction = link.encode(FRAME.SESSION, this.#frame(session, answer))
    const wasLive = session.state === 'live'
    sessions.suspended.remove(session)
    // What an older link was asked says nothing about who came just now.
    refreshes.ended(session)
    probes.ended(session)
    session.fence()
    session.attempt = hi.attempt ?? session.attempt + 1
    session.facts = factsOf(accepted)
    if (hi.timeout !== undefined) session.peer.callerTimeout(hi.timeout)
    for (const frame of [introduction, welcome]) link.write(frame)
    this.#go(session, accepted, received)
    // Told only now: whatever a listener does, the decision has been carried out.
    if (wasLive) events.suspended(session.conn)
    this.#desk.others?.attempted(session)
    if (session.session.link === link) this.#desk.resumed(session)
  }

  #go(session: ServerSession, { hi, link, expires }: Accepted, received: number): void {
    const { heartbeat, authorisations, ages, events } = this.#desk
    session.bind(link, received)
    if (session.state !== 'live') return
    heartbeat?.add(session)
    ages.add(session)
    authorisations.set(session, expires)
    const outdated = this.#outdated(hi)
    if (outdated !== null) events.outdated(session.conn, outdated)
  }

  /** What the ends have agreed on, if that is not the same; a client that says nothing of it may have none. */
  #outdated({ contract }: Accepted['hi']): Outdated | null {
    const { guard } = this.#desk
    if (guard === null || contract === undefined || contract === guard.hash) return null
    return { ours: guard.hash, theirs: contract }
  }

  /** The client instance begins anew: what it had before ends first. */
  replace(session: ServerSession, hi: Accepted['hi'], why: WseReset | undefined): void {
    const own = why !== undefined && OWN.has(why)
    const offered = own && why !== WSE_RESET.DESYNC ? (hi.resume?.received ?? null) : null
    const [code, reason] =
      session.state === 'live' ? ([WSE_CLOSE.SUPERSEDED, WSE_REASON.SUPERSEDED] as const) : session.lastClose
    session.end(code, reason, own ? why : WSE_RESET.SUPERSEDED, offered)
  }

  #reportTheft({ id, cid, address }: Accepted, reason: WseReset | undefined): void {
    const message = `a resume token of someone else was offered: ${reason}`
    const details = { reason, cid, conn_id: id, remote_addr: address }
    this.#desk.failed(new WseError(WSE_ERROR.RESUME_REFUSED, details, { message }))
  }

  #frame({ conn_id, cid }: ServerSession, { resumed, moved, received, reason, token }: Answer): SessionFrame {
    const { resume, heartbeat, limits, timeout, guard } = this.#desk
    return {
      v: VERSION,
      id: conn_id,
      cid,
      epoch: this.#epoch,
      resumed,
      received,
      ...(moved ? { moved } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(token !== undefined && resume !== null ? { token, window: resume.window } : {}),
      ...(heartbeat === null ? {} : { heartbeat: heartbeat.settings }),
      limit: limits.messageBytes,
      timeout,
      ...(guard === null ? {} : { contract: guard.hash }),
    }
  }
}

/** How many devices a user may have, and what happens beyond that. */
export interface Places {
  readonly connPerUser: number
  readonly onExceed: OnExceed
}

/** What a client is told of its session. */
interface Answer {
  readonly resumed: boolean
  /** Whether it comes from another server. */
  readonly moved?: boolean | undefined
  readonly received: number
  readonly reason?: WseReset | undefined
  readonly token: string | undefined
}

const NEWCOMER: Verdict & { is: 'new' } = { is: 'new', why: undefined, received: 0, replaces: undefined }

/** Reasons that end the very session that was asked for. */
const OWN: ReadonlySet<WseReset> = new Set([
  WSE_RESET.WINDOW,
  WSE_RESET.PROTOCOL,
  WSE_RESET.SERVER_BUFFER,
  WSE_RESET.CLIENT_BUFFER,
  WSE_RESET.DESYNC,
])

/** Whether it leaves that place for the one it asks for (PROTOCOL.md, P-93). */
const isLeft = (conn: WseConnection, { from }: Accepted['hi']) => from !== undefined && deviceOf(conn).instance === from

/** Devices of the same client at other servers. */
const replacedBy = ({ cid, entrance }: Accepted) => (entrance?.replaced ?? []).map(({ conn_id }) => ({ cid, conn_id }))

function factsOf({ hi, introduction, address, request }: Accepted) {
  const { identity, meta } = introduction ?? { identity: hi.identity, meta: hi.meta ?? {} }
  return { identity, meta, remote_addr: address, request }
}
