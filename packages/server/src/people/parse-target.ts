import type { Payload } from '@wse/protocol'
import { invalidOption, isThenable, knownMembers } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import { connsOf } from './identity.js'
import { matches } from './matches.js'
import { isCid, listOf } from './named.js'
import { WseConnection, type WseIdentity } from './people.js'
import { Selection } from './selection.js'
import { type Device, EVERYBODY, type Scope } from './spread/scope.js'
import { checkWanted } from './wanted.js'

/** Devices by what they say about themselves: those whose `meta` has all of these members, with equal values. */
export interface Where<Meta = Payload> {
  /** What is compared: `{ role: 'admin' }` is any device whose `meta.role` is `'admin'`. Required. */
  readonly where: { readonly meta: Partial<Meta> }
}

/**
 * Who is meant: a user, a connection or what is known of one, several of these, those for whom a predicate is true (asked
 * on this server alone), or those with a certain `meta`.
 */
export type TargetOf<Conn extends WseConnection = WseConnection> =
  | Cid
  | WseConnection
  | Device
  | Iterable<Cid | WseConnection | Device>
  | ((conn: Conn) => boolean)
  | Where<Conn['meta']>

type Clients = ReadonlyMap<Cid, WseIdentity>

/** Reads a target. @throws {WseError} `INVALID_OPTION` for what is none, nothing and '' among it */
export function selectionOf(target: TargetOf, clients: Clients): Selection<WseConnection> {
  if (typeof target === 'function') return among(clients, atOnce(target))
  if (isWhere(target)) {
    const { meta } = checkWhere(target)
    return among(clients, (conn) => matches(conn.meta, meta))
  }
  const list = checkedList(target)
  const read = () => list.flatMap((one) => (isCid(one) ? connsHere(clients, one) : deviceHere(clients, one)))
  return new Selection(read, [...new Set(list.filter(isCid))])
}

/** Who of other servers is meant; null for nobody. `write`: writes what `meta` has to have. @throws {WseError} `INVALID_OPTION` */
export function scopeOf(target: TargetOf, write: (meta: object) => string): Scope | null {
  if (typeof target === 'function') return null
  if (isWhere(target)) return { ...EVERYBODY, meta: write(checkWhere(target).meta) }
  const list = checkedList(target)
  const devices = list.flatMap((one) => (isCid(one) || one instanceof WseConnection ? [] : [one]))
  return { ...EVERYBODY, users: [...new Set(list.filter(isCid))], devices }
}

function checkedList(target: unknown): readonly (Cid | WseConnection | Device)[] {
  const list = listOf<Cid | WseConnection | Device>('target', target)
  for (const one of list)
    if (!isCid(one) && !isCid(one.cid)) throw invalidOption('target', 'takes devices with their cid')
  return list
}

/** What is known of a device names it: it may be here. */
function deviceHere(clients: Clients, device: WseConnection | Device): readonly WseConnection[] {
  if (device instanceof WseConnection) return [device]
  return connsHere(clients, device.cid).filter(({ conn_id }) => conn_id === device.conn_id)
}

/** Everybody who is here. */
export function everybody(clients: Clients): Selection<WseConnection> {
  return among(clients, () => true)
}

function among(clients: Clients, accepts: (conn: WseConnection) => boolean): Selection<WseConnection> {
  return new Selection(() => [...clients.values()].flatMap((user) => connsOf(user).filter((conn) => accepts(conn))))
}

/** A promise would be true for everyone. @throws {WseError} `INVALID_OPTION`, when it is asked */
function atOnce(accepts: (conn: WseConnection) => unknown): (conn: WseConnection) => boolean {
  return (conn) => {
    const answer = accepts(conn)
    if (!isThenable(answer)) return Boolean(answer)
    answer.then(undefined, () => {})
    throw invalidOption('target', 'takes a predicate that answers at once, and gives no promise')
  }
}

function connsHere(clients: Clients, cid: Cid): readonly WseConnection[] {
  const user = clients.get(cid)
  return user === undefined ? [] : connsOf(user)
}

function isWhere(target: unknown): target is Where {
  return typeof target === 'object' && target !== null && Object.hasOwn(target, 'where')
}

function checkWhere(target: Where): { readonly meta: object } {
  const { where } = target
  knownMembers('target', target, ['where'])
  if (!isPlain(where) || !isPlain(where.meta)) throw invalidOption('target.where', 'takes { meta: { … } }')
  knownMembers('target.where', where, ['meta'])
  checkWanted(where.meta)
  return where as { readonly meta: object }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
