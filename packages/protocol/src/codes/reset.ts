import { WSE_CLOSE } from './close.js'

/**
 * Why a session ended instead of being resumed, as both ends are told it.
 *
 * @example
 * client.when.reset(({ reason, unknown }) => { if (reason === WSE_RESET.WINDOW) askAgain(unknown) })
 */
export const WSE_RESET = /* @__PURE__ */ Object.freeze({
  UNKNOWN_SESSION: 'unknown-session',
  IDENTITY_MISMATCH: 'identity-mismatch',
  TOKEN_REUSED: 'token-reused',
  AUTH_EXPIRED: 'auth-expired',
  REVOKED: 'revoked',
  WINDOW: 'window',
  PROTOCOL: 'protocol',
  SERVER_BUFFER: 'server-buffer',
  CLIENT_BUFFER: 'client-buffer',
  DESYNC: 'desync',
  EVICTED: 'evicted',
  SUPERSEDED: 'superseded',
  DISPLACED: 'displaced',
  QUEUE_FULL: 'queue-full',
  JUMP: 'jump',
  CLOSED: 'closed',
} as const)

const OF_CLOSE: ReadonlyMap<number, WseReset> = /* @__PURE__ */ new Map<number, WseReset>([
  [WSE_CLOSE.DESYNC, WSE_RESET.DESYNC],
  [WSE_CLOSE.REVOKED, WSE_RESET.REVOKED],
  [WSE_CLOSE.DISPLACED, WSE_RESET.DISPLACED],
  [WSE_CLOSE.SUPERSEDED, WSE_RESET.SUPERSEDED],
])

/** The reset reason of a close that ends a session. */
export function resetReasonOf(code: number): WseReset {
  return OF_CLOSE.get(code) ?? WSE_RESET.CLOSED
}

/** A reason of {@link WSE_RESET}. */
export type WseReset = (typeof WSE_RESET)[keyof typeof WSE_RESET]
