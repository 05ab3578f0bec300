import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WSE_ERROR, WseError } from '@wse/protocol'
import { failure } from '@wse/protocol/internal'
import { RETRY_AFTER } from './admission/admission.js'
import type { ListenSettings } from './options.js'
import { refuseUpgrade } from './transports/http-answer.js'
import { addRoute, type UpgradeRoute } from './transports/upgrade-router.js'
import type { ListenerHost, ListeningAt, WsListener } from './transports/ws-listener.js'

const NOWHERE: ListeningAt = { port: 0, address: '' }

/**
 * Whether and where a server listens. `ws` is loaded only by a server that does, so that one which is handed its
 * transports runs where there is no `ws`.
 */
export class Listening {
  readonly #settings: ListenSettings
  readonly #host: ListenerHost
  #loading: Promise<WsListener> | null = null
  #listener: WsListener | null = null
  #removeRoute: () => void = () => {}
  #started: Promise<ListeningAt> | null = null

  constructor(settings: ListenSettings, host: ListenerHost) {
    this.#settings = settings
    this.#host = host
  }

  /** The `ws` server. @throws {WseError} `CONNECTION_NOT_READY` before `listen()` resolved, or where nothing listens */
  get listener(): WsListener {
    if (this.#listener !== null) return this.#listener
    throw new WseError(WSE_ERROR.CONNECTION_NOT_READY, {}, { message: 'server.ws is there once listen() has resolved' })
  }

  /** Starts a server that has something to listen on; the failure is reported too, in case nobody asks. */
  startByItself(): void {
    const { port, server, noServer } = this.#settings
    if (port === undefined && server === undefined && !noServer) return
    this.listen().catch((error) => this.#host.failed(error))
  }

  /** Resolves where it listens. @throws {WseError} `LISTEN_FAILED` */
  listen(): Promise<ListeningAt> {
    this.#started ??= this.#start()
    return this.#started
  }

  /** Takes an upgrade, after `ws` was loaded. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#settings.enabled) return refuseUpgrade(socket, 503, 'switched off', RETRY_AFTER)
    if (this.#listener !== null) return this.#listener.handleUpgrade(request, socket, head)
    // Node has taken its own listener off: without one a reset meanwhile would end the process.
    const lost = () => socket.destroy()
    socket.on('error', lost)
    this.#load().then(
      (listener) => {
        listener.handleUpgrade(request, socket, head)
        socket.off('error', lost)
      },
      (error) => {
        socket.destroy()
        this.#host.failed(error)
      },
    )
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.#removeRoute()
    const listener = await this.#loading?.catch(() => null)
    await listener?.close()
  }

  async #start(): Promise<ListeningAt> {
    const { port, server, noServer, enabled } = this.#settings
    if (port === undefined && server === undefined && !noServer) return NOWHERE
    try {
      this.#takeUpgrades()
      if (!enabled) return NOWHERE
      const listener = await this.#load()
      return await listener.listen(this.#settings)
    } catch (cause) {
      throw failure(WSE_ERROR.LISTEN_FAILED, 'cannot listen', cause, { port: this.#settings.port })
    }
  }

  /** At once, not when `ws` is loaded: an upgrade that comes before would be nobody's, and hang. */
  #takeUpgrades(): void {
    const { server } = this.#settings
    if (server === undefined) return
    const handle: UpgradeRoute['handle'] = (request, socket, head) => this.handleUpgrade(request, socket, head)
    this.#removeRoute = addRoute(server, { path: this.#host.path, handle })
  }

  #load(): Promise<WsListener> {
    this.#loading ??= import('./transports/ws-listener.js').then(({ WsListener: Listener }) => {
      this.#listener = new Listener(this.#settings, this.#host)
      return this.#listener
    })
    return this.#loading
  }
}
