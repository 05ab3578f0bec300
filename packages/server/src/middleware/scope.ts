import type {
  AddsOf,
  AddsOfAll,
  AnyMiddleware,
  HandlerOptions,
  ListenerOptions,
  Payload,
  Unsubscribe,
} from '@wse/protocol'
import type { WseConnection } from '../people/people.js'
import type { ServerCallContext, ServerContext, ServerMessageContext } from './contexts.js'

/** A handler behind middleware: its context has what they added. */
export type ProcedureBehind<Adds> = (conn: WseConnection, payload: Payload, ctx: ServerCallContext & Adds) => unknown

/** A listener behind middleware: its context has what they added. */
export type ListenerBehind<Adds> = (conn: WseConnection, payload: Payload, ctx: ServerMessageContext & Adds) => unknown

/** Listeners for messages, behind middleware. */
export interface ScopedChannel<Adds> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on(type: string, listener: ListenerBehind<Adds>): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once(type: string, listener: ListenerBehind<Adds>): Unsubscribe
}

/** A server as its handlers see it that stand behind middleware: the same server, with a context that has more. */
export type Scope<Adds, Server> = ScopeMembers<Adds, Server> & Server

/** What of a server is typed by its middleware. */
export interface ScopeMembers<Adds, Server> {
  readonly channel: ScopedChannel<Adds>
  use<const Mw extends AnyMiddleware<ServerContext & Adds>>(middleware: Mw): Scope<Adds & AddsOf<Mw>, Server>
  register<const Use extends readonly AnyMiddleware<ServerCallContext & Adds>[]>(
    rp: string,
    handler: ProcedureBehind<Adds & AddsOfAll<Use>>,
    options?: HandlerOptions<Use, WseConnection>,
  ): void
  message<const Use extends readonly AnyMiddleware<ServerMessageContext & Adds>[]>(
    type: string,
    listener: ListenerBehind<Adds & AddsOfAll<Use>>,
    options?: ListenerOptions<Use, WseConnection>,
  ): Unsubscribe
}
