import type {
  AddsOf,
  AddsOfAll,
  AnyContract,
  AnyMiddleware,
  CallFacts,
  HandlerOptions,
  ListenerOptions,
  MessageFacts,
  MessageName,
  Unsubscribe,
} from '@wse/protocol'
import type { TypedScopedChannel } from './channel.js'
import type { MessageBehind, TypedListener, TypedProcedure } from './handlers.js'
import type { Answers, Hears } from './side.js'

/** A client with a contract as its handlers see it that stand behind middleware: the same client. */
export type TypedScope<C extends AnyContract, Adds, Client> = TypedScopeMembers<C, Adds, Client> & Client

/** What of it is typed by its middleware. */
export interface TypedScopeMembers<C extends AnyContract, Adds, Client> {
  readonly channel: TypedScopedChannel<C, Adds>
  use<const Mw extends AnyMiddleware<(CallFacts | MessageFacts) & Adds>>(
    middleware: Mw,
  ): TypedScope<C, Adds & AddsOf<Mw>, Client>
  register<Name extends keyof Answers<C> & string, const Use extends readonly AnyMiddleware<CallFacts & Adds>[]>(
    rp: Name,
    handler: TypedProcedure<C, Name, Adds & AddsOfAll<Use>>,
    options?: HandlerOptions<Use>,
  ): void
  message<Type extends MessageName<Hears<C>>, const Use extends readonly AnyMiddleware<MessageFacts & Adds>[]>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<Adds & AddsOfAll<Use>>]>,
    options?: ListenerOptions<Use>,
  ): Unsubscribe
}
