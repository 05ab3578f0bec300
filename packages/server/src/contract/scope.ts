import type {
  AddsOf,
  AddsOfAll,
  AnyContract,
  AnyMiddleware,
  HandlerOptions,
  ListenerOptions,
  MessageName,
  Unsubscribe,
} from '@wse/protocol'
import type { ServerCallContext, ServerContext, ServerMessageContext } from '../middleware/contexts.js'
import type { WseConnection } from '../people/people.js'
import type { TypedScopedChannel } from './channel.js'
import type { TypedConnection } from './connection.js'
import type { MessageBehind, TypedListener, TypedProcedure } from './handlers.js'
import type { Answers, Hears } from './side.js'

/** A server with a contract as its handlers see it that stand behind middleware: the same server. */
export type TypedScope<C extends AnyContract, Adds, Server> = TypedScopeMembers<C, Adds, Server> & Server

/** Middleware for a call, a message, or both, behind some that adds. */
export type CallLayer<C extends AnyContract, Adds = unknown> = AnyMiddleware<
  ServerCallContext<TypedConnection<C>> & Adds
>
export type MessageLayer<C extends AnyContract, Adds = unknown> = AnyMiddleware<
  ServerMessageContext<TypedConnection<C>> & Adds
>
export type Layer<C extends AnyContract, Adds = unknown> = AnyMiddleware<ServerContext<TypedConnection<C>> & Adds>

/** What of it is typed by its middleware. */
export interface TypedScopeMembers<C extends AnyContract, Adds, Server> {
  readonly channel: TypedScopedChannel<C, Adds>
  use<const Mw extends Layer<C, Adds>>(middleware: Mw): TypedScope<C, Adds & AddsOf<Mw>, Server>
  register<Name extends keyof Answers<C> & string, const Use extends readonly CallLayer<C, Adds>[]>(
    rp: Name,
    handler: TypedProcedure<C, Name, Adds & AddsOfAll<Use>>,
    options?: HandlerOptions<Use, WseConnection>,
  ): void
  message<Type extends MessageName<Hears<C>>, const Use extends readonly MessageLayer<C, Adds>[]>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<C, Adds & AddsOfAll<Use>>]>,
    options?: ListenerOptions<Use, WseConnection>,
  ): Unsubscribe
}
