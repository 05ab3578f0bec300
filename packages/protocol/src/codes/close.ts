import { WSE_REASON } from './reason.js'

/**
 * The close codes of version 5. 4000–4499: the client may come back; 4500–4999: final. (The split is Centrifugo's: a
 * client that does not know a newer code still treats it rightly.)
 *
 * @example
 * client.when.closed((code) => { if (code === WSE_CLOSE.DISPLACED) say('You signed in somewhere else') })
 */
export const WSE_CLOSE = Object.freeze({
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

/** What a WSE 4 peer, which knows only codes up to 1014, is told in place of a code of version 5. */
export type LegacyClose = readonly [code: number, reason: string | null] | 'terminate'

/** `null` as the reason of a row keeps the reason that was given. */
const LEGACY: ReadonlyMap<number, LegacyClose> = new Map<number, LegacyClose>([
  [WSE_CLOSE.RESTART, [1012, null]],
  [WSE_CLOSE.SLOW_READER, [1013, null]],
  [WSE_CLOSE.NO_PONG, 'terminate'],
  [WSE_CLOSE.RATE, [1013, null]],
  [WSE_CLOSE.SUPERSEDED, [1000, null]],
  [WSE_CLOSE.DESYNC, [1013, null]],
  [WSE_CLOSE.AUTH_EXPIRED, [1000, WSE_REASON.NOT_AUTHORIZED]],
  [WSE_CLOSE.HANDSHAKE_TIMEOUT, [1013, null]],
  [WSE_CLOSE.TRY_AGAIN, [1013, null]],
  [WSE_CLOSE.MALFORMED, [1000, WSE_REASON.PROTOCOL_ERR]],
  [WSE_CLOSE.NOT_AUTHORIZED, [1000, WSE_REASON.NOT_AUTHORIZED]],
  [WSE_CLOSE.REVOKED, [1000, WSE_REASON.BY_SERVER]],
  [WSE_CLOSE.VERSION, [1000, WSE_REASON.PROTOCOL_ERR]],
  [WSE_CLOSE.DISPLACED, [1000, WSE_REASON.CLIENTS_CONCURRENCY]],
  [WSE_CLOSE.DROPPED, [1000, null]],
])

/** The close a WSE 4 peer gets for `code`. */
export function legacyClose(code: number, reason: string): readonly [number, string] | 'terminate' {
  const row = LEGACY.get(code)
  if (row === undefined) return [code, reason]
  return row === 'terminate' ? row : [row[0], row[1] ?? reason]
}

/** Whether a client may come back after a link ended with `code`: a table, so that no caller decides by itself. */
export function mayComeBack(code: number): boolean {
  if (code === WSE_CLOSE.MOVED || code === WSE_CLOSE.SUPERSEDED) return false
  if (code >= 4000) return code < 4500
  return code === 1005 || code === 1006 || code === 0 || (code >= 1011 && code <= 1014)
}
