import type { Payload, TransportRequest } from '@wse/protocol'
import { invalidOption, isThenable, oneOf } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import { WseConnection } from './people.js'

/** A device that was accepted, and for which there may be no place. */
export interface Newcomer {
  readonly cid: Cid
  /** The `conn_id` it will have. */
  readonly conn_id: string
  /** What `connect(identity)` was given: credentials. */
  readonly identity: Payload
  /** What it says about itself. */
  readonly meta: Payload
  readonly remote_addr: string
  readonly request: TransportRequest
}

/**
 * Who gives way: the oldest, those that are away before the others; the newcomer; or the devices that are named. Where
 * those are too few the newcomer is refused, and nobody dropped.
 */
export type ExceedDecision = 'drop-oldest' | 'refuse-new' | WseConnection | readonly WseConnection[]

/**
 * What happens when a user has more devices than may be. A function is given the newcomer, and the user's devices, oldest
 * first, and answers at once; if it throws, the newcomer is asked to try again (4009).
 */
export type OnExceed =
  | 'drop-oldest'
  | 'refuse-new'
  | ((newcomer: Newcomer, devices: readonly WseConnection[]) => ExceedDecision)

/** Reads option `onExceed`. @throws {WseError} `INVALID_OPTION` */
export const onExceedOption = oneOf<OnExceed>(
  'drop-oldest',
  (given) => given === 'drop-oldest' || given === 'refuse-new' || typeof given === 'function',
  "'drop-oldest', 'refuse-new' or a function",
)

/**
 * Which devices have to go for a newcomer; null if it is the one who has to.
 *
 * @throws {WseError} `INVALID_OPTION` for what is no decision, and what the application throws
 */
export function makeRoom(
  policy: OnExceed,
  newcomer: Newcomer,
  others: readonly WseConnection[],
  limit: number,
): readonly WseConnection[] | null {
  const tooMany = others.length + 1 - limit
  if (tooMany <= 0) return []
  const decision = typeof policy === 'function' ? policy(newcomer, others) : policy
  if (decision === 'refuse-new') return null
  if (decision === 'drop-oldest') return oldestOf(others).slice(0, tooMany)
  const leaving = new Set(decision instanceof WseConnection ? [decision] : listed(decision))
  if (![...leaving].every((conn) => others.includes(conn))) throw notADecision()
  return leaving.size < tooMany ? null : [...leaving]
}

/** Those that are away first, then by age. */
function oldestOf(conns: readonly WseConnection[]): WseConnection[] {
  const isAway = ({ state }: WseConnection) => state === 'suspended'
  return [...conns.filter(isAway), ...conns.filter((conn) => !isAway(conn))]
}

function listed(decision: unknown): readonly WseConnection[] {
  if (Array.isArray(decision)) return decision
  // Nobody waits for it: what it rejects with would end the process.
  if (isThenable(decision)) decision.then(undefined, () => {})
  throw notADecision()
}

function notADecision(): Error {
  return invalidOption('onExceed', "gives 'drop-oldest', 'refuse-new' or some of the devices, and no promise")
}
