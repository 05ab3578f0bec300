import { longerThan } from '../codec/utf8.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import { NAME_BYTES, RESERVED_PREFIX } from './names.js'
import type { Payload } from './payload.js'

/** Ties a response to its call: a positive integer in version 5, a string in WSE 4. */
export type Stamp = number | string

/** The three positions everything on the wire is expressed in; trailing absent ones are left out. */
export type Envelope = readonly [type: string, payload?: Payload, stamp?: Stamp | undefined]

/** What a peer sent does not follow the protocol; whoever reads the link closes it with 4500. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Whether a name is one an application may use. */
export function isApplicationName(name: unknown): name is string {
  return isName(name) && !isReserved(name)
}

/** Whether a name is well formed: a non-empty string of at most `bytes` bytes. */
export function isName(name: unknown, bytes = NAME_BYTES): name is string {
  return typeof name === 'string' && name.length > 0 && !longerThan(name, bytes)
}

/** Whether a name belongs to the SDK. One comparison of a character for nearly all names. */
export function isReserved(name: string): boolean {
  return name.charCodeAt(0) === 126 && name.startsWith(RESERVED_PREFIX)
}

/** Checks one decoded envelope. @throws {Malformed} */
export function checkEnvelope(value: unknown, limits: FrameLimits): Envelope {
  if (!Array.isArray(value)) throw new Malformed('a frame is an array')
  if (value.length > 3) throw new Malformed('a frame has at most three positions')
  if (!isName(value[0], limits.nameBytes)) throw new Malformed('a frame begins with a name')
  const stamp: unknown = value[2]
  if (typeof stamp === 'number' ? !isStampNumber(stamp) : !isStampText(stamp, limits))
    throw new Malformed('not a stamp')
  return value as unknown as Envelope
}

/** Whether an envelope carries a stamp: undefined, null, 0 and '' are none. */
export function hasStamp(stamp: Stamp | undefined | null): stamp is Stamp {
  return stamp !== undefined && stamp !== null && stamp !== 0 && stamp !== ''
}

function isStampNumber(stamp: number): boolean {
  return stamp >= 0 && Number.isSafeInteger(stamp)
}

function isStampText(stamp: unknown, limits: FrameLimits): boolean {
  if (stamp === undefined || stamp === null) return true
  return typeof stamp === 'string' && !longerThan(stamp, limits.nameBytes)
}
