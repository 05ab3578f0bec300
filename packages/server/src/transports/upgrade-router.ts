import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { refuseUpgrade } from './http-answer.js'
import { type PathPattern, pathOf } from './path-pattern.js'

/** One server's place on an HTTP server. */
export interface UpgradeRoute {
  /** Path it serves; undefined for any. */
  readonly path: PathPattern | undefined
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
    const taken = [...this.#routes].some((other) => other.path?.shape === route.path?.shape)
    if (taken) throw new Error(`two servers on one HTTP server have the same path: ${route.path?.text ?? 'any'}`)
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
    const routes = [...this.#routes].filter((one) => one.path?.takes(path) ?? true)
    const route = routes.sort(byRank)[0]
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

/** What takes any path comes last. */
function byRank({ path: a }: UpgradeRoute, { path: b }: UpgradeRoute): number {
  return (a?.rank ?? '2') < (b?.rank ?? '2') ? -1 : 1
}
