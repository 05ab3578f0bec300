import type { Payload, TransportRequest } from '@wse/protocol'
import { invalidOption, isThenable, oneOf } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import type { Member } from './member.js'

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

/** A device that has a place: a {@link WseConnection} of this server, or one of another, of which as much is known. */
export type PlacedDevice = Member

/**
 * Who gives way: the oldest, those that are away before the others; the newcomer; or the devices that are named. Where
 * those are too few the newcomer is refused, and nobody dropped.
 */
export type ExceedDecision = 'drop-oldest' | 'refuse-new' | PlacedDevice | readonly PlacedDevice[]

/**
 * What happens when a user has more devices than may be, on all servers together. A function is given the newcomer, and the
 * user's devices, oldest first, and answers at once; if it throws, the newcomer is asked to try again (4009).
 */
export type OnExceed =
  | 'drop-oldest'
  | 'refuse-new'
  | ((newcomer: Newcomer, devices: readonly PlacedDevice[]) => ExceedDecision)

/** As much of a device as it takes to give it a place. */
export type Placed = Pick<Member, 'conn_id' | 'cid' | 'state'>

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
  others: readonly Placed[],
  limit: number,
): readonly Placed[] | null {
  const tooMany = others.length + 1 - limit
  if (tooMany <= 0) return []
  // A function is asked about devices of which everything is known.
  const decision = typeof policy === 'function' ? policy(newcomer, others as readonly PlacedDevice[]) : policy
  if (decision === 'refuse-new') return null
  if (decision === 'drop-oldest') return oldestOf(others).slice(0, tooMany)
  const leaving = new Set<Placed>(isDevice(decision) ? [decision] : listed(decision))
  if (![...leaving].every((device) => others.includes(device))) throw notADecision()
  return leaving.size < tooMany ? null : [...leaving]
}

/** Those that are away first, then by age. */
function oldestOf(devices: readonly Placed[]): Placed[] {
  const isAway = ({ state }: Placed) => state === 'suspended'
  return [...devices.filter(isAway), ...devices.filter((device) => !isAway(device))]
}

const isDevice = (decision: unknown): decision is PlacedDevice =>
  typeof decision === 'object' && decision !== null && 'conn_id' in decision

function listed(decision: unknown): readonly Placed[] {
  if (Array.isArray(decision)) return decision
  // Nobody waits for it: what it rejects with would end the process.
  if (isThenable(decision)) decision.then(undefined, () => {})
  throw notADecision()
}

function notADecision(): Error {
  return invalidOption('onExceed', "gives 'drop-oldest', 'refuse-new' or some of the devices, and no promise")
}
