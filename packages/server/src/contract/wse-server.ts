import type { AnyContract } from '@wse/protocol'
import type { IdentifyContext } from '../handshake/identify.js'
import type { WseServerOptions } from '../options.js'
import { WseServer as Server } from '../server.js'
import type { Upgrade } from '../upgrade/upgrade.js'
import type { Carrying, ContextIdentifyContext, ContextServer, Given } from './context.js'
import type { TypedIdentifyContext } from './identify.js'
import type { TypedServer } from './typed-server.js'

/** Options of a server, with what the compiler takes from its contract and from what `upgrade` gives. */
export interface TypedServerOptions<C extends AnyContract, U extends Upgrade = Upgrade>
  extends Omit<WseServerOptions, 'contract' | 'identify' | 'upgrade'> {
  /** What both ends agreed on, by `defineContract()`. @default none, any name goes */
  contract?: C | undefined
  /** Decides about HTTP upgrades, before there is a WebSocket. Before `identify`, which has its context typed then. @default none, all are let in */
  upgrade?: U | undefined
  /** Says who a client is. Required. */
  identify: (context: IdentifyContextOf<NoInfer<C>, ContextOf<NoInfer<U>>>) => unknown
}

/** How servers are made, with or without a contract: one class, of which the compiler knows more or less. */
export interface WseServerConstructor {
  /** @throws {WseError} `IDENTIFY_HANDLER_MISSING`, `INVALID_OPTION`, `NOT_SUPPORTED` */
  new <C extends AnyContract = AnyContract, U extends Upgrade = Upgrade>(
    options: TypedServerOptions<C, U>,
  ): WseServer<C, ContextOf<U>>
  readonly prototype: Server
}

/**
 * The server end: who is here, what they may call, what they are told. With a `contract` its names and types are known.
 *
 * @example
 * const server = new WseServer({ port: 4200, identify: ({ identity, accept }) => accept(identity) })
 * server.channel.on('chat', (conn, text) => server.broadcast('chat', { from: conn.cid, text }))
 * server.register('add', (conn, { a, b }) => a + b)
 */
export const WseServer: WseServerConstructor = Server as unknown as WseServerConstructor

/**
 * A server: of a contract, `WseServer<typeof chat>`, or of none. One with a contract is also one without. `Context`: what
 * its `upgrade` gives.
 */
export type WseServer<C extends AnyContract = AnyContract, Context = unknown> = unknown extends Context
  ? IsAny<C> extends true
    ? Server
    : TypedServer<C>
  : IsAny<C> extends true
    ? ContextServer<Context>
    : TypedServer<C & Carrying<Context>>

/** Whether a contract is none: any name goes. */
type IsAny<C extends AnyContract> = string extends keyof C['server']['calls'] ? true : false

/** What `identify` is given, by a contract and by what `upgrade` gives. */
type IdentifyContextOf<C extends AnyContract, Context> = unknown extends Context
  ? IsAny<C> extends true
    ? IdentifyContext
    : TypedIdentifyContext<C>
  : IsAny<C> extends true
    ? ContextIdentifyContext<Context>
    : TypedIdentifyContext<C & Carrying<Context>>

/** What connections have as their context, by a server or by its hook: `ContextOf<typeof server>`, `ContextOf<typeof upgrade>`. */
export type ContextOf<From> = From extends Server
  ? ConnectionOf<From>['context']
  : From extends (...args: never[]) => infer Result
    ? Given<Awaited<Result>>
    : never

/** Connections of a server: `ConnectionOf<typeof server>`. */
export type ConnectionOf<S extends Server> = Held<ClientOf<S>['conns']>

/** Users of a server, as `server.clients` has them: `ClientOf<typeof server>`. */
export type ClientOf<S extends Server> = Held<S['clients']>

type Held<Values> = Values extends ReadonlyMap<unknown, infer Value> ? Value : never
