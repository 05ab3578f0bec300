/** Why a session ended instead of being resumed, as both ends are told it. */

/** The server does not know the token: it restarted, or forgot. */
export const UNKNOWN_SESSION = 'unknown-session'
/** The token belongs to somebody else. */
export const IDENTITY_MISMATCH = 'identity-mismatch'
/** The token was replaced by a newer one. */
export const TOKEN_REUSED = 'token-reused'
/** The authorisation ran out, and nobody renewed it. */
export const AUTH_EXPIRED = 'auth-expired'
/** The authorisation was taken back. */
export const REVOKED = 'revoked'
/** The client was away for too long. */
export const WINDOW = 'window'
/** It came back with another protocol. */
export const PROTOCOL = 'protocol'
/** The server no longer holds what it would have to send again. */
export const SERVER_BUFFER = 'server-buffer'
/** The client no longer holds what it would have to send again. */
export const CLIENT_BUFFER = 'client-buffer'
/** The positions of both ends disagree. */
export const DESYNC = 'desync'
/** The server needed the room. */
export const EVICTED = 'evicted'
/** The same client began anew. */
export const SUPERSEDED = 'superseded'
/** The user connected elsewhere, and may have no more links. */
export const DISPLACED = 'displaced'
/** What the client had to keep was more than it may. */
export const QUEUE_FULL = 'queue-full'
/** The client moved to another server. */
export const JUMP = 'jump'
/** The link was closed for good; the close code says why. */
export const CLOSED = 'closed'
