import type { Data, SendOptions, SendResult } from '@wse/protocol'
import type { EventAbout } from '../../backplane/event-about.js'
import type { Cid } from '../cid.js'
import type { ExceptedIds } from '../excepted.js'

/** What another server has to know to find those who are meant, beside the subject. Plain JSON. */
export interface ScopeAbout {
  /** Who is left out. */
  readonly x?: ExceptedIds | undefined
  /** Which devices of the user, if not all. */
  readonly d?: readonly string[] | undefined
  /** What their `meta` has, as servers write values to each other. */
  readonly w?: string | undefined
}

/** What a letter says of a message, beside its frames. */
export interface SayAbout extends ScopeAbout {
  /** Its type. */
  readonly n: string
  /** Protocols of the frames. */
  readonly c: readonly string[]
  /** How it is sent. */
  readonly o?: SendOptions | undefined
  /** Whether its payload is bytes. */
  readonly b?: true | undefined
}

/** What a letter says of an event for some devices, beside its frames. */
export interface EventToAbout extends ScopeAbout, EventAbout {
  /** Its topic: who is not on it does not get it. */
  readonly t: string
}

/** An event for some devices, as it travels. */
export interface EncodedEvent {
  readonly about: Omit<EventToAbout, keyof ScopeAbout>
  readonly frames: readonly Data[]
}

/** What a letter says of devices that are to be closed. */
export interface CloseAbout extends ScopeAbout {
  readonly code: number
  readonly reason: string
}

/** What became of something for a device of another server. */
export type ResultElsewhere = readonly [cid: Cid, conn_id: string, result: SendResult]

/** What became of something on other servers. */
export interface ToldElsewhere {
  readonly results: readonly ResultElsewhere[]
  /** Users of whom not all have told who were asked. */
  readonly silent: readonly Cid[]
}

/** Names of what servers ask each other about people. */
export const PEOPLE = { SAY: 'say', EVENT: 'event', DEVICES: 'devices', CALL: 'call' } as const

/** What a device of another server is asked, beside the payload, which is a frame of its own. */
export interface CallAbout {
  readonly cid: Cid
  readonly conn_id: string
  readonly rp: string
  readonly timeout: number | undefined
  readonly idempotent: boolean | undefined
  readonly trace: string | undefined
}
