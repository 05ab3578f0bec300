import {
  type AddsOf,
  type AddsOfAll,
  type AnyMiddleware,
  type CallFacts,
  type CallOptions,
  type HandlerOptions,
  type Interceptor,
  type ListenerOptions,
  type MessageFacts,
  type Outcome,
  type Payload,
  type Protocol,
  type SendOptions,
  type SendResult,
  type Unsubscribe,
  type WhenOf,
  WseError,
  type WseStatus,
  type WseStream,
} from '@wse/protocol'
import { type Channel, openStream, outcomeOf, type Peer } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as WSE_REASON from '@wse/protocol/internal/reason'
import { refresh } from './authorisation/renewal.js'
import { Connection } from './connection/connection.js'
import { type ChallengeSolver, type Context, createContext } from './context.js'
import type { ClientEvents } from './events.js'
import { Departure } from './goaway/departure.js'
import { inspect } from './inspect.js'
import type { Procedure } from './middleware/client-handling.js'
import type { ListenerBehind, ProcedureBehind, Scope } from './middleware/scope.js'
import { checkUrl, type WseClientOptions } from './options.js'
import { takeNotice } from './session/notices.js'
import type { SubscribeOptions, TopicArgs, TopicOptions } from './topics/subscribe-options.js'
import type { Subscription } from './topics/subscription.js'
import { Alarm } from './wake/alarm.js'
import type { Woken } from './wake/wake.js'

/**
 * The client end: one connection to a server, kept alive.
 *
 * @example
 * const client = new WseClient({ url: 'ws://localhost:4200', re: true })
 * client.channel.on('chat', ({ from, text }) => show(from, text))
 * await client.connect({ token })
 * const sum = await client.call('add', { a: 1, b: 2 })
 */
export class WseClient {
  /** Listeners for messages of the server: `(payload)`. */
  readonly channel: Channel<[payload: Payload]>
  /** Listeners for streams of bytes the server opens, by their name: `(stream, meta)`. */
  readonly streams: Channel<[stream: WseStream, meta: Payload]>
  /** The client's events; each subscribes with a listener, or is a promise of the next occurrence without one. */
  readonly when: WhenOf<ClientEvents>
  readonly #context: Context
  readonly #connection: Connection
  readonly #departure: Departure

  /** @throws {WseError} `INVALID_OPTION`, `NOT_SUPPORTED` */
  constructor(options: WseClientOptions) {
    const context = createContext(options)
    this.#context = context
    this.when = context.signals.when
    this.channel = context.channel
    this.streams = context.streams
    const woken = (why: Woken) => this.#connection.woken(why)
    const alarm = new Alarm(context.wake, woken, (error) => this.#failed(error))
    this.#connection = new Connection(context, {
      notice: (session, type, payload) => takeNotice(takers, session, type, payload),
      active: (active) => alarm.set(active),
      over: (error) => this.#over(error),
    })
    this.#departure = new Departure(context, this.#connection)
    const failed = (error: WseError) => this.#failed(error)
    const takers = { context, connection: this.#connection, departure: this.#departure, failed }
    // There is nothing to leave any more.
    const stay = () => this.#departure.cancel()
    this.when.ready(stay)
    this.when.closed(stay)
  }

  /** Where the client stands. */
  get status(): WseStatus {
    return this.#connection.status
  }

  /** Who the server accepted this client as; null before, and with a WSE 4 server. */
  get cid(): string | number | null {
    return this.#connection.cid
  }

  /** Where the client connects to; another after a jump. */
  get url(): string {
    return this.#connection.target.url
  }

  /** The message protocol: the one agreed on with the server, before that the first. */
  get protocol(): Protocol {
    const { protocols, codecs } = this.#context
    return protocols[codecs.indexOf(this.#connection.session.codec)] as Protocol
  }

  /** Seconds after which a call is given up. */
  get tO(): number {
    return this.#context.timeout / 1_000
  }

  /**
   * Bytes accepted and not yet handed to the network, what is held back or waits for a link included. Without a link: all
   * that may have to be sent again.
   */
  get buffered(): number {
    return this.#connection.session.buffered
  }

  /** Milliseconds a ping of the server took there and back; null before it said so. */
  get latency(): number | null {
    return this.#connection.latency
  }

  /**
   * Connects and authenticates; resolves with what the server welcomes this client with. With `re` it keeps trying until
   * the server lets it in or refuses it. `identity` may be a function `({ url, attempt }) => identity`, read again at
   * every attempt.
   *
   * @throws {WseError} (by rejection) `CLIENT_ALREADY_CONNECTED`, `NOT_AUTHORIZED`, `CONNECT_FAILED`, `CONNECT_TIMEOUT`,
   * `CLOSED` if `disconnect()` came first, `INVALID_CRA_HANDLER`, `CHALLENGE_FAILED`, `PROTOCOL_VIOLATION`, `DISPLACED`
   * @example
   * const { name } = await client.connect(() => readFreshToken(), { device: 'phone' })
   */
  connect(identity?: Payload, meta: Payload = {}): Promise<Payload> {
    if (this.#connection.idle) this.#connection.jump.cancel('connect()')
    return this.#connection.connect({ url: this.url, identity, meta })
  }

  /**
   * Moves to another server: connects there first, and leaves the old one only once the new one is READY. Without an
   * identity the one given last is used. If it fails the old link is untouched.
   *
   * @throws {WseError} (by rejection) as `connect`, and `JUMP_CANCELLED` by a later jump or `disconnect()`
   * @example
   * await client.jump('wss://level2.example.com')
   */
  async jump(url: string, identity?: Payload, meta?: Payload): Promise<Payload> {
    checkUrl(url)
    const last = this.#connection.target
    return this.#connection.jump.to({ url, identity: identity ?? last.identity, meta: meta ?? last.meta })
  }

  /**
   * Leaves for good: no attempt, timer, subscription or link is left. A pending `connect()` rejects with `CLOSED`; `connect()` may be
   * called again at once. Resolves when the link is gone.
   */
  async disconnect(reason: string = WSE_REASON.BY_CLIENT): Promise<void> {
    this.#departure.cancel()
    this.#connection.jump.cancel('disconnect()')
    this.#connection.disconnect(reason)
    this.#context.topics.end(null)
    await Promise.all([...this.#context.links].map((link) => link.gone))
  }

  /** The same as {@link disconnect}, by its WSE 4 name. */
  close(reason?: string): Promise<void> {
    return this.disconnect(reason)
  }

  /**
   * Sends a message. While the link is down a client with `re` queues it.
   *
   * @throws {WseError} `CONNECTION_NOT_READY` before `connect()`, after `disconnect()`, and when not READY without `re`;
   * `QUEUE_FULL`, `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`, `TOO_LARGE`, `NOT_SUPPORTED`
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendResult {
    const result = this.#peer().send(type, payload, options)
    this.#context.handling.sent(type, payload, result)
    return result
  }

  /**
   * Resolves once nothing is {@link buffered}: at once, or, while there is no link, when there is one again.
   *
   * @throws {WseError} (by rejection) `CONNECTION_NOT_READY` as `send`; `CLOSED` if the session ends first
   * @example
   * if (client.send('chunk', bytes) === 'queued') await client.drained()
   */
  async drained(): Promise<void> {
    const error = this.#notReady()
    if (error) throw error
    await this.#connection.session.whenDrained()
  }

  /**
   * Runs `send`, whatever it sends leaves together and as soon as it returns; gives what it returns, throws what it throws.
   *
   * @example
   * client.batch(() => { for (const point of line) client.send('point', point) })
   */
  batch<Result>(send: () => Result): Result {
    return this.#connection.session.batch(send)
  }

  /**
   * Calls a procedure of the server. Rejects with the handler's own error, or `RP_TIMEOUT`, `RP_NOT_REGISTERED`,
   * `RP_DISCONNECT`, `RP_CANCELLED`, `RP_EXECUTION_FAILED`; `details.certainty` says whether it may have run.
   *
   * @example
   * const sum = await client.call('add', { a: 1, b: 2 }, { timeout: 500 })
   */
  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload> {
    const error = this.#notReady()
    return error ? Promise.reject(error) : this.#connection.session.peer.call(rp, payload, options)
  }

  /**
   * Calls a procedure and tells how it ended as a value, in place of a throw: `{ ok: true, value }` or
   * `{ ok: false, error }`.
   *
   * @example
   * const sum = await client.try('add', { a: 1, b: 2 })
   * if (!sum.ok && sum.error.code === 'TOO_BIG') show(sum.error.details.max)
   */
  try(rp: string, payload?: Payload, options?: CallOptions): Promise<Outcome<Payload, WseError>> {
    return outcomeOf(this.call(rp, payload, options))
  }

  /**
   * Calls a procedure that answers with many items, to be iterated over; its iterator returns what the handler returned.
   * The server sends as fast as they are read. To stop before the end gives the call up. Without a `timeout` it takes as
   * long as it takes.
   *
   * @throws {WseError} `CONNECTION_NOT_READY`, `INVALID_NAME`; all else while iterating, as `call` rejects
   * @example
   * for await (const tick of client.stream('ticks', { every: 100 })) show(tick)
   */
  stream(rp: string, payload?: Payload, options?: CallOptions): AsyncIterableIterator<Payload, Payload, undefined> {
    return this.#peer().stream(rp, payload, options)
  }

  /**
   * Opens a stream of bytes in both directions, for whoever listens to `server.streams` under this name.
   *
   * @throws {WseError} `CONNECTION_NOT_READY`, `INVALID_NAME`; all else when reading or writing
   * @example
   * await file.stream().pipeTo(client.openStream('upload', { name: file.name }).writable)
   */
  openStream(name: string, meta?: Payload): WseStream {
    return openStream(this.#peer(), name, meta)
  }

  /**
   * Says anew who this client is, on the link it has: before an authorisation ends that was given for a time. A client
   * whose identity is a function does so by itself.
   *
   * @throws {WseError} (by rejection) as `call`; another user than before is refused for good
   * @example
   * client.when.expiring(async () => client.refresh(await readFreshToken()))
   */
  async refresh(identity: Payload): Promise<void> {
    const error = this.#notReady()
    if (error) throw error
    const { session } = this.#connection
    await refresh(session.peer, identity)
    if (session === this.#connection.session) this.#connection.renewed(identity)
  }

  /**
   * Subscribes to a topic, by its name or by a template and its parameters; resolves once the server has answered. It
   * survives lost links, new sessions and jumps, and ends with `unsubscribe()`, `disconnect()`, or by the server. Several
   * of one topic share what is sent over the wire.
   *
   * @throws {WseError} (by rejection) `TOPIC_FORBIDDEN`, `TOPIC_UNKNOWN`, `TOPIC_FULL`, `INVALID_NAME`, `INVALID_OPTION`,
   * `RP_TIMEOUT`, `RP_CANCELLED`, `CONNECTION_NOT_READY` as `call`, `CLOSED`; `NOT_SUPPORTED` by a WSE 4 server
   * @example
   * const room = await client.subscribe('room:{id}', { id: 42 }, { since: 'start' })
   * room.on('said', ({ who, text }) => show(who, text))
   */
  subscribe(topic: string, ...args: TopicArgs<SubscribeOptions>): Promise<Subscription> {
    const error = this.#notReady()
    return error ? Promise.reject(error) : this.#context.topics.subscribe(topic, args)
  }

  /**
   * The same at once, even before `connect()`: it is subscribed when the client is READY. `ready` tells when.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`
   * @example
   * const news = client.topic('news')
   * news.on('published', show)
   */
  topic(topic: string, ...args: TopicArgs<TopicOptions>): Subscription {
    return this.#context.topics.open(topic, args)
  }

  /** Registers what the server may call. @throws {WseError} `RP_ALREADY_REGISTERED`, `INVALID_NAME`, `INVALID_OPTION` */
  register(rp: string, handler: Procedure): void
  register<const Use extends readonly AnyMiddleware<CallFacts>[]>(
    rp: string,
    handler: ProcedureBehind<AddsOfAll<Use>>,
    options: HandlerOptions<Use>,
  ): void
  register(rp: string, handler: ProcedureBehind<unknown>, options?: HandlerOptions<unknown, never>): void {
    this.#context.handling.register(rp, handler as Procedure, options)
  }

  /** Removes a procedure. @throws {WseError} `RP_NOT_REGISTERED` */
  unregister(rp: string): void {
    this.#context.handling.unregister(rp)
  }

  /**
   * Puts a middleware around every call and message of the server, within those that are there. Returns the same client,
   * typed so that handlers and listeners see what the middleware adds to the context.
   *
   * @throws {WseError} `INVALID_OPTION`
   */
  use<const Mw extends AnyMiddleware<CallFacts | MessageFacts>>(middleware: Mw): Scope<AddsOf<Mw>, this> {
    this.#context.handling.use(middleware)
    return this as unknown as Scope<AddsOf<Mw>, this>
  }

  /**
   * Listens to messages as `channel.on` does, and sets the middleware and hooks of their type, which hold for all its
   * listeners. What it returns takes all of that back.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION` where the type has some already
   */
  message<const Use extends readonly AnyMiddleware<MessageFacts>[]>(
    type: string,
    listener: ListenerBehind<AddsOfAll<Use>>,
    options: ListenerOptions<Use> = {},
  ): Unsubscribe {
    return this.#context.handling.listen(this.channel, type, listener, options)
  }

  /**
   * Puts a function around every call and stream asked of the server; returns how to take it back.
   *
   * @throws {WseError} `INVALID_OPTION`
   * @example
   * client.intercept((call, next) => (call.name === 'prices' && cache.get(call.payload)) || next())
   */
  intercept(interceptor: Interceptor): Unsubscribe {
    return this.#context.handling.interception.add(interceptor)
  }

  /**
   * Sets who answers the server's challenge.
   *
   * @throws {WseError} `INVALID_CRA_HANDLER`
   * @example
   * client.challenge(async (quest, solve) => solve(await sign(key, quest.nonce)))
   */
  challenge(handler: ChallengeSolver): void {
    if (typeof handler !== 'function') throw new WseError(WSE_ERROR.INVALID_CRA_HANDLER)
    this.#context.solver = handler
  }

  /** What is alive right now, in numbers; all of them are 0 after `await disconnect()`. */
  inspect(): Record<string, number> {
    return inspect(this.#context, this.#connection, this.#departure)
  }

  /** @throws {WseError} `CONNECTION_NOT_READY` */
  #peer(): Peer {
    const error = this.#notReady()
    if (error) throw error
    return this.#connection.session.peer
  }

  #notReady(): WseError | null {
    const connection = this.#connection
    if (connection.ready || (!connection.idle && this.#context.returns)) return null
    return new WseError(WSE_ERROR.CONNECTION_NOT_READY, { status: this.status, certainty: 'not-sent' })
  }

  /** It ended for good, until `connect()` is called again; a jump of the application's own may still land. */
  #over(error: WseError): void {
    this.#departure.cancel()
    if (this.#departure.under) this.#connection.jump.cancel('the end of the connection')
    const closed = new WseError(WSE_ERROR.CLOSED, {}, { cause: error })
    // By `disconnect()` it is this side's will.
    this.#context.topics.end(error.code === WSE_ERROR.CLOSED ? null : closed)
    this.#context.signals.end(closed, false)
  }

  #failed(error: WseError): void {
    this.#context.signals.emit('error', error)
  }
}
