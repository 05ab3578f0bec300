import type { IncomingHttpHeaders } from 'node:http'
import type { Params } from './link-request.js'

/** The HTTP request of an upgrade, before there is a WebSocket. Cookies, query and signal are made when they are read. */
export interface UpgradeRequest {
  /** Header names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>
  /** Cookies by name, decoded; of two with one name the first. It has no prototype. */
  readonly cookies: Readonly<Record<string, string>>
  /** Path and query as requested: `/rooms/42?from=7`. */
  readonly url: string
  /** The query of the URL. */
  readonly query: URLSearchParams
  /** Parameters of the path: `{ room: '42' }` with `path: '/rooms/{room}'`. */
  readonly params: Params
  /** The page that asks, as browsers say it; undefined for a program. */
  readonly origin: string | undefined
  /** Address of the client; behind proxies only with `trustProxy`. */
  readonly remote_addr: string
  /**
   * Aborted when the client goes, the server closes, or `limits.handshakeTimeout` is over: nobody waits any more. One that
   * has sent something meanwhile, and then hangs up, is missed: that is not read before there is a WebSocket.
   */
  readonly signal: AbortSignal
}

/** How an upgrade is answered: nothing or a context let it in, a `Response` is the answer in place of a WebSocket. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing lets in
export type UpgradeResult<Context = unknown> = void | { readonly context: Context } | Response

/**
 * Decides about an HTTP upgrade, before the WebSocket exists. A `Response`, returned or thrown, refuses with exactly
 * that status, headers and body. Anything else that is thrown is answered 500, and too late an answer 503.
 *
 * @example
 * const upgrade: Upgrade<{ user: string }> = async ({ cookies }) => {
 *   const user = await sessions.get(cookies.session)
 *   return user ? { context: { user } } : new Response('Sign in first', { status: 401 })
 * }
 */
export type Upgrade<Context = unknown> = (
  request: UpgradeRequest,
) => UpgradeResult<Context> | PromiseLike<UpgradeResult<Context>>

/**
 * Gives an `upgrade` hook back, typed: for one that stands in a file of its own, or behind `identify` in the options,
 * where the compiler comes to it too late.
 *
 * @example
 * export const upgrade = defineUpgrade(({ cookies }) => ({ context: { theme: cookies.theme ?? 'dark' } }))
 * new WseServer({ identify: ({ context, accept }) => accept('ann', context.theme), upgrade })
 */
export function defineUpgrade<U extends Upgrade>(upgrade: U): U {
  return upgrade
}
