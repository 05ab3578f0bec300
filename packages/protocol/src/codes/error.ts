/**
 * Every code a {@link WseError} can carry. The first block has the names and values of WSE 4, which travel on the wire;
 * the second is new in version 5. What each means, who raises it and whether a retry helps: PROTOCOL.md, "Table of names".
 *
 * @example
 * try { await client.call('add', { a: 1 }) } catch (error) {
 *   if (error.code === WSE_ERROR.RP_TIMEOUT) retryLater()
 * }
 */
export const WSE_ERROR = /* @__PURE__ */ Object.freeze({
  INVALID_CRA_HANDLER: 'wse.client.invalid-cra-handler',
  RP_TIMEOUT: 'wse.client.rp.timeout',
  RP_DISCONNECT: 'wse.client.rp.disconnect',
  CLIENT_ALREADY_CONNECTED: 'wse.client.already-connected',
  WS_CLIENT_ERROR: 'wse.client.ws-error',
  NOT_AUTHORIZED: 'wse.not-authorized',
  CONNECTION_NOT_READY: 'wse.client.not-ready',
  NO_CLIENT_CONNECTION: 'wse.server.client.connection-missing',
  IDENTIFY_HANDLER_MISSING: 'wse.server.auth.identify-handler-missing',
  INVALID_CRA_GENERATOR: 'wse.server.auth.invalid-cra-generator',
  RP_EXECUTION_FAILED: 'wse.server.rp.failed',
  RP_NOT_REGISTERED: 'wse.server.rp.not-registered',
  RP_ALREADY_REGISTERED: 'wse.server.rp.already-registered',
  PROTOCOL_VIOLATION: 'wse.server.protocol-violation',
  CONNECTION_ERROR: 'wse.server.connection-error',
  MESSAGE_PROCESSING_ERROR: 'wse.server.msg-processing-error',

  CLOSED: 'wse.closed',
  NOT_SUPPORTED: 'wse.not-supported',
  INVALID_OPTION: 'wse.invalid-option',
  INVALID_NAME: 'wse.invalid-name',
  INVALID_PAYLOAD: 'wse.invalid-payload',
  UNSERIALIZABLE: 'wse.unserializable',
  TOO_LARGE: 'wse.too-large',
  TOO_DEEP: 'wse.too-deep',
  QUEUE_FULL: 'wse.queue-full',
  RP_OVERLOAD: 'wse.rp.overload',
  RP_TOO_MANY: 'wse.rp.too-many',
  RP_CANCELLED: 'wse.rp.cancelled',
  CONNECT_FAILED: 'wse.client.connect-failed',
  CONNECT_TIMEOUT: 'wse.client.connect-timeout',
  CHALLENGE_FAILED: 'wse.client.challenge-failed',
  JUMP_CANCELLED: 'wse.client.jump-cancelled',
  DISPLACED: 'wse.client.displaced',
  REVOKED: 'wse.client.revoked',
  VERSION_MISMATCH: 'wse.version-mismatch',
  IDENTIFY_FAILED: 'wse.server.auth.identify-failed',
  LISTEN_FAILED: 'wse.server.listen-failed',
  UPGRADE_REFUSED: 'wse.server.upgrade-refused',
  SLOW_READER: 'wse.server.slow-reader',
  RESUME_REFUSED: 'wse.server.resume-refused',
  TOPIC_FORBIDDEN: 'wse.topic.forbidden',
  TOPIC_UNKNOWN: 'wse.topic.unknown',
} as const)

/** A code of {@link WSE_ERROR}. An application's own codes are strings of its own. */
export type WseErrorCode = (typeof WSE_ERROR)[keyof typeof WSE_ERROR]
