import type {
  AddsOf,
  AddsOfAll,
  AnyMiddleware,
  CallFacts,
  HandlerOptions,
  ListenerOptions,
  MessageFacts,
  Payload,
  Unsubscribe,
} from '@wse/protocol'

/** A handler behind middleware: its context has what they added. */
export type ProcedureBehind<Adds> = (payload: Payload, ctx: CallFacts & Adds) => unknown

/** A listener behind middleware: its context has what they added. */
export type ListenerBehind<Adds> = (payload: Payload, ctx: MessageFacts & Adds) => unknown

/** Listeners for messages, behind middleware. */
export interface ScopedChannel<Adds> {
  /** Calls `listener` for every message of `type`, until it is taken back. */
  on(type: string, listener: ListenerBehind<Adds>): Unsubscribe
  /** Calls `listener` for the next message of `type` only. */
  once(type: string, listener: ListenerBehind<Adds>): Unsubscribe
}

/** A client as its handlers see it that stand behind middleware: the same client, with a context that has more. */
export type Scope<Adds, Client> = ScopeMembers<Adds, Client> & Client

/** What of a client is typed by its middleware. */
export interface ScopeMembers<Adds, Client> {
  readonly channel: ScopedChannel<Adds>
  use<const Mw extends AnyMiddleware<(CallFacts | MessageFacts) & Adds>>(
    middleware: Mw,
  ): Scope<Adds & AddsOf<Mw>, Client>
  register<const Use extends readonly AnyMiddleware<CallFacts & Adds>[]>(
    rp: string,
    handler: ProcedureBehind<Adds & AddsOfAll<Use>>,
    options?: HandlerOptions<Use>,
  ): void
  message<const Use extends readonly AnyMiddleware<MessageFacts & Adds>[]>(
    type: string,
    listener: ListenerBehind<Adds & AddsOfAll<Use>>,
    options?: ListenerOptions<Use>,
  ): Unsubscribe
}
