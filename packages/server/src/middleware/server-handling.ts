import type { Clock, Payload, WseError } from '@wse/protocol'
import { type Channel, type Guard, Handling, type RunningCall, type Signals } from '@wse/protocol/internal'
import type { ServerEvents } from '../events.js'
import type { WseConnection } from '../people/people.js'
import { type Procedure, ServerCall, type ServerMessage } from './contexts.js'
import type { AuthenticatedEvent, ServerHooks } from './hooks.js'

/** What stands around the handlers and listeners of a server. */
export type ServerHandling = Handling<Procedure, ServerCall, ServerMessage, WseConnection>

/** What it is made of. */
export interface HandlingParts {
  readonly clock: Clock
  readonly log: ServerHooks | null | undefined
  readonly guard: Guard | null
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  readonly signals: Signals<ServerEvents>
}

/** Makes what stands around the handlers and listeners of a server. Its hooks hear of errors as `when.error` does. */
export function serverHandling({ clock, log, guard, channel, signals }: HandlingParts): ServerHandling {
  const emit = channel.emit.bind(channel) as (type: string, ...args: unknown[]) => boolean
  const handling: ServerHandling = new Handling({
    clock,
    log,
    guard,
    contextOf: (args) => new ServerCall(...(args as unknown as [WseConnection, Payload, RunningCall])),
    invoke: (handler, ctx) => handler(ctx.conn, ctx.payload, ctx),
    deliver(ctx) {
      const { name, conn, payload } = ctx
      if (!emit(name, conn, payload, ctx)) signals.emit('ignored', conn, name, payload)
    },
    ignore: ({ name, conn, payload }) => signals.emit('ignored', conn, name, payload),
    connOf: ({ conn }) => conn,
    failed: (error: WseError, conn) => signals.emit('error', error, conn),
  })
  signals.when.error((error, conn) => handling.failed(error, conn))
  if (log?.authenticated) {
    signals.when.connected((conn) => authenticated(handling, log, conn, 'connected'))
    signals.when.resumed((conn) => authenticated(handling, log, conn, 'resumed'))
  }
  return handling
}

/**
 * Calls of the contract without a handler are told once the turn is over in which the server was made; not if what is
 * returned is called before.
 */
export function reportMissing(handling: ServerHandling, clock: Clock, report: (error: WseError) => void): () => void {
  if (handling.missing === null) return () => {}
  const timer = clock.setTimer(() => {
    const { missing } = handling
    if (missing !== null) report(missing)
  }, 0)
  return () => clock.clearTimer(timer)
}

/** Tells that a client was let in. */
export function authenticated(
  handling: ServerHandling,
  log: ServerHooks | null | undefined,
  conn: WseConnection,
  how: AuthenticatedEvent['how'],
): void {
  if (log?.authenticated) handling.tell(log.authenticated, { conn, user: conn.client, how }, conn)
}
