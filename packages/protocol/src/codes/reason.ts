/**
 * Why a link was closed: the text beside the close code. Values of the first six are those of WSE 4.
 *
 * @example
 * client.when.closed((code, reason) => { if (reason === WSE_REASON.NOT_AUTHORIZED) showLogin() })
 */
export const WSE_REASON = Object.freeze({
  NO_REASON: '',
  CLIENTS_CONCURRENCY: 'wse.clients-concurrency',
  NOT_AUTHORIZED: 'wse.not-authorized',
  PROTOCOL_ERR: 'wse.protocol-error',
  BY_CLIENT: 'wse.by-client',
  BY_SERVER: 'wse.by-server',

  MOVED: 'wse.moved',
  RESTART: 'wse.restart',
  SLOW_READER: 'wse.slow-reader',
  NO_PONG: 'wse.no-pong',
  RATE: 'wse.rate',
  SUPERSEDED: 'wse.superseded',
  DESYNC: 'wse.desync',
  AUTH_EXPIRED: 'wse.auth-expired',
  HANDSHAKE_TIMEOUT: 'wse.handshake-timeout',
  TRY_AGAIN: 'wse.try-again',
  REVOKED: 'wse.revoked',
  VERSION: 'wse.version',
} as const)

/** A reason of {@link WSE_REASON}; `drop(reason)` takes any other text too. */
export type WseReason = (typeof WSE_REASON)[keyof typeof WSE_REASON]

/**
 * Why a session ended instead of being resumed, as both ends are told it.
 *
 * @example
 * client.when.closed((code, reason) => log(reason === WSE_RESET.WINDOW ? 'away too long' : reason))
 */
export const WSE_RESET = Object.freeze({
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
} as const)

/** A reason of {@link WSE_RESET}. */
export type WseReset = (typeof WSE_RESET)[keyof typeof WSE_RESET]
