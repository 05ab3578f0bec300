import { type TransportRequest, WSE_ERROR, WseError } from '@wse/protocol'
import { clientAddress } from './address.js'
import { type HttpUpgrade, header, type Origins, originAllowed } from './origins.js'
import type { Strangers } from './strangers.js'

/** What a client is told that comes at a bad time: to wait for so many seconds. */
export const RETRY_AFTER = { 'Retry-After': '5' } as const

/** An upgrade that is refused in HTTP, before a WebSocket exists. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers: Record<string, string>
  readonly error: WseError
}

/** What decides who may open a link at all. */
export interface AdmissionRules {
  readonly origins: Origins
  readonly trustProxy: number
  /** Subprotocols spoken here. */
  readonly protocols: readonly string[]
  readonly connections: number
  readonly strangers: Strangers
}

/** Judges an upgrade; `null` lets it in. */
export function judge(
  request: HttpUpgrade,
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
  if (!originAllowed(request, rules.origins, rules.trustProxy)) {
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

function refusal(status: number, why: string, option: string, request: TransportRequest): Refusal {
  const details = { status, option, origin: header(request, 'origin').slice(0, 256), url: request.url?.slice(0, 256) }
  const error = new WseError(WSE_ERROR.UPGRADE_REFUSED, details, { message: `upgrade refused: ${why}` })
  return { status, message: why, headers: status === 503 ? RETRY_AFTER : {}, error }
}

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
