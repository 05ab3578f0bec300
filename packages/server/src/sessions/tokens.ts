import { hash } from 'node:crypto'
import type { Clock } from '@wse/protocol'

/** Bytes of a token: more than anyone can guess (OWASP asks for 16). */
const TOKEN_BYTES = 32

/** What stands between the server that has issued a token and the rest of it; in neither of them. */
const SEPARATOR = '.'

/** Retired tokens that are remembered, to tell a stolen one from a forgotten one. */
const REMEMBERED = 4

/** No token retired yet. */
const NONE: readonly string[] = Object.freeze([])

/** What a token is to the session it belongs to. */
export interface TokenOwner<Session> {
  readonly session: Session
  readonly retired: boolean
}

/** The tokens of one session; only hashes of them are kept. */
export interface SessionTokens {
  current: string
  /** Valid until the client confirms that it has the current one, or the answer that was lost would end the session. */
  previous: string | null
  retired: readonly string[]
}

/** Tokens by their hash, and whose they are: one is replaced by the next with every link. */
export class Tokens<Session extends { tokens: SessionTokens | null }> {
  readonly #byHash = new Map<string, Session>()
  readonly #clock: Clock
  /** What each of them begins with. */
  readonly #prefix: string

  /** `node`: names this server among others; null where it is alone. */
  constructor(clock: Clock, node: string | null = null) {
    this.#clock = clock
    this.#prefix = node === null ? '' : `${node}${SEPARATOR}`
  }

  get size(): number {
    return this.#byHash.size
  }

  /** Whose token this is. */
  find(token: string): TokenOwner<Session> | undefined {
    const hashed = hashOf(token)
    const session = this.#byHash.get(hashed)
    return session && { session, retired: session.tokens?.retired.includes(hashed) ?? true }
  }

  /** A new token for `session`, which came back with `offered`, or began without one. */
  issue(session: Session, offered?: string): string {
    const token = this.#prefix + Buffer.from(this.#clock.randomBytes(TOKEN_BYTES)).toString('base64url')
    const current = hashOf(token)
    this.#byHash.set(current, session)
    const before = session.tokens
    if (before === null || offered === undefined) session.tokens = { current, previous: null, retired: NONE }
    else {
      const previous = hashOf(offered)
      session.tokens = { current, previous, retired: before.retired }
      for (const old of [before.previous, before.current])
        if (old !== null && old !== previous) this.#retire(session, old)
    }
    return token
  }

  /** A session of another server, which was known there by this token. */
  adopt(session: Session, token: string): void {
    const current = hashOf(token)
    this.#byHash.set(current, session)
    session.tokens = { current, previous: null, retired: NONE }
  }

  /** The client has its current token: the one before it is of no more use. */
  confirm(session: Session): void {
    const { tokens } = session
    if (tokens === null || tokens.previous === null) return
    this.#retire(session, tokens.previous)
    tokens.previous = null
  }

  /** Forgets the tokens of a session that ended; returns the hashes of those that were valid. */
  drop(session: Session): string[] {
    const { tokens } = session
    if (tokens === null) return []
    const valid = tokens.previous === null ? [tokens.current] : [tokens.previous, tokens.current]
    for (const hashed of [...valid, ...tokens.retired]) this.#byHash.delete(hashed)
    session.tokens = null
    return valid
  }

  #retire(session: Session, hashed: string): void {
    const { tokens } = session
    if (tokens === null) return
    const retired = [...tokens.retired, hashed]
    for (const forgotten of retired.splice(0, retired.length - REMEMBERED)) this.#byHash.delete(forgotten)
    tokens.retired = retired
  }
}

/** Which server has issued a token, where there are several; null where there is one. */
export function nodeOf(token: string): string | null {
  const at = token.indexOf(SEPARATOR)
  return at < 0 ? null : token.slice(0, at)
}

/** What is kept of a token: who reads the server's memory cannot use it. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'base64')
}
