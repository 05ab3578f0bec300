import type { TransportRequest } from '@wse/protocol'
import { invalidOption } from '@wse/protocol/internal'

/** Origins let in: any, that of the server itself, or those of a list. */
export type Origins = '*' | 'same-origin' | readonly string[]

/** The request of an upgrade. */
export interface HttpUpgrade extends TransportRequest {
  /** Whether it came over TLS to this very process. */
  readonly secure: boolean
}

/** Scheme, host and port, nothing behind them. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#]+$/i

/** Checks the `origins` option: whole origins, as browsers send them. @throws {WseError} `INVALID_OPTION` */
export function originsOption(given: unknown, fallback: Origins = '*'): Origins {
  if (given === undefined) return fallback
  if (given === '*' || given === 'same-origin') return given
  const valid = Array.isArray(given) && given.every((origin) => typeof origin === 'string' && ORIGIN.test(origin))
  if (!valid) {
    throw invalidOption('origins', "takes '*', 'same-origin', or whole origins such as 'https://app.example.com'")
  }
  return given.map((origin: string) => origin.toLowerCase())
}

/** Programs send no `Origin`; a browser always does, `null` included. */
export function originAllowed(request: HttpUpgrade, allowed: Origins, hops: number): boolean {
  const origin = header(request, 'origin').toLowerCase()
  if (allowed === '*' || origin === '') return true
  return allowed === 'same-origin' ? isOwnOrigin(origin, request, hops) : allowed.includes(origin)
}

/** One value of a header; several are separated by commas. */
export function header(request: TransportRequest, name: string): string {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

/** Whether a page was loaded from where its request goes. Behind a proxy that ends TLS unseen, its scheme is not known. */
function isOwnOrigin(origin: string, request: HttpUpgrade, hops: number): boolean {
  const page = urlOf(origin)
  if (page === null || !/^https?:$/.test(page.protocol)) return false
  const secure = request.secure || forwarded(request, 'x-forwarded-proto', hops) === 'https'
  if (secure && page.protocol !== 'https:') return false
  const host = forwarded(request, 'x-forwarded-host', hops) || header(request, 'host')
  return urlOf(`${page.protocol}//${host}`)?.host === page.host
}

/** What trusted proxies say of the request as it came to the first of them; '' without. */
function forwarded(request: TransportRequest, name: string, hops: number): string {
  if (hops === 0) return ''
  const list = header(request, name).split(',')
  return (list.at(-hops) ?? list[0] ?? '').trim().toLowerCase()
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
