import type { WseReset } from '@wse/protocol'
import type { Hi, Settled } from '@wse/protocol/internal'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { type ResumeOptions, resumeOption } from './resume-options.js'
import type { ServerSession } from './server-session.js'
import { Sessions } from './sessions.js'

export const PROTOCOL = 'wse-default-json'

/** What `Sessions` uses of a session. */
export class FakeSession {
  readonly cid: string
  readonly instance: string | undefined
  readonly anonymous = false
  readonly protocol = PROTOCOL
  readonly session: { keeps: boolean }
  readonly ledger = { received: 7, refusal: () => this.refusal }
  readonly lastClose = [1006, 'lost'] as const
  readonly ends: unknown[][] = []
  refusal: WseReset | null = null
  attempt: number
  state = 'live'
  tokens = null
  overdue = false
  expired = false
  bytes = 0

  constructor(cid: string, instance: string | undefined, attempt: number, keeps: boolean) {
    this.cid = cid
    this.instance = instance
    this.attempt = attempt
    this.session = { keeps }
  }

  end(...how: unknown[]): void {
    this.ends.push(how)
  }
}

/** All sessions of a server, and what a test does with them. */
export class Hall {
  readonly clock = new FakeClock()
  readonly sessions: Sessions

  constructor() {
    this.sessions = new Sessions(this.clock, resumeOption({ window: 5_000, suspended: 3 }) as Settled<ResumeOptions>)
  }

  /** A session that was opened, and its token. */
  opened(cid = 'ann', instance: string | null = 'i1', attempt = 1, keeps = true): [FakeSession, string] {
    const session = new FakeSession(cid, instance ?? undefined, attempt, keeps)
    return [session, this.sessions.add(real(session)) as string]
  }

  suspend(session: FakeSession): void {
    session.state = 'suspended'
    this.sessions.suspended.add(real(session))
  }

  end(session: FakeSession, code: number, why: WseReset = 'closed'): void {
    const reset = { reason: why, unknown: [], notSent: [], unlisted: 0 }
    this.sessions.remove(real(session), { code, reason: `because ${code}`, reset, taken: 5 })
  }

  judge(asked: Hi, cid: string | number = 'ann', protocol = PROTOCOL): unknown {
    return this.sessions.judge(asked, cid, protocol)
  }
}

export const real = (session: FakeSession) => session as unknown as ServerSession

/** What a client says that wants the session of a token. */
export function hi(token?: string, attempt = 2, instance = 'i1'): Hi {
  const resume = token === undefined ? undefined : { token, received: 0, first: 1 }
  return { identity: 'secret', instance, attempt, resume, keep: true, v: 5 }
}

/** The verdict for a new session. */
export function anew(why: WseReset | undefined, received: number, replaces?: FakeSession) {
  return { is: 'new', why, received, replaces }
}
