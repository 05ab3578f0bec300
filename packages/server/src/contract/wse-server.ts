import type { AnyContract } from '@wse/protocol'
import type { Identify } from '../handshake/identify.js'
import type { WseServerOptions } from '../options.js'
import { WseServer as Server } from '../server.js'
import type { TypedIdentify } from './identify.js'
import type { TypedServer } from './typed-server.js'

/** Options of a server with a contract. */
export interface TypedServerOptions<C extends AnyContract> extends Omit<WseServerOptions, 'contract' | 'identify'> {
  /** What both ends agreed on, by `defineContract()`. @default none, any name goes */
  contract?: C | undefined
  /** Says who a client is. Required. */
  identify: string extends keyof C['server']['calls'] ? Identify : TypedIdentify<NoInfer<C>>
}

/** How servers are made, with or without a contract: one class, of which the compiler knows more or less. */
export interface WseServerConstructor {
  /** @throws {WseError} `IDENTIFY_HANDLER_MISSING`, `INVALID_OPTION`, `NOT_SUPPORTED` */
  new <C extends AnyContract = AnyContract>(options: TypedServerOptions<C>): WseServer<C>
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

/** A server: of a contract, `WseServer<typeof chat>`, or of none. One with a contract is also one without. */
export type WseServer<C extends AnyContract = AnyContract> = string extends keyof C['server']['calls']
  ? Server
  : TypedServer<C>

/** Connections of a server: `ConnectionOf<typeof server>`. */
export type ConnectionOf<S extends Server> = Held<ClientOf<S>['conns']>

/** Users of a server, as `server.clients` has them: `ClientOf<typeof server>`. */
export type ClientOf<S extends Server> = Held<S['clients']>

type Held<Values> = Values extends ReadonlyMap<unknown, infer Value> ? Value : never
