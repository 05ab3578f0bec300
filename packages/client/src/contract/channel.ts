import type { AnyContract, Channel, MessageName, Payload, Unsubscribe } from '@wse/protocol'
import type { MessageBehind, TypedListener } from './handlers.js'
import type { Hears } from './side.js'

/** Listeners for the messages of a contract: `(payload)`. */
export interface TypedChannel<C extends AnyContract> extends Channel<[payload: Payload]> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on<Type extends MessageName<Hears<C>>>(type: Type, listener: TypedListener<C, Type>): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once<Type extends MessageName<Hears<C>>>(type: Type, listener: TypedListener<C, Type>): Unsubscribe
  /** Takes `listener` back; without one, all of `type`. */
  off<Type extends MessageName<Hears<C>>>(type: Type, listener?: TypedListener<C, Type>): void
  /** How many listeners `type` has. */
  listenerCount(type: MessageName<Hears<C>>): number
}

/** The same behind middleware: `(payload, ctx)`. */
export interface TypedScopedChannel<C extends AnyContract, Adds> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on<Type extends MessageName<Hears<C>>>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<Adds>]>,
  ): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once<Type extends MessageName<Hears<C>>>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<Adds>]>,
  ): Unsubscribe
}
