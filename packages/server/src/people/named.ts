import { invalidOption } from '@wse/protocol/internal'
import type { Cid } from './cid.js'

/** A device, as far as it can be named. */
export interface Named {
  readonly conn_id: string
}

/** Whether something may be the id of a user. */
export function isCid(value: unknown): value is Cid {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' && Number.isFinite(value) && value !== 0
}

/** What was given, as a list of users and devices. @throws {WseError} `INVALID_OPTION` */
export function listOf<One>(option: string, given: unknown): readonly One[] {
  const list = isIterable(given) ? [...given] : [given]
  if (list.every((one) => isCid(one) || isDevice(one))) return list as One[]
  throw invalidOption(option, 'takes the id of a user, a connection, or a list of these')
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function isDevice(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Named>).conn_id === 'string'
}
