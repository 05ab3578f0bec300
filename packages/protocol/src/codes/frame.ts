/** The reserved frame names of version 5; PROTOCOL.md has a section for each. */

/** Who the client is, and what it wants: its first frame. */
export const HI = '~wse:hi'
/** A quest of the server, and the answer to it. */
export const CHALLENGE = '~wse:challenge'
/** What the server says of the session, right before the welcome. */
export const SESSION = '~wse:session'
/** The client is let in. */
export const WELCOME = '~wse:welcome'
/** The last position taken. */
export const ACK = '~wse:ack'
/** Asks for a sign of life. */
export const PING = '~wse:ping'
/** Gives it. */
export const PONG = '~wse:pong'
/** The server asks the client to leave, or says why it refuses it. */
export const GOAWAY = '~wse:goaway'
/** How long the authorisation still holds. */
export const EXPIRING = '~wse:expiring'
/** A message that is never counted and never retained. */
export const VOLATILE = '~wse:volatile'
/** An event of a topic. */
export const EVENT = '~wse:event'
/** Who is present on a topic. */
export const MEMBERS = '~wse:members'
/** A call that says more than its name and payload. */
export const CALL = '~wse:call'
/** The result of a call. */
export const RESPONSE = '~wse:response'
/** The error of a call. */
export const RESPONSE_ERR = '~wse:response-err'
/** One item of a stream. */
export const ITEM = '~wse:item'
/** The end of a stream. */
export const END = '~wse:end'
/** How much of a stream may be sent on. */
export const CREDIT = '~wse:credit'
/** The caller has given up. */
export const CANCEL = '~wse:cancel'
