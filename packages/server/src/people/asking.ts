import { type CallOptions, type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import { checkForm, checkName, invalidOption, onAbort, optionGroup, outcomeOf } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import type { Member } from './member.js'

/**
 * Which devices of a user are asked. `latest`: the one that acted last. `any`: all of them, the first to succeed answers
 * and the others are told to stop. `all`: all of them, and each answers for itself.
 */
export type DeviceChoice = 'latest' | 'any' | 'all'

/** How several devices are called. */
export interface DeviceCallOptions<Choice extends DeviceChoice = DeviceChoice> extends Omit<CallOptions, 'chunks'> {
  /** Which devices of each user are asked. @default 'latest' */
  device?: Choice | undefined
}

/** How a call to a target ended for one user, or one device. Who is not here has no `conn_id`. */
export type TargetAnswer<Value = Payload> =
  | { readonly cid: Cid; readonly conn_id: string; readonly ok: true; readonly value: Value }
  | { readonly cid: Cid; readonly conn_id?: string | undefined; readonly ok: false; readonly error: WseError }

/** What is asked. */
export interface Question {
  readonly rp: string
  readonly payload: Payload
  readonly options: DeviceCallOptions | undefined
}

/** Whom. */
export interface Audience<Conn extends Member> {
  readonly conns: readonly Conn[]
  /** Users who are meant, and not here. */
  readonly absent: readonly Cid[]
  /** What the call to one of these ends with. @default that they are not here */
  missing?(cid: Cid): WseError
  /** Place of a device in the order in which they acted last. */
  lastActed(conn: Conn): number
}

/**
 * Asks a question of many; who fails disturbs no other.
 *
 * @throws {WseError} (by rejection) what is wrong for everyone: `INVALID_NAME`, `INVALID_OPTION`
 */
export async function ask<Conn extends Member>(
  question: Question,
  { conns, absent, lastActed, missing = noConnection }: Audience<Conn>,
): Promise<TargetAnswer[]> {
  const choice = checkQuestion(question)
  const groups = choice === 'all' ? conns.map((conn) => [conn]) : byUser(conns, lastActed)
  const answers = groups.map((group) => {
    const [latest] = group as [Conn]
    return choice === 'any' && group.length > 1 ? race(question, group) : askOne(question, latest)
  })
  return [
    ...(await Promise.all(answers)),
    ...absent.map((cid): TargetAnswer => ({ cid, ok: false, error: missing(cid) })),
  ]
}

/** Asks a question of one user. @throws {WseError} (by rejection) what went wrong, unless all devices are asked */
export async function askUser<Conn extends Member>(
  cid: Cid,
  question: Question,
  audience: Omit<Audience<Conn>, 'absent'>,
): Promise<Payload> {
  return theAnswer(question, await ask(question, { ...audience, absent: audience.conns.length === 0 ? [cid] : [] }))
}

/** What one user has answered, unless all of the devices were asked. @throws {WseError} what went wrong */
export function theAnswer({ options }: Question, answers: readonly TargetAnswer[]): Payload {
  if (options?.device === 'all') return answers
  const [answer] = answers as [TargetAnswer]
  if (answer.ok) return answer.value
  throw answer.error
}

/** The error of a user who is not here. */
export function noConnection(cid: Cid): WseError {
  return new WseError(WSE_ERROR.NO_CLIENT_CONNECTION, { cid, certainty: 'not-sent' })
}

/** Which devices are asked. @throws {WseError} what is wrong for everyone */
export function checkQuestion({ rp, options }: Question): DeviceChoice {
  checkName(rp)
  const given: DeviceCallOptions & CallOptions = optionGroup('options', options)
  const { device = 'latest', chunks } = given
  if (chunks !== undefined) throw invalidOption('chunks', 'are read once; send them to one connection')
  checkForm(given)
  if (device === 'latest' || device === 'any' || device === 'all') return device
  throw invalidOption('device', "takes 'latest', 'any' or 'all'")
}

/** The devices of each user, best first: those that have a link, and of these the one that acted last. */
function byUser<Conn extends Member>(conns: readonly Conn[], lastActed: (conn: Conn) => number): Conn[][] {
  const users = new Map<Cid, Conn[]>()
  for (const conn of conns) {
    const others = users.get(conn.cid)
    if (others === undefined) users.set(conn.cid, [conn])
    else others.push(conn)
  }
  const isLive = (conn: Conn) => Number(conn.state === 'live')
  for (const own of users.values()) own.sort((a, b) => isLive(b) - isLive(a) || lastActed(b) - lastActed(a))
  return [...users.values()]
}

async function askOne({ rp, payload, options = {} }: Question, conn: Member): Promise<TargetAnswer> {
  const { device, ...rest } = options
  const { cid, conn_id } = conn
  return { cid, conn_id, ...(await outcomeOf(conn.call(rp, payload, rest))) }
}

/** Asks all of them at once: the first to succeed answers. Where none does, it is told why the best one did not. */
function race(question: Question, conns: readonly Member[]): Promise<TargetAnswer> {
  const { options } = question
  const { signal } = options ?? {}
  const losers = new AbortController()
  const stop = () => losers.abort(signal?.reason)
  if (signal?.aborted) stop()
  const unwatch = signal && onAbort(signal, stop)
  const asked = conns.map((conn) => askOne({ ...question, options: { ...options, signal: losers.signal } }, conn))
  return new Promise<TargetAnswer>((resolve) => {
    const firstWin = (answer: TargetAnswer) => answer.ok && resolve(answer)
    for (const answer of asked) void answer.then(firstWin)
    void Promise.all(asked).then(([best]) => resolve(best as TargetAnswer))
  }).finally(() => {
    unwatch?.()
    losers.abort(new Error('another device has answered'))
  })
}
