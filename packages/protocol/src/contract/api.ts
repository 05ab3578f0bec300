import type { Unsubscribe } from '../events/listener.js'
import type { When } from '../events/signal.js'
import type { Payload } from '../frames/payload.js'
import type { SendResult } from '../link/link.js'
import type { SendOptions } from '../link/send-options.js'
import type { AnyContract } from './contract.js'
import type {
  Answer,
  CallArgs,
  CallName,
  ContextOf,
  ErrorOf,
  MessageArgs,
  MessageName,
  Outcome,
  Received,
  ReceivedLoosely,
  SentLoosely,
  StreamName,
} from './infer.js'
import type { Part, Rpcs, Schemas } from './shape.js'
import type { InferOutput } from './standard-schema.js'

/** Whoever can ask the other end. */
export interface Asking<Asks extends Rpcs> {
  /** Calls a procedure; resolves with its result. */
  call<Name extends CallName<Asks> & string>(
    name: Name,
    ...args: CallArgs<Asks[Name]>
  ): Promise<Received<Asks[Name]['output']>>
  /** Calls a procedure that gives items; what the iteration returns is its result. */
  stream<Name extends StreamName<Asks> & string>(
    name: Name,
    ...args: CallArgs<Asks[Name]>
  ): AsyncIterableIterator<Received<Asks[Name]['items']>, Received<Asks[Name]['output']>>
  /** As `call`, without a throw: how it ended, with the errors of the contract typed by their codes. */
  try<Name extends CallName<Asks> & string>(
    name: Name,
    ...args: CallArgs<Asks[Name]>
  ): Promise<Outcome<Received<Asks[Name]['output']>, ErrorOf<Asks[Name]['errors']>>>
}

/** Whoever can tell the other end. */
export interface Saying<Says extends Schemas> {
  /** Sends a message. */
  send<Name extends MessageName<Says>>(type: Name, ...args: MessageArgs<Says[Name], SendOptions>): SendResult
}

/** Listeners for messages, typed; `Before` stands in front of the payload. */
export interface Hearing<Hears extends Schemas, Before extends readonly unknown[]> {
  on<Name extends MessageName<Hears>>(type: Name, listener: Listener<Hears, Name, Before>): Unsubscribe
  once<Name extends MessageName<Hears>>(type: Name, listener: Listener<Hears, Name, Before>): Unsubscribe
  off<Name extends MessageName<Hears>>(type: Name, listener?: Listener<Hears, Name, Before>): void
  listenerCount(type: MessageName<Hears>): number
}

type Listener<Hears extends Schemas, Name extends keyof Hears, Before extends readonly unknown[]> = (
  ...args: [...Before, payload: InferOutput<Hears[Name]>]
) => unknown

/** What the ends tell each other of a contract they do not share. */
export interface Outdated {
  readonly ours: string
  readonly theirs: string
}

/** Where an identity comes from: a value, or a function that is asked at every attempt. */
export type IdentitySource<Identity> = Identity | ((attempt: { url: string; attempt: number }) => OrPromise<Identity>)

type OrPromise<Value> = Value | PromiseLike<Value>

/** Arguments of `connect`: what may be left out is what may be undefined, and meta that may be empty. */
export type ConnectArgs<Identity extends Part, Meta extends Part> =
  Record<never, never> extends SentLoosely<Meta>
    ? undefined extends SentLoosely<Identity>
      ? [identity?: IdentitySource<SentLoosely<Identity>>, meta?: SentLoosely<Meta>]
      : [identity: IdentitySource<SentLoosely<Identity>>, meta?: SentLoosely<Meta>]
    : [identity: IdentitySource<SentLoosely<Identity>>, meta: SentLoosely<Meta>]

type QuestOf<C extends AnyContract> = C['challenge'] extends { readonly quest: infer Quest extends Part }
  ? Quest
  : undefined
type AnswerTo<C extends AnyContract> = C['challenge'] extends { readonly answer: infer Reply extends Part }
  ? Reply
  : undefined

/** A handler of a client. `Context`: what the SDK gives to every handler. */
export type ClientHandler<Answers extends Rpcs, Name extends keyof Answers, Context = unknown> = (
  payload: Received<Answers[Name]['input']>,
  ctx: Context & ContextOf<Answers[Name]>,
) => Answer<Answers[Name]>

/** A handler of a server. */
export type ServerHandler<Answers extends Rpcs, Name extends keyof Answers, Conn, Context = unknown> = (
  conn: Conn,
  payload: Received<Answers[Name]['input']>,
  ctx: Context & ContextOf<Answers[Name]>,
) => Answer<Answers[Name]>

/** A client, as a contract types it. */
export interface ClientApi<C extends AnyContract, Context = unknown>
  extends Asking<C['server']['calls']>,
    Saying<C['server']['messages']> {
  readonly channel: Hearing<C['client']['messages'], []>
  readonly when: {
    readonly ready: When<[welcome: ReceivedLoosely<C['welcome']>, how: { resumed: boolean }]>
    readonly outdated: When<[outdated: Outdated]>
  }
  connect(...args: ConnectArgs<C['identity'], C['meta']>): Promise<ReceivedLoosely<C['welcome']>>
  jump(
    url: string,
    identity?: IdentitySource<SentLoosely<C['identity']>>,
    meta?: SentLoosely<C['meta']>,
  ): Promise<ReceivedLoosely<C['welcome']>>
  refresh(identity: SentLoosely<C['identity']>): Promise<void>
  register<Name extends keyof C['client']['calls'] & string>(
    name: Name,
    handler: ClientHandler<C['client']['calls'], Name, Context>,
  ): void
  unregister(name: keyof C['client']['calls'] & string): void
  challenge(
    handler: (quest: ReceivedLoosely<QuestOf<C>>, solve: (answer: SentLoosely<AnswerTo<C>>) => void) => unknown,
  ): void
}

/** One connection of a server, as a contract types it. */
export interface ConnectionApi<C extends AnyContract>
  extends Asking<C['client']['calls']>,
    Saying<C['client']['messages']> {
  readonly identity: ReceivedLoosely<C['identity']>
  readonly meta: ReceivedLoosely<C['meta']>
}

/** What `identify` is given of a contract. `Options`: how a client may be let in. */
export interface IdentifyApi<C extends AnyContract, Options = unknown> {
  readonly identity: ReceivedLoosely<C['identity']>
  readonly meta: ReceivedLoosely<C['meta']>
  readonly challenge: {
    readonly quest: SentLoosely<QuestOf<C>>
    readonly response: ReceivedLoosely<AnswerTo<C>>
  } | null
  /** Refuses the client. */
  accept(cid: false | null | undefined): void
  /** Lets it in. A falsy `cid` refuses it. */
  accept(
    cid: string | number | false | null | undefined,
    ...welcome: WelcomeArgs<SentLoosely<C['welcome']>, Options>
  ): void
}

type WelcomeArgs<Welcome, Options> = undefined extends Welcome
  ? [welcome?: Welcome, options?: Options]
  : [welcome: Welcome, options?: Options]

/** A server, as a contract types it. `Conn`: its connections; `Context`: what the SDK gives to every handler. */
export interface ServerApi<C extends AnyContract, Conn = ConnectionApi<C>, Context = unknown> {
  readonly channel: Hearing<C['server']['messages'], [conn: Conn]>
  readonly when: {
    readonly joined: When<[client: Payload, meta: ReceivedLoosely<C['meta']>]>
    readonly outdated: When<[conn: Conn, outdated: Outdated]>
  }
  register<Name extends keyof C['server']['calls'] & string>(
    name: Name,
    handler: ServerHandler<C['server']['calls'], Name, Conn, Context>,
  ): void
  unregister(name: keyof C['server']['calls'] & string): void
  broadcast<Name extends MessageName<C['client']['messages']>>(
    type: Name,
    ...args: MessageArgs<C['client']['messages'][Name], SendOptions>
  ): Record<SendResult, number>
  send<Name extends MessageName<C['client']['messages']>>(
    cid: string | number,
    type: Name,
    ...args: MessageArgs<C['client']['messages'][Name], SendOptions>
  ): Record<SendResult, number>
  useChallenge(
    generator: (
      identity: ReceivedLoosely<C['identity']>,
      meta: ReceivedLoosely<C['meta']>,
      quest: (quest: SentLoosely<QuestOf<C>>) => void,
      refuse: () => void,
    ) => unknown,
  ): void
}
