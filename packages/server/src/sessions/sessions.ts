import { type Clock, WSE_CLOSE, WSE_REASON, WSE_RESET, type WseReset } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import { type Hi, mayComeBack, type Settled } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import type { Owner } from './moving/questions.js'
import { type Claim, claimant, judgeResume, ownTombstone } from './resume.js'
import type { ResumeOptions } from './resume-options.js'
import type { ServerSession } from './server-session.js'
import type { SessionEnd } from './session-host.js'
import { Suspended } from './suspended.js'
import { hashOf, Tokens } from './tokens.js'
import { Tombstones } from './tombstones.js'

/** What becomes of a client that was accepted. */
export type Verdict =
  /** It goes on with the session it had. */
  | { readonly is: 'resumed'; readonly session: ServerSession }
  /** A newer link of the same client is known, or its session was ended for good. */
  | { readonly is: 'refused'; readonly code: number; readonly reason: string }
  /** It gets a new session; `why` it is not the one it asked for, and what that one had taken. */
  | {
      readonly is: 'new'
      readonly why: WseReset | undefined
      readonly received: number
      /** The session of the same client that this one replaces. */
      readonly replaces: ServerSession | undefined
    }

/** Reasons for which a token was offered by someone who should not have it. */
const SUSPICIOUS: ReadonlySet<WseReset> = new Set([WSE_RESET.IDENTITY_MISMATCH, WSE_RESET.TOKEN_REUSED])

/** Whether somebody offered a token that is not theirs. */
export function isSuspicious(why: WseReset | undefined): boolean {
  return why !== undefined && SUSPICIOUS.has(why)
}

/** Ended sessions that are remembered however few may wait: a client that never got its new session asks for the old one. */
const LEAST_TOMBSTONES = 100
/** Tokens of one session that may be valid at once. */
const TOKENS = 2

/** Clients that have left, whose last `attempt` is remembered, so that a hello that comes late cannot bring them back. */
const DEPARTED = 10_000

/** All sessions of a server: by token, by client instance, and those that wait for their client. */
export class Sessions {
  readonly suspended: Suspended<ServerSession>
  readonly #tokens: Tokens<ServerSession>
  readonly #tombstones: Tombstones
  readonly #byInstance = new Map<string, ServerSession>()
  readonly #departed = new Map<string, number>()
  /** Where sessions have gone, by the hashes of their tokens. */
  readonly #moved = new Map<string, NodeId>()

  /** `node`: names this server among others; null where it is alone. */
  constructor(clock: Clock, limits: Settled<ResumeOptions>, node: NodeId | null = null) {
    this.#tokens = new Tokens(clock, node)
    this.#tombstones = new Tombstones(Math.max(LEAST_TOMBSTONES, limits.suspended * TOKENS))
    this.suspended = new Suspended(clock, limits, (session, why) =>
      session.end(...session.lastClose, overWhy(session, why)),
    )
  }

  /** Entries alive, for `inspect()`. */
  get alive(): { instances: number; tokens: number } {
    return { instances: this.#byInstance.size, tokens: this.#tokens.size }
  }

  /** Whose session a token is of, if it is good. */
  owner(token: string): Owner | null {
    const found = this.#tokens.find(token)
    if (found === undefined || found.retired) return null
    const { cid, anonymous, instance } = found.session
    return { cid, anonymous, instance }
  }

  /** Whether this is where a token is known. */
  knows(token: string): boolean {
    return this.#tokens.find(token) !== undefined
  }

  /** To which server the session of a token has gone; undefined if it has not. */
  movedTo(token: string): NodeId | undefined {
    return this.#moved.get(hashOf(token))
  }

  /** A session goes to another server: whoever asks for it is told where it is. */
  moves(session: ServerSession, to: NodeId): void {
    const { tokens } = session
    if (tokens === null) return
    for (const hashed of [tokens.previous, tokens.current]) if (hashed !== null) this.#moved.set(hashed, to)
    for (const oldest of this.#moved.keys()) {
      if (this.#moved.size <= DEPARTED) break
      this.#moved.delete(oldest)
    }
  }

  /** Takes in a session of another server, which is known there by this token. */
  adopt(session: ServerSession, token: string): void {
    this.#tokens.adopt(session, token)
    this.#byInstance.set(keyOf(session.cid, session.instance), session)
  }

  /** The session of a client that is here. */
  standing(cid: Cid, instance: string | undefined): ServerSession | undefined {
    return instance === undefined ? undefined : this.#byInstance.get(keyOf(cid, instance))
  }

  /** Decides what a client gets that `identify` accepted as `cid`. */
  judge(hi: Hi, cid: Cid, protocol: string): Verdict {
    const found = hi.resume && this.#tokens.find(hi.resume.token)
    const tombstone = hi.resume && this.#tombstones.get(hashOf(hi.resume.token))
    const candidate = found?.session
    if (candidate?.state === 'suspended') candidate.overdue = !candidate.isArriving && !this.suspended.holds(candidate)
    const claim: Claim = { hi, cid, protocol, candidate, retired: found?.retired ?? false, tombstone }
    const key = keyOf(claimant(claim), hi.instance)
    const standing = this.#byInstance.get(key)
    if (this.#isLate(key, standing, hi.attempt)) return SUPERSEDED
    const why = hi.resume === undefined ? undefined : judgeResume(hi.resume, claim)
    if (why === null) return { is: 'resumed', session: candidate as ServerSession }
    const own = ownTombstone(claim)
    if (own?.close) return { is: 'refused', code: own.close[0], reason: own.close[1] }
    // Who offers a token that was replaced may be anyone: what it was of is left alone, and nothing told of it.
    const untouched = why === WSE_RESET.TOKEN_REUSED && candidate === standing
    const isOwn = candidate !== undefined && candidate === standing && !untouched
    const received = isOwn ? candidate.ledger.received : (own?.received ?? 0)
    return { is: 'new', why, received, replaces: untouched ? undefined : standing }
  }

  /** Takes a new session in; returns its token, if it has one. */
  add(session: ServerSession): string | undefined {
    if (session.instance !== undefined) {
      const key = keyOf(session.cid, session.instance)
      if (!this.#byInstance.has(key)) this.#byInstance.set(key, session)
    }
    return session.session.keeps ? this.#tokens.issue(session) : undefined
  }

  /** A session is to go on; returns its next token. The one that was offered stays good until that is confirmed. */
  renew(session: ServerSession, offered: string): string {
    return this.#tokens.issue(session, offered)
  }

  /** Takes a session back that could not begin. */
  forget(session: ServerSession): void {
    this.#tokens.drop(session)
    const key = keyOf(session.cid, session.instance)
    if (this.#byInstance.get(key) === session) this.#byInstance.delete(key)
  }

  /** The client has its newest token. */
  confirm(session: ServerSession): void {
    this.#tokens.confirm(session)
  }

  /** Forgets a session that ended, but for how. */
  remove(session: ServerSession, { reset, taken, code, reason: why }: SessionEnd): void {
    this.suspended.remove(session)
    const hashes = this.#tokens.drop(session)
    const isFinal = !mayComeBack(code) && code >= 4500
    if (reset.reason !== WSE_RESET.CLOSED || isFinal) {
      const { cid, anonymous, instance } = session
      const close = isFinal ? ([code, why] as const) : null
      this.#tombstones.add(hashes, { cid, anonymous, instance, reason: reset.reason, close, received: taken })
    }
    const key = keyOf(session.cid, session.instance)
    if (this.#byInstance.get(key) !== session) return
    this.#byInstance.delete(key)
    this.#departed.delete(key)
    this.#departed.set(key, session.attempt)
    const [oldest] = this.#departed.keys()
    if (this.#departed.size > DEPARTED && oldest !== undefined) this.#departed.delete(oldest)
  }

  /** Forgets what is remembered of those who were here. */
  clear(): void {
    this.#tombstones.clear()
    this.#departed.clear()
    this.#moved.clear()
  }

  #isLate(key: string, standing: ServerSession | undefined, attempt: number | undefined): boolean {
    const last = standing?.attempt ?? this.#departed.get(key)
    return attempt !== undefined && last !== undefined && attempt <= last
  }
}

const SUPERSEDED: Verdict = { is: 'refused', code: WSE_CLOSE.SUPERSEDED, reason: WSE_REASON.SUPERSEDED }

function overWhy(session: ServerSession, why: 'window' | 'evicted'): WseReset {
  if (why === 'window' && session.expired) return WSE_RESET.AUTH_EXPIRED
  return why
}

function keyOf(cid: Cid, instance: string | undefined): string {
  return JSON.stringify([cid, instance])
}
