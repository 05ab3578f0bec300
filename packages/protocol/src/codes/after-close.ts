import * as WSE_CLOSE from './close.js'
import * as WSE_RESET from './reset.js'
import type { WseReset } from './tables.js'

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
  return code === WSE_CLOSE.RESTART || code === WSE_CLOSE.DESYNC || !mayComeBack(code)
}

/** The reset reason of a close that ends a session. */
export function resetReasonOf(code: number): WseReset {
  return RESETS[code] ?? WSE_RESET.CLOSED
}

const RESETS: Readonly<Record<number, WseReset>> = {
  [WSE_CLOSE.DESYNC]: WSE_RESET.DESYNC,
  [WSE_CLOSE.REVOKED]: WSE_RESET.REVOKED,
  [WSE_CLOSE.DISPLACED]: WSE_RESET.DISPLACED,
  [WSE_CLOSE.SUPERSEDED]: WSE_RESET.SUPERSEDED,
}
