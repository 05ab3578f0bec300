import * as WSE_CLOSE from './close.js'
import * as WSE_REASON from './reason.js'

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
  [WSE_CLOSE.LIFETIME, [1013, null]],
  [WSE_CLOSE.MALFORMED, [1000, WSE_REASON.PROTOCOL_ERR]],
  [WSE_CLOSE.NOT_AUTHORIZED, [1000, WSE_REASON.NOT_AUTHORIZED]],
  [WSE_CLOSE.REVOKED, [1000, WSE_REASON.BY_SERVER]],
  [WSE_CLOSE.VERSION, [1000, WSE_REASON.PROTOCOL_ERR]],
  [WSE_CLOSE.DISPLACED, [1000, WSE_REASON.CLIENTS_CONCURRENCY]],
  [WSE_CLOSE.DROPPED, [1000, null]],
  [WSE_CLOSE.IDLE, [1000, null]],
])

/** The close a WSE 4 peer gets for `code`. */
export function legacyClose(code: number, reason: string): readonly [number, string] | 'terminate' {
  const row = LEGACY.get(code)
  if (row === undefined) return [code, reason]
  return row === 'terminate' ? row : [row[0], row[1] ?? reason]
}
