import type { Payload } from '@wse/protocol'
import { invalidOption, isThenable, knownMembers } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import { matches } from './matches.js'
import { isCid, listOf } from './named.js'
import { connsOf, WseConnection, type WseIdentity } from './people.js'
import { Selection } from './selection.js'

/** Devices by what they say about themselves: those whose `meta` has all of these members, with equal values. */
export interface Where<Meta = Payload> {
  /** What is compared: `{ role: 'admin' }` is any device whose `meta.role` is `'admin'`. Required. */
  readonly where: { readonly meta: Partial<Meta> }
}

/**
 * Who is meant: a user, a connection, several of these, those for whom a predicate is true (asked on this node alone), or
 * those with a certain `meta`.
 */
export type TargetOf<Conn extends WseConnection = WseConnection> =
  | Cid
  | WseConnection
  | Iterable<Cid | WseConnection>
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
  const list = listOf<Cid | WseConnection>('target', target)
  const named = new Set<Cid>()
  for (const one of list) {
    if (isCid(one)) named.add(one)
    else if (!(one instanceof WseConnection)) throw invalidOption('target', 'takes connections of this server')
  }
  return new Selection(() => list.flatMap((one) => (isCid(one) ? connsHere(clients, one) : [one])), [...named])
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
  return where as { readonly meta: object }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
