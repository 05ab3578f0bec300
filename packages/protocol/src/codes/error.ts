/**
 * Every code a `WseError` can carry. The first block has the names and values of WSE 4, which travel on the wire; the
 * second is new in version 5. Who raises each, and whether a retry helps: PROTOCOL.md, "Table of names".
 */

/** The handler of challenges is no function, or a challenge came and there is none. */
export const INVALID_CRA_HANDLER = 'wse.client.invalid-cra-handler'
/** A call had no answer in time. */
export const RP_TIMEOUT = 'wse.client.rp.timeout'
/** The link or session of a call ended before its answer. */
export const RP_DISCONNECT = 'wse.client.rp.disconnect'
/** `connect()` while connecting or connected. */
export const CLIENT_ALREADY_CONNECTED = 'wse.client.already-connected'
/** The WebSocket of a client failed. */
export const WS_CLIENT_ERROR = 'wse.client.ws-error'
/** The server refuses the identity. */
export const NOT_AUTHORIZED = 'wse.not-authorized'
/** There is no link for it now. */
export const CONNECTION_NOT_READY = 'wse.client.not-ready'
/** The user is not connected here. */
export const NO_CLIENT_CONNECTION = 'wse.server.client.connection-missing'
/** A server was made without `identify`. */
export const IDENTIFY_HANDLER_MISSING = 'wse.server.auth.identify-handler-missing'
/** What `useChallenge` was given is no function. */
export const INVALID_CRA_GENERATOR = 'wse.server.auth.invalid-cra-generator'
/** A handler threw; its side alone knows what. */
export const RP_EXECUTION_FAILED = 'wse.server.rp.failed'
/** Nothing is registered by this name. */
export const RP_NOT_REGISTERED = 'wse.server.rp.not-registered'
/** Something is registered by this name. */
export const RP_ALREADY_REGISTERED = 'wse.server.rp.already-registered'
/** The other end broke the protocol. */
export const PROTOCOL_VIOLATION = 'wse.server.protocol-violation'
/** A transport failed. */
export const CONNECTION_ERROR = 'wse.server.connection-error'
/** A listener threw. */
export const MESSAGE_PROCESSING_ERROR = 'wse.server.msg-processing-error'

/** What it waits for cannot come any more: its end was closed for good. */
export const CLOSED = 'wse.closed'
/** The other end, the protocol or this release lacks it. */
export const NOT_SUPPORTED = 'wse.not-supported'
/** An option or argument is wrong; `details.option` names it. */
export const INVALID_OPTION = 'wse.invalid-option'
/** Not a name, or one of the SDK. */
export const INVALID_NAME = 'wse.invalid-name'
/** The contract refuses the payload. */
export const INVALID_PAYLOAD = 'wse.invalid-payload'
/** The protocol cannot carry it. */
export const UNSERIALIZABLE = 'wse.unserializable'
/** Larger than the other end takes. */
export const TOO_LARGE = 'wse.too-large'
/** Nested deeper than a frame may be. */
export const TOO_DEEP = 'wse.too-deep'
/** Too much waits for a link already. */
export const QUEUE_FULL = 'wse.queue-full'
/** Too many calls run on the side that was asked. */
export const RP_OVERLOAD = 'wse.rp.overload'
/** Too many own calls wait for an answer. */
export const RP_TOO_MANY = 'wse.rp.too-many'
/** The call's signal was aborted. */
export const RP_CANCELLED = 'wse.rp.cancelled'
/** The link ended before the welcome. */
export const CONNECT_FAILED = 'wse.client.connect-failed'
/** There was no welcome in time. */
export const CONNECT_TIMEOUT = 'wse.client.connect-timeout'
/** The handler of challenges failed. */
export const CHALLENGE_FAILED = 'wse.client.challenge-failed'
/** Another jump or a disconnect came first. */
export const JUMP_CANCELLED = 'wse.client.jump-cancelled'
/** The user connected elsewhere, and may have no more links. */
export const DISPLACED = 'wse.client.displaced'
/** The authorisation was taken back. */
export const REVOKED = 'wse.client.revoked'
/** The ends speak no version in common. */
export const VERSION_MISMATCH = 'wse.version-mismatch'
/** `identify` threw, or took too long. */
export const IDENTIFY_FAILED = 'wse.server.auth.identify-failed'
/** The server cannot listen there. */
export const LISTEN_FAILED = 'wse.server.listen-failed'
/** The upgrade was refused in HTTP. */
export const UPGRADE_REFUSED = 'wse.server.upgrade-refused'
/** A client did not read what it was sent. */
export const SLOW_READER = 'wse.server.slow-reader'
/** The servers cannot reach each other, so that something was not published, or may not have been. */
export const BACKPLANE_FAILED = 'wse.server.backplane-failed'
/** The token of somebody else's session was offered. */
export const RESUME_REFUSED = 'wse.server.resume-refused'
/** The topic is not for this user. */
export const TOPIC_FORBIDDEN = 'wse.topic.forbidden'
/** Nobody defined the topic. */
export const TOPIC_UNKNOWN = 'wse.topic.unknown'
/** There is no room for another member, or subscription. */
export const TOPIC_FULL = 'wse.topic.full'
