/**
 * Why a link was closed: the text beside the close code. Values of the first six are those of WSE 4.
 *
 * @example
 * client.when.closed((code, reason) => { if (reason === WSE_REASON.NOT_AUTHORIZED) showLogin() })
 */
export const WSE_REASON = /* @__PURE__ */ Object.freeze({
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
