import type {
  AddsOf,
  AddsOfAll,
  AnyContract,
  AnyMiddleware,
  CallArgs,
  CallFacts,
  CallName,
  ErrorOf,
  Filled,
  HandlerOptions,
  ListenerOptions,
  MessageArgs,
  MessageFacts,
  MessageName,
  Outcome,
  Received,
  SendOptions,
  SendResult,
  StreamName,
  TemplateOf,
  TopicName,
  TopicOf,
  Unsubscribe,
  WhenOf,
} from '@wse/protocol'
import type { WseClient } from '../client.js'
import type { ClientEvents } from '../events.js'
import type { TypedChannel } from './channel.js'
import type { ConnectArgs, IdentityOf, IdentitySource, MetaOf, TypedChallengeSolver, WelcomeOf } from './connect.js'
import type { MessageBehind, TypedListener, TypedProcedure } from './handlers.js'
import type { TypedScope } from './scope.js'
import type { Answers, Asks, Hears, Says } from './side.js'
import type { SubscribeOptionsOf, TemplateArgs, TopicOptionsOf, TypedSubscription } from './subscription.js'

/** A {@link WseClient} with a contract: what is not here is as there. */
export interface TypedClient<C extends AnyContract> extends WseClient {
  readonly channel: TypedChannel<C>
  readonly when: WhenOf<ClientEvents<WelcomeOf<C>>>
  /** Connects and authenticates; resolves with the welcome of the contract. */
  connect(...args: ConnectArgs<C>): Promise<WelcomeOf<C>>
  /** Moves to another server: connects there first. Without an identity the one given last is used. */
  jump(url: string, identity?: IdentitySource<IdentityOf<C>>, meta?: MetaOf<C>): Promise<WelcomeOf<C>>
  /** Says anew who this client is, on the link it has. */
  refresh(identity: IdentityOf<C>): Promise<void>
  /** Sends a message of the contract. */
  send<Type extends MessageName<Says<C>>>(type: Type, ...args: MessageArgs<Says<C>[Type], SendOptions>): SendResult
  /** Calls a procedure of the contract; resolves with its result. */
  call<Name extends CallName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): Promise<Received<Asks<C>[Name]['output']>>
  /** Calls a procedure and tells how it ended, with the errors of the contract typed by their codes. */
  try<Name extends CallName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): Promise<Outcome<Received<Asks<C>[Name]['output']>, ErrorOf<Asks<C>[Name]['errors']>>>
  /** Calls a procedure that gives items; what the iteration returns is its result. */
  stream<Name extends StreamName<Asks<C>> & string>(
    rp: Name,
    ...args: CallArgs<Asks<C>[Name]>
  ): AsyncIterableIterator<Received<Asks<C>[Name]['items']>, Received<Asks<C>[Name]['output']>, undefined>
  /** Subscribes to a topic of the contract, by its template and parameters, or by its name. */
  subscribe<Template extends TemplateOf<C>>(
    template: Template,
    ...args: TemplateArgs<Template, SubscribeOptionsOf<C['topics'][Template]>>
  ): Promise<TypedSubscription<C['topics'][Template]>>
  subscribe<Name extends TopicName<TemplateOf<C>>>(
    topic: Name & Filled<Name>,
    options?: SubscribeOptionsOf<TopicOf<C, Name>>,
  ): Promise<TypedSubscription<TopicOf<C, Name>>>
  /** The same at once, even before `connect()`. */
  topic<Template extends TemplateOf<C>>(
    template: Template,
    ...args: TemplateArgs<Template, TopicOptionsOf<C['topics'][Template]>>
  ): TypedSubscription<C['topics'][Template]>
  topic<Name extends TopicName<TemplateOf<C>>>(
    topic: Name & Filled<Name>,
    options?: TopicOptionsOf<TopicOf<C, Name>>,
  ): TypedSubscription<TopicOf<C, Name>>
  /** Answers calls of the contract. What the handler returns, or resolves to, is the server's result. */
  register<Name extends keyof Answers<C> & string, const Use extends readonly AnyMiddleware<CallFacts>[]>(
    rp: Name,
    handler: TypedProcedure<C, Name, AddsOfAll<Use>>,
    options?: HandlerOptions<Use>,
  ): void
  unregister(rp: keyof Answers<C> & string): void
  /** Puts a middleware around every call and message; returns the same client, typed by what that adds. */
  use<const Mw extends AnyMiddleware<CallFacts | MessageFacts>>(middleware: Mw): TypedScope<C, AddsOf<Mw>, this>
  /** Listens as `channel.on` does, and sets the middleware and hooks of this type of message. */
  message<Type extends MessageName<Hears<C>>, const Use extends readonly AnyMiddleware<MessageFacts>[]>(
    type: Type,
    listener: TypedListener<C, Type, [ctx: MessageBehind<AddsOfAll<Use>>]>,
    options?: ListenerOptions<Use>,
  ): Unsubscribe
  challenge(handler: TypedChallengeSolver<C>): void
}
