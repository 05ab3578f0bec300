import { invalidOption } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { WseConnection } from '../people/people.js'
import type { Excepted } from './publication.js'
import type { Subscriber } from './topic.js'

/** The devices of a user, or one device. */
export type DevicesOf = (who: WseConnection | Cid) => Iterable<Subscriber>

/** The devices that do not get something. @throws {WseError} `INVALID_OPTION` */
export function exceptedOf(given: Excepted, devicesOf: DevicesOf): ReadonlySet<Subscriber> {
  const all = Array.isArray(given) ? given : [given]
  const isOne = (one: unknown) => one instanceof WseConnection || typeof one === 'string' || typeof one === 'number'
  if (!all.every(isOne)) throw invalidOption('except', 'takes connections, and ids of users')
  return new Set(all.flatMap((one) => [...devicesOf(one)]))
}
