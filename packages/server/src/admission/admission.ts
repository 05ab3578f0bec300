import { type TransportRequest, WSE_ERROR, WseError } from '@wse/protocol'
import { invalidOption } from '@wse/protocol/internal'
import { clientAddress } from './address.js'
import type { Strangers } from './strangers.js'

/** Seconds a refused client is asked to wait. */
const RETRY_AFTER = '5'

/** Scheme, host and port, nothing behind them. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#]+$/i

/** An upgrade that is refused in HTTP, before a WebSocket exists. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers: Record<string, string>
  readonly error: WseError
}

/** What decides who may open a link at all. */
export interface AdmissionRules {
  /** Origins let in; `'*'` for any. */
  readonly origins: '*' | readonly string[]
  readonly trustProxy: number
  /** Subprotocols spoken here. */
  readonly protocols: readonly string[]
  readonly connections: number
  readonly strangers: Strangers
}

/** Judges an upgrade; `null` lets it in. */
export function judge(
  request: TransportRequest,
  rules: AdmissionRules,
  connections: number,
  closed: boolean,
): Refusal | null {
  const address = clientAddress(request, rules.trustProxy)
  if (closed) return refusal(503, 'closing', '', request)
  if (connections >= rules.connections) return refusal(503, 'server full', 'limits.connections', request)
  if (rules.strangers.tooMany(address)) {
    return refusal(503, 'too many unauthenticated links', 'limits.unauthenticatedPerAddress', request)
  }
  if (!originAllowed(header(request, 'origin'), rules.origins)) {
    return refusal(403, 'origin not allowed', 'origins', request)
  }
  const offered = header(request, 'sec-websocket-protocol')
  if (chooseProtocol(splitList(offered), rules.protocols) === undefined) {
    return refusal(400, `subprotocol must be one of ${rules.protocols.join(', ')}`, 'protocol', request)
  }
  return null
}

/** The subprotocol both ends know; the client's order wins. */
export function chooseProtocol(offered: Iterable<string>, spoken: readonly string[]): string | undefined {
  for (const name of offered) if (spoken.includes(name)) return name
  return undefined
}

/** Checks the `origins` option: whole origins, as browsers send them. @throws {WseError} `INVALID_OPTION` */
export function originsOption(given: unknown): '*' | readonly string[] {
  if (given === undefined || given === '*') return '*'
  const valid = Array.isArray(given) && given.every((origin) => typeof origin === 'string' && ORIGIN.test(origin))
  if (!valid) throw invalidOption('origins', "takes '*' or whole origins such as 'https://app.example.com'")
  return given.map((origin: string) => origin.toLowerCase())
}

/** Programs send no `Origin`; a browser always does, `null` included. */
function originAllowed(origin: string, allowed: '*' | readonly string[]): boolean {
  return allowed === '*' || origin === '' || allowed.includes(origin.toLowerCase())
}

function refusal(status: number, why: string, option: string, request: TransportRequest): Refusal {
  const details = { status, option, origin: header(request, 'origin').slice(0, 256), url: request.url?.slice(0, 256) }
  const error = new WseError(WSE_ERROR.UPGRADE_REFUSED, details, { message: `upgrade refused: ${why}` })
  return { status, message: why, headers: status === 503 ? { 'Retry-After': RETRY_AFTER } : {}, error }
}

function header(request: TransportRequest, name: string): string {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
