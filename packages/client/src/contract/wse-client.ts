import type { AnyContract } from '@wse/protocol'
import { WseClient as Client } from '../client.js'
import type { WseClientOptions } from '../options.js'
import type { TypedClient } from './typed-client.js'

/** Options of a client with a contract. */
export interface TypedClientOptions<C extends AnyContract> extends WseClientOptions {
  /** What both ends agreed on, by `defineContract()`. @default none, any name goes */
  contract?: C | undefined
}

/** How clients are made, with or without a contract: one class, of which the compiler knows more or less. */
export interface WseClientConstructor {
  /** @throws {WseError} `INVALID_OPTION`, `NOT_SUPPORTED` */
  new <C extends AnyContract = AnyContract>(options: TypedClientOptions<C>): WseClient<C>
  readonly prototype: Client
}

/**
 * The client end: one connection to a server, kept alive. With a `contract` its names and types are known.
 *
 * @example
 * const client = new WseClient({ url: 'ws://localhost:4200', re: true })
 * client.channel.on('chat', ({ from, text }) => show(from, text))
 * await client.connect({ token })
 * const sum = await client.call('add', { a: 1, b: 2 })
 */
export const WseClient: WseClientConstructor = Client as unknown as WseClientConstructor

/** A client: of a contract, `WseClient<typeof chat>`, or of none. One with a contract is also one without. */
export type WseClient<C extends AnyContract = AnyContract> = string extends keyof C['server']['calls']
  ? Client
  : TypedClient<C>
