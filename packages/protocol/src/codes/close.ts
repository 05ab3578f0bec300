/**
 * The close codes of version 5. 4000–4499: the client may come back; 4500–4999: final. (The split is Centrifugo's: a
 * client that does not know a newer code still treats it rightly.)
 *
 * @example
 * client.when.closed((code) => { if (code === WSE_CLOSE.DISPLACED) say('You signed in somewhere else') })
 */
export const WSE_CLOSE = /* @__PURE__ */ Object.freeze({
  NORMAL: 1000,
  GOING_AWAY: 1001,
  ABNORMAL: 1006,
  MOVED: 4000,
  RESTART: 4001,
  SLOW_READER: 4002,
  NO_PONG: 4003,
  RATE: 4004,
  SUPERSEDED: 4005,
  DESYNC: 4006,
  AUTH_EXPIRED: 4007,
  HANDSHAKE_TIMEOUT: 4008,
  TRY_AGAIN: 4009,
  MALFORMED: 4500,
  NOT_AUTHORIZED: 4501,
  REVOKED: 4503,
  VERSION: 4504,
  DISPLACED: 4505,
  DROPPED: 4506,
} as const)

/** Whether a client may come back after a link ended with `code`: a table, so that no caller decides by itself. */
export function mayComeBack(code: number): boolean {
  if (code === WSE_CLOSE.MOVED || code === WSE_CLOSE.SUPERSEDED) return false
  if (code >= 4000) return code < 4500
  return code === 1005 || code === 1006 || code === 0 || (code >= 1011 && code <= 1014)
}

/**
 * Whether the end of a link with `code` ends its session too, instead of suspending it: the client does not come back, the
 * server goes, or the positions disagree. One that was superseded goes on over the newer link.
 */
export function endsSession(code: number): boolean {
  if (code === WSE_CLOSE.SUPERSEDED) return false
  return ENDS.has(code) || !mayComeBack(code)
}

/** Those after which a client comes back all the same. */
const ENDS: ReadonlySet<number> = /* @__PURE__ */ new Set<number>([WSE_CLOSE.RESTART, WSE_CLOSE.DESYNC])
