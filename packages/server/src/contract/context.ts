import type {
  AddsOfAll,
  AnyMiddleware,
  CallContext,
  Channel,
  HandlerOptions,
  ListenerOptions,
  Payload,
  Unsubscribe,
  WhenOf,
  WseStream,
} from '@wse/protocol'
import type { ServerEvents } from '../events.js'
import type { IdentifyContext } from '../handshake/identify.js'
import type { ServerCallContext, ServerMessageContext } from '../middleware/contexts.js'
import type { Cid } from '../people/cid.js'
import type { WseConnection, WseIdentity } from '../people/people.js'
import type { WseServer } from '../server.js'

/** Where a contract notes what `upgrade` gives, for the compiler alone. */
declare const CONTEXT: unique symbol

/** A contract of a server whose connections have a context of this type. */
export interface Carrying<Context> {
  readonly [CONTEXT]: Context
}

/** What connections of a contract have as their context. */
export type Carried<C> = C extends Carrying<infer Context> ? Context : Payload

/** What a hook gives as `context`; where it lets in without one, that is undefined. */
export type Given<Result> = Result extends { readonly context: infer Context }
  ? Context
  : Result extends Response
    ? never
    : undefined

/** What `identify` of such a server is given. */
export interface ContextIdentifyContext<Context> extends IdentifyContext {
  readonly context: Context
}

/** A connection of a server without a contract, whose `upgrade` gives a context. */
export interface ContextConnection<Context> extends WseConnection {
  readonly client: ContextIdentity<Context>
  readonly context: Context
}

/** A user of such a server. */
export interface ContextIdentity<Context> extends WseIdentity {
  readonly conns: Map<string, ContextConnection<Context>>
}

/** A server without a contract, whose `upgrade` gives a context: its connections have it typed. */
export interface ContextServer<Context> extends WseServer {
  readonly channel: ContextChannel<Context, [payload: Payload]>
  readonly streams: ContextChannel<Context, [stream: WseStream, meta: Payload]>
  readonly when: WhenOf<ServerEvents<ContextConnection<Context>>>
  readonly clients: Map<Cid, ContextIdentity<Context>>
  /** Registers what clients may call. What the handler returns, or resolves to, is the caller's result. */
  register(rp: string, handler: ContextProcedure<Context, CallContext>): void
  register<const Use extends readonly AnyMiddleware<ServerCallContext<ContextConnection<Context>>>[]>(
    rp: string,
    handler: ContextProcedure<Context, ServerCallContext<ContextConnection<Context>> & AddsOfAll<Use>>,
    options: HandlerOptions<Use, WseConnection>,
  ): void
  /** Listens as `channel.on` does, and sets the middleware and hooks of this type of message. */
  message<const Use extends readonly AnyMiddleware<ServerMessageContext<ContextConnection<Context>>>[]>(
    type: string,
    listener: ContextProcedure<Context, ServerMessageContext<ContextConnection<Context>> & AddsOfAll<Use>>,
    options?: ListenerOptions<Use, WseConnection>,
  ): Unsubscribe
}

/** Answers calls, or listens to messages, of such a server. */
export type ContextProcedure<Context, Ctx> = (conn: ContextConnection<Context>, payload: Payload, ctx: Ctx) => unknown

/** Listeners of such a server. */
export interface ContextChannel<Context, Args extends unknown[]> extends Channel<[conn: WseConnection, ...args: Args]> {
  /** Calls `listener` for everything of this name, until it is taken back. */
  on(name: string, listener: ContextListener<Context, Args>): Unsubscribe
  /** Calls `listener` for the next of this name only. */
  once(name: string, listener: ContextListener<Context, Args>): Unsubscribe
  /** Takes `listener` back; without one, all of this name. */
  off(name: string, listener?: ContextListener<Context, Args>): void
}

type ContextListener<Context, Args extends unknown[]> = (conn: ContextConnection<Context>, ...args: Args) => unknown
