import type { WseError } from '@wse/client'
import type { ConnLog, Said } from './journal.js'
import { KEYS, WINDOW } from './plan.js'
import { checkStreams } from './streams.js'
import type { Theatre } from './theatre.js'
import { checkTopics } from './topic-invariants.js'

/** Errors by which an honest end says that the other is not. */
const FAULTS = ['wse.server.protocol-violation', 'wse.server.msg-processing-error']
const FAULT_CODES = [4006, 4500]

/** What must hold after every step. */
export function checkStep(theatre: Theatre): void {
  const { journal, client, setup } = theatre
  for (const code of journal.errors) if (FAULTS.includes(code)) journal.problem(`I9: ${code}`)
  for (const code of journal.codes) if (FAULT_CODES.includes(code)) journal.problem(`I9: closed with ${code}`)
  for (const log of journal.conns) checkOrder(theatre, log)
  if ((client.inspect().queuedFrames ?? 0) > setup.clientFrames + KEYS)
    journal.problem('I7: the client holds too many frames')
  const { suspended = 0 } = theatre.home.inspect()
  if (suspended > setup.suspended) journal.problem('I7: the server holds too many sessions')
}

/** I1: in order, nothing twice, nothing left out. */
function checkOrder({ journal }: Theatre, { took, arrived, gave, conn, states }: ConnLog): void {
  for (let key = 0; key < KEYS; key++) {
    for (const row of [states.took, states.arrived]) {
      if (!isRising(row.filter((n) => n % KEYS === key))) journal.problem(`I1: states ${row} on ${conn.conn_id}`)
    }
  }
  if (!isRising(took)) journal.problem(`I1: the server took ${took} on ${conn.conn_id}`)
  const expected = gave.map(({ n }) => n)
  const from = expected.indexOf(arrived[0] ?? 0)
  const missed = (n: number) => recalled(gave.find((said) => said.n === n))
  const due = expected.slice(Math.max(0, from)).filter((n) => arrived.includes(n) || !missed(n))
  if (arrived.length > 0 && expected.slice(0, from).some((n) => !missed(n)))
    journal.problem('I1: the first was left out')
  if (arrived.some((n, i) => n !== due[i])) journal.problem(`I1: the client got ${arrived} of ${expected}`)
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number))
}

/** A call that was taken back before it left. */
function recalled(said: Said | undefined): boolean {
  return said?.kind === 'call' && certaintyOf(said.outcome) === 'not-sent'
}

/** What must hold once the network is well again, everything has been answered, and both ends are at rest. */
export function checkEnd(theatre: Theatre): void {
  const { journal, client } = theatre
  if (client.status !== 'READY') journal.problem(`I11: the client is ${client.status}`)
  for (const said of journal.said) if (said.kind === 'call') checkCall(theatre, said)
  // A server that crashed settles nothing any more.
  const survived = journal.conns.filter(({ ended }) => ended?.[0] !== 0)
  for (const { gave } of survived) for (const said of gave) if (said.kind === 'call') checkCall(theatre, said)
  checkStreams(theatre)
  checkTopics(theatre)
  checkClientMessages(theatre)
  for (const log of journal.conns) checkServerMessages(theatre, log)
  for (const { reason } of journal.resets) checkReason(theatre, reason, 'client')
  for (const { reset } of journal.conns) if (reset) checkReason(theatre, reset.reason, 'server')
}

function checkCall({ journal }: Theatre, { n, heard, outcome }: Said): void {
  if (outcome === 'pending') return journal.problem(`I2: call ${n} never settled`)
  if (heard > 1) journal.problem(`I2: call ${n} ran ${heard} times`)
  if (outcome === 'resolved' && heard !== 1) journal.problem(`I2: call ${n} resolved, and ran ${heard} times`)
  const certainty = certaintyOf(outcome)
  if (certainty === 'not-sent' && heard > 0) journal.problem(`I2: call ${n} was said not to be sent, and ran`)
  if (certainty === 'delivered' && heard === 0) journal.problem(`I2: call ${n} was said to be delivered, and never ran`)
}

function certaintyOf(outcome: 'pending' | 'resolved' | WseError): unknown {
  return typeof outcome === 'string' ? undefined : outcome.details.certainty
}

/** I3: what was accepted was heard once, or its loss was told. */
function checkClientMessages({ journal }: Theatre): void {
  const messages = journal.said.filter(({ kind, excused }) => kind !== 'call' && !excused)
  for (const { n, heard } of messages) if (heard > 1) journal.problem(`I1: ${n} was heard ${heard} times`)
  const told = journal.resets.flatMap(({ unknown, notSent }) => [...unknown, ...notSent]).map(numberIn)
  for (const n of journal.resets.flatMap(({ notSent }) => notSent).map(numberIn)) {
    if (journal.said.some((said) => said.n === n && said.heard > 0))
      journal.problem(`I3: ${n} was told as not sent, and came`)
  }
  const unlisted = journal.resets.reduce((sum, reset) => sum + reset.unlisted, journal.unsent)
  const lost = messages.filter(({ n, heard }) => heard === 0 && !told.includes(n))
  if (lost.length > unlisted) journal.problem(`I3: ${lost.map(({ n }) => n)} were lost, and ${unlisted} told unlisted`)
}

/** I4: a message of the server is lost only if its session ended, and then told. */
function checkServerMessages({ journal }: Theatre, { gave, arrived, states, ended, reset }: ConnLog): void {
  const messages = gave.filter(({ kind, n }) => kind === 'message' && !arrived.includes(n))
  const lost = [...messages, ...states.gave.filter(({ excused, heard }) => !excused && heard === 0)]
  if (lost.length > 0 && ended === null)
    journal.problem(`I4: ${lost.map(({ n }) => n)} were lost, and the session lives`)
  const told = reset ? [...reset.unknown, ...reset.notSent].map(numberIn) : []
  const untold = lost.filter(({ n }) => !told.includes(n))
  const left = ended !== null && (ended[0] === 0 || ended[0] === 1000 || ended[0] === 4000)
  if (!left && untold.length > (reset?.unlisted ?? 0))
    journal.problem(`I4: ${untold.map(({ n }) => n)} were lost untold`)
}

function numberIn({ payload }: { payload: unknown }): number {
  if (payload instanceof Uint8Array) return ((payload[0] ?? 0) << 16) | ((payload[1] ?? 0) << 8) | (payload[2] ?? 0)
  return (payload as { n: number }).n
}

/** I6: what had to happen before a session may end for that reason. */
function checkReason({ journal, setup }: Theatre, reason: string, at: string): void {
  const { done, said, time } = journal
  const gave =
    journal.conns.reduce((sum, log) => sum + log.gave.length, 0) +
    said.length +
    journal.items +
    journal.published.length
  const gaveUp = journal.resets.some((reset) => reset.reason === 'queue-full')
  const justified: Record<string, boolean> = {
    'unknown-session': done.size > 0,
    'identity-mismatch': done.has('swap'),
    'token-reused': false,
    'auth-expired': setup.expires !== null,
    revoked: done.has('revoke'),
    window: time >= WINDOW,
    protocol: false,
    'server-buffer': 2 * gave >= setup.serverFrames,
    'client-buffer': 2 * gave >= setup.clientFrames,
    desync: false,
    // A hello that comes late cannot be told from a new client, where nobody says who it is.
    evicted:
      setup.anonymous ||
      done.has('crowd') ||
      done.has('rival') ||
      done.has('swap') ||
      done.has('jump') ||
      done.has('leave'),
    // Whose authorisation was not renewed has left its session behind, and may begin another.
    superseded: at === 'server' && (gaveUp || done.size > 0 || setup.expires !== null),
    displaced: done.has('rival') || done.has('jump') || done.has('swap') || done.has('leave'),
    'queue-full': 2 * gave >= 0.5 * setup.clientFrames,
    jump: done.has('jump'),
    closed: done.size > 0 || setup.expires !== null,
  }
  if (justified[reason] !== true) journal.problem(`I6: a reset at the ${at} for ${reason} without a cause`)
}
