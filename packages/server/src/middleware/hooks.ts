import type { Hooks } from '@wse/protocol'
import { hooksOption } from '@wse/protocol/internal'
import type { WseConnection, WseIdentity } from '../people/people.js'

/** A client said who it is, and was believed. */
export interface AuthenticatedEvent {
  readonly conn: WseConnection
  readonly user: WseIdentity
  /** A new device, one that came back to its session, or one that renewed its authorisation. */
  readonly how: 'connected' | 'resumed' | 'renewed'
}

/** The hooks of a server; those of a procedure or message have all but `authenticated`. */
export interface ServerHooks extends Hooks<WseConnection> {
  /** A client was let in. @default none */
  authenticated?: ((event: AuthenticatedEvent) => unknown) | null | undefined
}

/** Reads option `log` of a server. @throws {WseError} `INVALID_OPTION` */
export const serverHooks = hooksOption<ServerHooks>('authenticated')
