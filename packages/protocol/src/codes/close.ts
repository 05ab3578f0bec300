/**
 * The close codes of version 5. 4000–4499: the client may come back; 4500–4999: final. (The split is Centrifugo's: a client
 * that does not know a newer code still treats it rightly.)
 */

/** Closed on purpose; the reason says by whom. */
export const NORMAL = 1000
/** The runtime of the other end goes: a page is left. */
export const GOING_AWAY = 1001
/** The link ended without a closing handshake. Never sent. */
export const ABNORMAL = 1006
/** The client lives on another link now, after a jump or a goaway. */
export const MOVED = 4000
/** The server goes, and comes back. */
export const RESTART = 4001
/** The client does not read what it is sent. */
export const SLOW_READER = 4002
/** Nothing was heard for too long. */
export const NO_PONG = 4003
/** The client sends more than it may. */
export const RATE = 4004
/** A newer link of the same client took over. */
export const SUPERSEDED = 4005
/** The positions of both ends disagree. */
export const DESYNC = 4006
/** The authorisation ran out, and nobody renewed it. */
export const AUTH_EXPIRED = 4007
/** The client did not shake hands in time. */
export const HANDSHAKE_TIMEOUT = 4008
/** The server cannot let it in now. */
export const TRY_AGAIN = 4009
/** The link is as old as it may get: the client goes on over another. */
export const LIFETIME = 4010
/** What came breaks the protocol. */
export const MALFORMED = 4500
/** The identity is refused. */
export const NOT_AUTHORIZED = 4501
/** The authorisation was taken back. */
export const REVOKED = 4503
/** The other end speaks no version that is spoken here. */
export const VERSION = 4504
/** The user connected elsewhere, and may have no more links. */
export const DISPLACED = 4505
/** The server let go of the client. */
export const DROPPED = 4506
/** Neither end had anything to say for too long. */
export const IDLE = 4507
