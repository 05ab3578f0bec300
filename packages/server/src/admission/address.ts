import type { TransportRequest } from '@wse/protocol'

/** What an IP address is made of; bounded, and never applied to more than one list item. */
const ADDRESS = /^[0-9a-fA-F:.]{2,45}$/

/** What some proxies add to an address: a port, and the brackets an IPv6 address needs for it. */
const WITH_PORT = /^(?:([\d.]+)|\[([^\]]*)\])(?::\d+)?$/

/** Loopback, link-local and private ranges (RFC 1918, RFC 4193, RFC 4291). */
const PRIVATE = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i

/**
 * Address of the client. Behind `hops` trusted proxies it is the `hops`-th entry from the right of `X-Forwarded-For`;
 * with none the header is ignored, since anyone can write it.
 */
export function clientAddress(request: TransportRequest, hops: number): string {
  const direct = plain(request.remoteAddress ?? '')
  if (hops === 0) return direct
  const header = request.headers['x-forwarded-for']
  const list = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
  const forwarded = plain(withoutPort((list.at(-hops) ?? '').trim()))
  return ADDRESS.test(forwarded) && /[.:]/.test(forwarded) ? forwarded : direct
}

/** Whether an address is of this machine or a private network; an unknown one counts as such. */
export function isPrivateAddress(address: string): boolean {
  return address === '' || PRIVATE.test(address)
}

/** Each link has another port: with it nobody's links could be counted. */
function withoutPort(address: string): string {
  const [, v4, v6] = WITH_PORT.exec(address) ?? []
  return v4 ?? v6 ?? address
}

/** An IPv4 address as such, where the socket shows it mapped into IPv6. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
