import type { IncomingMessage, ServerResponse } from 'node:http'
import { groupOf, oneOf, type Settled } from '@wse/protocol/internal'
import type { Health } from './health.js'

/** Where a server tells how it is. */
export interface HealthOptions {
  /** Path that answers 200 until the server is closed. @default '/healthz' */
  live?: string | undefined
  /** Path that answers 200 while clients may be sent here, else 503. @default '/readyz' */
  ready?: string | undefined
  /** Whether it is not ready while it cannot reach the other servers. @default false, since it may be so for all of them alike */
  needsBackplane?: boolean | undefined
}

/** Answers a request that asks how a server is; `false` for any other. */
export type HealthRoutes = (request: IncomingMessage, response: ServerResponse) => boolean

const path = (usual: string) =>
  oneOf(usual, (given) => typeof given === 'string' && given.startsWith('/'), "a path that begins with '/'")

/** Reads a group of them. @throws {WseError} `INVALID_OPTION` */
export function healthOptions(options: HealthOptions | undefined): Settled<HealthOptions> {
  return groupOf<HealthOptions>('health', options, {
    live: path('/healthz'),
    ready: path('/readyz'),
    needsBackplane: oneOf(false, (given) => typeof given === 'boolean', 'true or false'),
  })
}

/**
 * Answers `GET /healthz` and `GET /readyz` for probes of an orchestrator or load balancer, in JSON. Anything else it leaves
 * alone. A server with a `port` of its own does so by option `health`.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const routes = healthRoutes(server)
 * createServer((request, response) => routes(request, response) || app(request, response))
 */
export function healthRoutes(server: { health(): Health }, options?: HealthOptions): HealthRoutes {
  const { live, ready, needsBackplane } = healthOptions(options)
  return ({ method, url = '' }, response) => {
    const [asked] = url.split('?')
    if ((method !== 'GET' && method !== 'HEAD') || (asked !== live && asked !== ready)) return false
    const health = server.health()
    const isReady = health.ready && !(needsBackplane && isApart(health))
    const isWell = asked === live ? health.live : isReady
    response.writeHead(isWell ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(method === 'HEAD' ? undefined : JSON.stringify({ ...health, ready: isReady }))
    return true
  }
}

const isApart = ({ backplane }: Health) => backplane?.state === 'down' || backplane?.state === 'closed'
