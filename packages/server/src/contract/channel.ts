import type { AnyContract, Channel, MessageName, Payload, Unsubscribe, WseStream } from '@wse/protocol'
import type { WseConnection } from '../people/people.js'
import type { TypedConnection } from './connection.js'
import type { MessageBehind, TypedListener } from './handlers.js'
import type { Hears } from './side.js'

/** Listeners for the messages of a contract: `(conn, payload)`. */
export interface TypedChannel<C extends AnyContract> extends Channel<[conn: WseConnection, payload: Payload]> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on<Type extends MessageName<Hears<C>>>(type: Type, listener: TypedListener<C, Type>): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once<Type extends MessageName<Hears<C>>>(type: Type, listener: TypedListener<C, Type>): Unsubscribe
  /** Takes `listener` back; without one, all of `type`. */
  off<Type extends MessageName<Hears<C>>>(type: Type, listener?: TypedListener<C, Type>): void
  /** How many listeners `type` has. */
  listenerCount(type: MessageName<Hears<C>>): number
}

/** The same behind middleware: `(conn, payload, ctx)`. */
export interface TypedScopedChannel<C extends AnyContract, Adds> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on<Type extends MessageName<Hears<C>>>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<C, Adds>]>,
  ): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once<Type extends MessageName<Hears<C>>>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<C, Adds>]>,
  ): Unsubscribe
}

/** Listeners for streams of bytes, which no contract names: `(conn, stream, meta)`. */
export interface TypedStreams<C extends AnyContract>
  extends Channel<[conn: WseConnection, stream: WseStream, meta: Payload]> {
  /** Calls `listener` for every stream of this name, until it is taken back. */
  on(name: string, listener: StreamListener<C>): Unsubscribe
  /** Calls `listener` for the next stream of this name only. */
  once(name: string, listener: StreamListener<C>): Unsubscribe
  /** Takes `listener` back; without one, all of this name. */
  off(name: string, listener?: StreamListener<C>): void
}

type StreamListener<C extends AnyContract> = (conn: TypedConnection<C>, stream: WseStream, meta: Payload) => unknown
