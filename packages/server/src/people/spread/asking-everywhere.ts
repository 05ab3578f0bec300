import { type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import { cancelled } from '@wse/protocol/internal'
import { ask, checkQuestion, noConnection, type Question, type TargetAnswer } from '../asking.js'
import type { Cid } from '../cid.js'
import type { Member } from '../member.js'
import { MemberElsewhere } from './member-elsewhere.js'
import { ANSWER_WITHIN, type FoundElsewhere, type PeopleElsewhere, signalsOf } from './people-elsewhere.js'
import type { Scope } from './scope.js'

/** Who of this server is asked, and who may be on others. */
export interface AudienceEverywhere<Conn extends Member> {
  readonly conns: readonly Conn[]
  /** Users who are meant, and not here. */
  readonly absent: readonly Cid[]
  /** Whom to look for on other servers. */
  readonly scope: Scope
  /** Place of a device in the order in which those of this server acted last. */
  lastActed(conn: Conn): number
  /** Milliseconds since a device acted last. */
  idle(conn: Conn): number
}

const NOBODY: FoundElsewhere = { members: [], silent: [] }

/**
 * Asks a question of devices of all servers. It is asked first who is there, which takes at most half the time the call
 * has: a server that does not answer keeps nobody else from it.
 *
 * @throws {WseError} (by rejection) what is wrong for everyone: `INVALID_NAME`, `INVALID_OPTION`
 */
export async function askEverywhere<Conn extends Member>(
  question: Question,
  { conns, absent, scope, lastActed, idle }: AudienceEverywhere<Conn>,
  elsewhere: PeopleElsewhere,
): Promise<TargetAnswer[]> {
  checkQuestion(question)
  const { rp, options = {} } = question
  const signals = signalsOf(options)
  const aborted = () => signals.find((signal) => signal.aborted)
  const begun = elsewhere.now
  const timeout = elsewhere.timeoutOf(rp, options)
  const within = timeout === 0 ? ANSWER_WITHIN : Math.min(ANSWER_WITHIN, timeout / 2)
  const { members, silent } = aborted() ? NOBODY : await elsewhere.find(scope, { timeout: within, signals })
  const reached = new Set(members.map(({ cid }) => cid))
  // Those of other servers know for how long they have done nothing, and not before whom they did.
  const order = members.length > 0 ? (conn: Conn) => -idle(conn) : lastActed
  // Without a time-out of its own it is what the other end expects, unless much of that has passed.
  const isLate = silent.length > 0 || options.timeout !== undefined || options.within !== undefined
  return ask<Conn | MemberElsewhere>(isLate ? left(question, timeout, elsewhere.now - begun) : question, {
    conns: [...conns, ...members],
    absent: absent.filter((cid) => !reached.has(cid)),
    lastActed: (conn) => (conn instanceof MemberElsewhere ? -conn.idle : order(conn)),
    missing(cid) {
      const signal = aborted()
      if (signal !== undefined) return cancelled(rp, signal, 'not-sent')
      // It may be at the server that has not said so.
      return silent.includes(cid) ? timedOut(rp, cid) : noConnection(cid)
    },
  })
}

/** What is left of a question of which some of the time has passed. */
function left(question: Question, timeout: number, passed: number): Question {
  if (timeout === 0 || passed === 0) return question
  return { ...question, options: { ...question.options, timeout: Math.max(1, timeout - passed) } }
}

function timedOut(rpc: string, cid: Payload): WseError {
  return new WseError(WSE_ERROR.RP_TIMEOUT, { rpc, cid, certainty: 'not-sent' })
}
