/** Why a link was closed: the text beside the close code. Values of the first block are those of WSE 4. */

/** None was given. */
export const NO_REASON = ''
/** The user connected elsewhere, and may have no more links. */
export const CLIENTS_CONCURRENCY = 'wse.clients-concurrency'
/** The identity is refused. */
export const NOT_AUTHORIZED = 'wse.not-authorized'
/** What came breaks the protocol. */
export const PROTOCOL_ERR = 'wse.protocol-error'
/** The client disconnected. */
export const BY_CLIENT = 'wse.by-client'
/** The server let go of the client. */
export const BY_SERVER = 'wse.by-server'

/** Goes with `WSE_CLOSE.MOVED`. */
export const MOVED = 'wse.moved'
/** Goes with `WSE_CLOSE.RESTART`. */
export const RESTART = 'wse.restart'
/** Goes with `WSE_CLOSE.SLOW_READER`. */
export const SLOW_READER = 'wse.slow-reader'
/** Goes with `WSE_CLOSE.NO_PONG`. */
export const NO_PONG = 'wse.no-pong'
/** Goes with `WSE_CLOSE.RATE`. */
export const RATE = 'wse.rate'
/** Goes with `WSE_CLOSE.SUPERSEDED`. */
export const SUPERSEDED = 'wse.superseded'
/** Goes with `WSE_CLOSE.DESYNC`. */
export const DESYNC = 'wse.desync'
/** Goes with `WSE_CLOSE.AUTH_EXPIRED`. */
export const AUTH_EXPIRED = 'wse.auth-expired'
/** Goes with `WSE_CLOSE.HANDSHAKE_TIMEOUT`. */
export const HANDSHAKE_TIMEOUT = 'wse.handshake-timeout'
/** Goes with `WSE_CLOSE.TRY_AGAIN`. */
export const TRY_AGAIN = 'wse.try-again'
/** Goes with `WSE_CLOSE.LIFETIME`. */
export const LIFETIME = 'wse.lifetime'
/** Goes with `WSE_CLOSE.REVOKED`. */
export const REVOKED = 'wse.revoked'
/** Goes with `WSE_CLOSE.VERSION`. */
export const VERSION = 'wse.version'
/** Goes with `WSE_CLOSE.IDLE`. */
export const IDLE = 'wse.idle'
