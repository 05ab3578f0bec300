import { ALL, type Subject } from '@wse/protocol/backplane'
import { userSubject } from '../../backplane/subjects.js'
import type { Cid } from '../cid.js'
import { Excepted } from '../excepted.js'
import type { ScopeAbout } from './abouts.js'

/** A device, as far as it has to be known to be found. */
export interface Device {
  readonly cid: Cid
  readonly conn_id: string
}

/** Whom something is for, whatever server they are on. */
export interface Scope {
  /** Users with all of their devices; null is everybody. */
  readonly users: readonly Cid[] | null
  /** Devices, with their users. */
  readonly devices: readonly Device[]
  /** Of everybody those whose `meta` has these members, as it travels; null for no such condition. */
  readonly meta: string | null
  readonly excepted: readonly Excepted[]
}

/** Everybody. */
export const EVERYBODY: Scope = { users: null, devices: [], meta: null, excepted: [] }

/** All devices of a user. */
export const scopeOfUser = (cid: Cid): Scope => ({ ...EVERYBODY, users: [cid] })

/** Whom to write to, about whom. */
export function lettersTo({ users, devices, meta, excepted }: Scope): [subject: Subject, about: ScopeAbout][] {
  const x = excepted.length === 0 ? undefined : Excepted.all(excepted).ids
  if (users === null) return [[ALL, { x, w: meta ?? undefined }]]
  const whole = users.map((cid): [Subject, ScopeAbout] => [userSubject(cid), { x }])
  const byUser = new Map<Cid, string[]>()
  for (const { cid, conn_id } of devices) {
    if (!users.includes(cid)) byUser.set(cid, [...(byUser.get(cid) ?? []), conn_id])
  }
  const single = [...byUser].map(([cid, d]): [Subject, ScopeAbout] => [userSubject(cid), { x, d }])
  return [...whole, ...single]
}

/** Whether a device is meant that is about to be here. */
export function isMeant(cid: Cid, conn_id: string, { x, d }: ScopeAbout): boolean {
  return !(x !== undefined && Excepted.by(x).has({ cid, conn_id })) && (d === undefined || d.includes(conn_id))
}
