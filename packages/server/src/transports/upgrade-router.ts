import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { refuseUpgrade } from './http-answer.js'

/** One server's place on an HTTP server. */
export interface UpgradeRoute {
  /** Path it serves; undefined for any. */
  readonly path: string | undefined
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

type AnyServer = HttpServer | HttpsServer

const routers = new WeakMap<AnyServer, UpgradeRouter>()

/**
 * Shares the upgrades of one HTTP server among those who serve paths of it. One listener, because two `ws` servers on
 * one HTTP server each answer upgrades meant for the other and corrupt them.
 */
class UpgradeRouter {
  readonly #routes = new Set<UpgradeRoute>()
  readonly #server: AnyServer
  readonly #listener = (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#route(request, socket, head)

  constructor(server: AnyServer) {
    this.#server = server
  }

  add(route: UpgradeRoute): void {
    const taken = [...this.#routes].some((other) => other.path === route.path)
    if (taken) throw new Error(`two servers on one HTTP server have the same path: ${route.path ?? 'any'}`)
    if (this.#routes.size === 0) this.#server.on('upgrade', this.#listener)
    this.#routes.add(route)
  }

  remove(route: UpgradeRoute): void {
    this.#routes.delete(route)
    if (this.#routes.size > 0) return
    this.#server.off('upgrade', this.#listener)
    routers.delete(this.#server)
  }

  #route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request.url)
    const routes = [...this.#routes]
    const route = routes.find((r) => r.path === path) ?? routes.find((r) => r.path === undefined)
    if (route !== undefined) route.handle(request, socket, head)
    // Another listener may own this path; alone, an unanswered upgrade would hang.
    else if (this.#server.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404, 'no WebSocket here')
  }
}

/** Gives `route` its place on `server`; the returned function takes it back. */
export function addRoute(server: AnyServer, route: UpgradeRoute): () => void {
  const router = routers.get(server) ?? new UpgradeRouter(server)
  routers.set(server, router)
  router.add(route)
  return () => router.remove(route)
}

/** The path of a request's URL, without its query. */
export function pathOf(url = '/'): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}
