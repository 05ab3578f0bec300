import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock, Transport, TransportRequest } from '@wse/protocol'
import type { Refusal } from '../admission/admission.js'
import type { HttpUpgrade } from '../admission/origins.js'
import type { ListenSettings, WsOptions } from '../options.js'
import { type LinkRequest, NO_PARAMS, type Params } from '../upgrade/link-request.js'
import type { TurnedAway } from '../upgrade/turned-away.js'
import type { Upgrades } from '../upgrade/upgrades.js'
import type { Verifications, VerifyDone, VerifyInfo } from '../upgrade/verifications.js'
import { refuseUpgrade } from './http-answer.js'
import { KeptRequest, PASSED, type Passed } from './kept-request.js'
import { type PathPattern, pathOf } from './path-pattern.js'
import { Turns } from './turns.js'
import { addRoute } from './upgrade-router.js'
import { type WebSocket, WebSocketServer } from './ws.js'
import { WsTransport } from './ws-transport.js'

/** Where a server listens. */
export interface ListeningAt {
  /** The port, also where 0 was asked for. */
  port: number
  /** The address, or the path of a Unix socket. */
  address: string
}

/** What a listener needs of its server. */
export interface ListenerHost {
  readonly clock: Clock
  readonly path: PathPattern | undefined
  readonly protocols: readonly string[]
  readonly messageBytes: number
  readonly ws: WsOptions
  /** Asks the application about upgrades; null where it wants to know nothing of them. */
  readonly upgrades: Upgrades | null
  /** The same by `verifyClient` of `ws`. */
  readonly verifications: Verifications | null
  choose(offered: Iterable<string>): string | undefined
  judge(request: HttpUpgrade): Refusal | null
  refused(refusal: Refusal): void
  /** Address of the client. */
  addressOf(request: TransportRequest): string
  accept(transport: Transport, request: LinkRequest, address: string): void
  /** Says on a link why there is none. */
  turnAway(transport: Transport, told: TurnedAway): void
  failed(error: unknown): void
  /** Answers a request that is no upgrade, if it is one that asks how the server is; null where it does not tell. */
  readonly answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | null
}

/** More fragments than anyone needs are an attack on memory. */
const MAX_FRAGMENTS = 128
/** Time a client has to answer a close, in ms. */
const CLOSE_TIMEOUT = 5_000

/**
 * Takes WebSockets from HTTP upgrades: on a port of its own, on a server of the application, or by hand. Loaded when it
 * is needed, so neither this nor what it imports takes values from the protocol: a bundle in one file, as esbuild makes it,
 * would begin to load that late as well, and forget some of it.
 */
export class WsListener {
  readonly ws: WebSocketServer
  readonly #host: ListenerHost
  readonly #turns: Turns
  readonly #own: HttpServer | null
  /** What is to become of a request once it is a WebSocket. */
  readonly #passed = new WeakMap<IncomingMessage, Passed | TurnedAway>()
  /** Settles once binding the port has succeeded or failed. */
  #bound: Promise<void> | null = null
  #removeRoute: () => void = () => {}
  /** Ends a `listen()` that waits for a server of the application. */
  #stopListening: (error: unknown) => void = () => {}

  constructor(settings: ListenSettings, host: ListenerHost) {
    this.#host = host
    this.#turns = new Turns(host.clock)
    const limits = { maxFragments: MAX_FRAGMENTS, closeTimeout: CLOSE_TIMEOUT }
    this.ws = new WebSocketServer({
      clientTracking: false,
      ...limits,
      ...host.ws,
      maxPayload: host.messageBytes,
      noServer: true,
      handleProtocols: (offered) => host.choose(offered) ?? false,
      verifyClient: (info, done) => this.#verify(info, done),
    })
    this.ws.on('connection', (socket: WebSocket, request: IncomingMessage) => this.#accept(socket, request))
    this.#own =
      settings.port === undefined
        ? null
        : createServer((request, response) => {
            if (!host.answer?.(request, response)) upgradeRequired(response)
          })
    if (this.#own !== null) this.#removeRoute = addRoute(this.#own, this.#route())
  }

  /** Resolves once the port, or the application's server, listens. Rejects with what the system says. */
  listen(settings: ListenSettings): Promise<ListeningAt> {
    const server = this.#own ?? settings.server
    if (server === undefined) return Promise.resolve({ port: 0, address: '' })
    if (server.listening) return Promise.resolve(addressOf(server))
    return new Promise((resolve, reject) => {
      const settled = () => {
        server.off('error', failed)
        server.off('listening', listening)
      }
      const failed = (error: unknown) => {
        settled()
        reject(error)
      }
      const listening = () => {
        settled()
        resolve(addressOf(server))
      }
      this.#stopListening = failed
      server.on('error', failed)
      server.on('listening', listening)
      this.#bind(settings)
    })
  }

  #bind({ port, host, backlog }: ListenSettings): void {
    const own = this.#own
    if (own === null) return
    this.#bound = new Promise((resolve) => {
      own.once('listening', resolve)
      // Kept for good: an `error` without a listener would end the process, also after `close()`.
      own.on('error', (error) => {
        if (own.listening) this.#host.failed(error)
        resolve()
      })
    })
    own.listen({ port, host, backlog })
  }

  /** Takes an upgrade by hand. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { path } = this.#host
    if (path !== undefined && !path.takes(pathOf(request.url))) return refuseUpgrade(socket, 404, 'no WebSocket here')
    this.ws.handleUpgrade(request, socket, head, (ws) => this.ws.emit('connection', ws, request))
  }

  /** Stops taking upgrades; resolves once a port of its own is free again. */
  async close(): Promise<void> {
    this.#removeRoute()
    this.#stopListening(new Error('the server is closed'))
    this.#host.verifications?.close()
    this.ws.close()
    // A host name is looked up first: the port may be bound only after it was asked to be closed.
    await Promise.all([this.#host.upgrades?.close(), this.#bound])
    const own = this.#own
    if (own === null || !own.listening) return
    await new Promise<void>((resolve) => {
      own.close(() => resolve())
      // Upgraded sockets are not among these: their links are closed in order.
      own.closeAllConnections()
    })
  }

  #route() {
    return {
      path: this.#host.path,
      handle: (request: IncomingMessage, socket: Duplex, head: Buffer) => this.handleUpgrade(request, socket, head),
    }
  }

  #verify(info: VerifyInfo, done: VerifyDone): void {
    const refusal = this.#host.judge(plain(info.req))
    if (refusal !== null) {
      this.#host.refused(refusal)
      return done(false, refusal.status, refusal.message, refusal.headers)
    }
    const { path, upgrades, verifications } = this.#host
    const params = path === undefined ? NO_PARAMS : path.paramsOf(pathOf(info.req.url))
    if (params === null) return done(false, 400, 'malformed path')
    if (upgrades !== null) return this.#ask(upgrades, info.req, params, () => done(true))
    if (params !== NO_PARAMS) this.#passed.set(info.req, { ...PASSED, params })
    if (verifications === null) done(true)
    else verifications.ask(info, done)
  }

  /** Without `ws` knowing: it has read nothing of the socket yet, so that what comes meanwhile waits there. */
  #ask(upgrades: Upgrades, request: IncomingMessage, params: Params, open: () => void): void {
    const goOn = (as: Passed | TurnedAway) => {
      this.#passed.set(request, as)
      open()
    }
    upgrades.ask(request, params, this.#host.addressOf(plain(request)), {
      letIn: (context) => goOn({ params, context }),
      turnAway: goOn,
    })
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const passed = this.#passed.get(request) ?? PASSED
    const transport = new WsTransport(socket, request.socket, this.#turns)
    if ('goaway' in passed) this.#host.turnAway(transport, passed)
    else this.#host.accept(transport, new KeptRequest(request, passed), this.#host.addressOf(plain(request)))
  }
}

/** A request as it is, for the moment. */
function plain({ headers, url, socket }: IncomingMessage): HttpUpgrade {
  return { headers, url, remoteAddress: socket.remoteAddress, secure: 'encrypted' in socket }
}

function addressOf(server: HttpServer | HttpsServer): ListeningAt {
  const at = server.address() as AddressInfo | string | null
  if (at === null || typeof at === 'string') return { port: 0, address: at ?? '' }
  return { port: at.port, address: at.address }
}

function upgradeRequired(response: ServerResponse): void {
  response.writeHead(426, { Connection: 'Upgrade', Upgrade: 'websocket', 'Content-Type': 'text/plain' })
  response.end('Upgrade Required')
}
