import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  type AddsOf,
  type AddsOfAll,
  type AnyMiddleware,
  type HandlerOptions,
  type Interceptor,
  type ListenerOptions,
  type OwnCall,
  type Payload,
  type Protocol,
  type Transport,
  type Unsubscribe,
  type WhenOf,
  WSE_CLOSE,
  WSE_ERROR,
  WSE_REASON,
  WseError,
  type WseStream,
} from '@wse/protocol'
import { Channel, Signals, toWseError } from '@wse/protocol/internal'
import { Admitter } from './admitter.js'
import { Ambient } from './ambient/ambient.js'
import { ambientLayer } from './ambient/layer.js'
import { type Cluster, clusterOf } from './backplane/cluster.js'
import { enteringBy, joinOthers } from './backplane/join.js'
import { Drain, type DrainOptions } from './drain/drain.js'
import { presenceOf, registryEvents, sessionEvents } from './emitters.js'
import { SERVER_EVENTS, type ServerEvents } from './events.js'
import type { ChallengeGenerator } from './handshake/identify.js'
import { type Health, healthOf } from './health/health.js'
import { listenerHost, upgradesOf } from './listener-host.js'
import { Listening } from './listening.js'
import type { Procedure, ServerCallContext, ServerContext, ServerMessageContext } from './middleware/contexts.js'
import type { ListenerBehind, ProcedureBehind, Scope } from './middleware/scope.js'
import { reportMissing, type ServerHandling, serverHandling } from './middleware/server-handling.js'
import { type ServerSettings, serverSettings, type WseServerOptions } from './options.js'
import { openDirectory } from './people/addressing.js'
import type { Cid } from './people/cid.js'
import { checkCloseCode } from './people/close-code.js'
import { deviceOf, WseConnection, type WseIdentity } from './people/people.js'
import type { Presence } from './people/presence.js'
import { Registry } from './people/registry.js'
import { PeopleElsewhere } from './people/spread/people-elsewhere.js'
import type { Voice } from './people/tell.js'
import { SessionDesk } from './sessions/desk.js'
import { Reception } from './sessions/reception.js'
import { TopicEngine } from './topics/topic-engine.js'
import { openTopics, TopicServer } from './topics/topic-server.js'
import type { WebSocketServer } from './transports/ws.js'
import type { ListeningAt } from './transports/ws-listener.js'
import type { LinkRequest } from './upgrade/link-request.js'
import type { Upgrades } from './upgrade/upgrades.js'

/** How a server is closed. */
export interface CloseOptions {
  /** Close code clients get. @default 4001, they come back by themselves */
  code?: number | undefined
  /** Reason beside the code. @default 'wse.restart' */
  reason?: string | undefined
}

/**
 * The server end: who is here, what they may call, what they are told.
 *
 * @example
 * const server = new WseServer({ port: 4200, identify: ({ identity, accept }) => accept(identity) })
 * server.channel.on('chat', (conn, text) => server.broadcast('chat', { from: conn.cid, text }))
 * server.register('add', (conn, { a, b }) => a + b)
 */
export class WseServer extends TopicServer {
  /** Listeners for messages of clients: `(conn, payload)`. */
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  /** Listeners for streams of bytes that clients open, by their name: `(conn, stream, meta)`. */
  readonly streams: Channel<[conn: WseConnection, stream: WseStream, meta: Payload]>
  /** The server's events; each subscribes with a listener, or is a promise of the next occurrence without one. */
  readonly when: WhenOf<ServerEvents>
  readonly #settings: ServerSettings
  readonly #engine: TopicEngine
  readonly #signals: Signals<ServerEvents>
  readonly #handling: ServerHandling
  readonly #registry: Registry
  readonly #presence: Presence
  readonly #ambient: Ambient = new Ambient()
  readonly #voice: Voice
  readonly #desk: SessionDesk
  readonly #admitter: Admitter
  readonly #upgrades: Upgrades | null
  readonly #listening: Listening
  /** Null where it is alone. */
  readonly #cluster: Cluster | null
  readonly #drain: Drain
  readonly #stopStarting: () => void
  #closing: Promise<void> | null = null

  /** @throws {WseError} `IDENTIFY_HANDLER_MISSING`, `INVALID_OPTION`, `NOT_SUPPORTED` */
  constructor(options: WseServerOptions) {
    super()
    this.#settings = serverSettings(options)
    this.#signals = new Signals<ServerEvents>(SERVER_EVENTS, (thrown, args) => this.#listenerFailed(thrown, args))
    this.when = this.#signals.when
    this.channel = new Channel((thrown, args) => this.#listenerFailed(thrown, args))
    this.streams = new Channel((thrown, [conn, stream]) => {
      // Nobody else would: whoever opened it would wait for ever.
      ;(stream as WseStream).abort(thrown)
      this.#listenerFailed(thrown, [conn])
    })
    this.#presence = presenceOf(this.#settings, this.#signals)
    this.#registry = new Registry(registryEvents(this.#signals, this.#presence))
    const { channel, streams } = this
    this.#handling = serverHandling({ ...this.#settings, channel, signals: this.#signals })
    if (this.#settings.ambient) this.#handling.use(ambientLayer(this.#ambient))
    this.#voice = { guard: this.#settings.guard, handling: this.#handling }
    const { clients } = this
    this.#cluster = clusterOf(this.#settings)
    const elsewhere = this.#cluster && new PeopleElsewhere(this.#cluster, this.#settings.timeout)
    const parts = { settings: this.#settings, channel, streams, handling: this.#handling, registry: this.#registry }
    this.#engine = new TopicEngine({
      ...this.#settings,
      handling: this.#handling,
      clients,
      cluster: this.#cluster,
      failed: (error, conn) => this.#signals.emit('error', error, conn),
    })
    openTopics(this, this.#engine)
    const { publisher } = this.#engine
    const { devices } = this.#registry
    this.#registry.reach = { voice: this.#voice, elsewhere, publisher, deviceOf }
    openDirectory(this, { clients, devices, ambient: this.#ambient, voice: this.#voice, elsewhere, publisher })
    this.#desk = new SessionDesk({
      ...parts,
      topics: this.#engine,
      cluster: this.#cluster,
      elsewhere,
      events: sessionEvents(this.#signals, this.#presence),
    })
    this.#presence.elsewhere = this.#desk.others?.online ?? null
    const reception = new Reception(this.#desk, this.#registry, this.#settings)
    this.#admitter = new Admitter(this.#settings, reception, {
      enter: enteringBy(this.#desk),
      failed: (error) => this.#desk.failed(error),
      isShut: () => this.#shut,
    })
    this.#upgrades = upgradesOf(this.#settings, (error) => this.#desk.failed(error))
    const host = listenerHost({
      settings: this.#settings,
      admitter: this.#admitter,
      signals: this.#signals,
      upgrades: this.#upgrades,
      health: () => this.health(),
      isDraining: () => this.#drain.draining,
      isShut: () => this.#shut,
    })
    this.#listening = new Listening(this.#settings.listen, host)
    const [desk, admitter] = [this.#desk, this.#admitter]
    this.#drain = new Drain({
      clock: this.#settings.clock,
      live: () => desk.live(),
      get links() {
        return admitter.links
      },
    })
    joinOthers(this.#cluster, {
      engine: this.#engine,
      desk: this.#desk,
      reception,
      clients,
      signals: this.#signals,
      failed: (error) => this.#desk.failed(error),
    })
    this.#listening.startByItself()
    this.#stopStarting = reportMissing(this.#handling, this.#settings.clock, (error) => this.#desk.failed(error))
  }

  /** Users that are connected, by id. */
  get clients(): Map<Cid, WseIdentity> {
    return this.#registry.clients
  }

  /** The message protocol; the first where there are several. */
  get protocol(): Protocol {
    return this.#settings.protocol
  }

  /** Devices of one user at once. */
  get connPerUser(): number {
    return this.#settings.connPerUser
  }

  /** Seconds after which a call to a client is given up. */
  get tO(): number {
    return this.#settings.tO
  }

  /** The server of `ws`, for what WSE does not cover. @throws {WseError} `CONNECTION_NOT_READY` before it listens */
  get ws(): WebSocketServer {
    return this.#listening.listener.ws
  }

  /**
   * Resolves where the server listens. A server given a `port` starts by itself; this then only waits for it.
   *
   * @throws {WseError} `LISTEN_FAILED`, for example when the port is taken
   * @example
   * const { port } = await new WseServer({ port: 0, identify }).listen()
   */
  listen(): Promise<ListeningAt> {
    return this.#listening.listen()
  }

  /** Takes an HTTP upgrade by hand, with `noServer`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#listening.handleUpgrade(request, socket, head)
  }

  /**
   * Takes any transport as a new link: one end of an in-memory pair in a test, or a socket of another runtime. Nobody
   * is asked by `upgrade`; `context` and `params` of the request are what the connection has.
   *
   * @example
   * const [here, there] = createTransportPair()
   * server.accept(here, { headers: {} })
   */
  accept(transport: Transport, request: LinkRequest = { headers: {} }): void {
    this.#admitter.take(transport, request)
  }

  /** Puts a challenge to every client before `identify` runs. @throws {WseError} `INVALID_CRA_GENERATOR` */
  useChallenge(generator: ChallengeGenerator): void {
    if (typeof generator !== 'function') throw new WseError(WSE_ERROR.INVALID_CRA_GENERATOR)
    this.#admitter.challengeBy(generator)
  }

  /**
   * Registers what clients may call. What the handler returns, or resolves to, is the caller's result.
   *
   * @throws {WseError} `RP_ALREADY_REGISTERED`, `INVALID_NAME`, `INVALID_OPTION`
   * @example
   * server.register('add', (conn, { a, b }) => a + b, { use: [membersOnly], timeout: 5_000 })
   */
  register(rp: string, handler: Procedure): void
  register<const Use extends readonly AnyMiddleware<ServerCallContext>[]>(
    rp: string,
    handler: ProcedureBehind<AddsOfAll<Use>>,
    options: HandlerOptions<Use, WseConnection>,
  ): void
  register(rp: string, handler: ProcedureBehind<unknown>, options?: HandlerOptions<unknown, never>): void {
    this.#handling.register(rp, handler as Procedure, options)
  }

  /** Removes a procedure. @throws {WseError} `RP_NOT_REGISTERED` */
  unregister(rp: string): void {
    this.#handling.unregister(rp)
  }

  /**
   * Puts a middleware around every call and message of clients, within those that are there. Returns the same server,
   * typed so that handlers and listeners see what the middleware adds to the context.
   *
   * @throws {WseError} `INVALID_OPTION`
   * @example
   * const app = server.use((ctx, next) => next({ role: roleOf(ctx.user) }))
   * app.register('close', (conn, room, ctx) => ctx.role === 'admin' && close(room))
   */
  use<const Mw extends AnyMiddleware<ServerContext>>(middleware: Mw): Scope<AddsOf<Mw>, this> {
    this.#handling.use(middleware)
    return this as unknown as Scope<AddsOf<Mw>, this>
  }

  /**
   * Listens to messages as `channel.on` does, and sets the middleware and hooks of their type, which hold for all its
   * listeners. What it returns takes all of that back.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION` where the type has some already
   * @example
   * server.message('chat', (conn, text, ctx) => say(ctx.user.cid, text), { use: [membersOnly] })
   */
  message<const Use extends readonly AnyMiddleware<ServerMessageContext>[]>(
    type: string,
    listener: ListenerBehind<AddsOfAll<Use>>,
    options: ListenerOptions<Use, WseConnection> = {},
  ): Unsubscribe {
    return this.#handling.listen(this.channel, type, listener, options)
  }

  /** Puts a function around every call and stream asked of a client; returns how to take it back. See {@link Interceptor}. */
  intercept(interceptor: Interceptor<OwnCall & { readonly conn: WseConnection }>): Unsubscribe {
    return this.#handling.interception.add(interceptor)
  }

  /**
   * Moves everyone off this server without losing a call, then closes it: nobody is let in any more (503), each client is
   * asked to leave at a time drawn for it, and may finish its calls on the old link. Resolves when the server is closed.
   * A second call, or `close()`, waits no longer.
   *
   * @throws {WseError} `INVALID_OPTION`
   * @example
   * process.once('SIGTERM', () => server.drain({ timeout: 25_000 }))
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    if (!this.#drain.announced && this.#closing === null) await this.#drain.start(options)
    await this.close()
  }

  /**
   * Closes every link and stops listening; resolves when all of it is gone. For good: a closed server stays closed.
   *
   * @throws {WseError} `INVALID_OPTION` for a code nobody may send
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const { code = WSE_CLOSE.RESTART, reason = WSE_REASON.RESTART } = options
    checkCloseCode(code)
    if (this.#closing === null) {
      // Before anything else: a listener of what follows may close it again.
      let closed: (closing: Promise<void>) => void = () => {}
      this.#closing = new Promise((resolve) => {
        closed = resolve
      })
      closed(this.#close(code, reason))
    }
    this.#drain.finish()
    await this.#closing
  }

  /** How the server is: whether it is live, ready for clients, and joined to the others. */
  health(): Health {
    return healthOf({
      isClosed: this.#closing !== null,
      isDraining: this.#drain.announced,
      isEnabled: this.#settings.enabled,
      links: this.#admitter.links,
      backplane: this.#settings.backplane,
    })
  }

  /** What is alive right now, in numbers; all of them are 0 after `close()`. */
  inspect(): Record<string, number> {
    const { links, handshakes, held, strangers } = this.#admitter
    return {
      links,
      handshakes,
      upgrades: this.#upgrades?.size ?? 0,
      strangers: strangers.size,
      heldFrames: held,
      clients: this.clients.size,
      connections: this.#registry.connections,
      online: this.#presence.size,
      ...this.#desk.alive,
      ...this.#cluster?.alive,
      waiting: this.#signals.waiting,
    }
  }

  /** Whether nobody is let in any more. */
  get #shut(): boolean {
    return this.#closing !== null || this.#drain.draining || !this.#settings.enabled
  }

  async #close(code: number, reason: string): Promise<void> {
    this.#stopStarting()
    const listening = this.#listening.close()
    this.#presence.close()
    this.#desk.close(code, reason)
    await this.#admitter.close(code, reason)
    this.#desk.clear()
    this.#ambient.end()
    await this.#cluster?.close()
    await listening
    const closed = new WseError(WSE_ERROR.CLOSED, {}, { message: 'the server is closed' })
    this.#signals.end(closed, true)
    this.#engine.topics.signals.end(closed, true)
  }

  #listenerFailed(thrown: unknown, args: readonly unknown[]): void {
    const error = toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR)
    this.#handling.note(error, args[2])
    this.#signals.emit('error', error, args[0] instanceof WseConnection ? args[0] : undefined)
  }
}
