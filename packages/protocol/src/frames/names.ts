/** The reserved frame names of version 5; PROTOCOL.md has a section for each. */
export const FRAME = /* @__PURE__ */ Object.freeze({
  HI: '~wse:hi',
  CHALLENGE: '~wse:challenge',
  SESSION: '~wse:session',
  WELCOME: '~wse:welcome',
  ACK: '~wse:ack',
  PING: '~wse:ping',
  PONG: '~wse:pong',
  GOAWAY: '~wse:goaway',
  EXPIRING: '~wse:expiring',
  VOLATILE: '~wse:volatile',
  EVENT: '~wse:event',
  CALL: '~wse:call',
  RESPONSE: '~wse:response',
  RESPONSE_ERR: '~wse:response-err',
  ITEM: '~wse:item',
  END: '~wse:end',
  CREDIT: '~wse:credit',
  CANCEL: '~wse:cancel',
} as const)

/** Reserved calls: asked for like any call, answered by the SDK itself. */
export const RESERVED_CALLS: readonly string[] = /* @__PURE__ */ Object.freeze([
  '~wse:subscribe',
  '~wse:unsubscribe',
  '~wse:publish',
  '~wse:presence',
  '~wse:identify',
  '~wse:stream',
])

/** Frames of a link, that may stand in no batch. */
export const UNBATCHED_FRAMES: readonly string[] = /* @__PURE__ */ Object.freeze([
  FRAME.HI,
  FRAME.CHALLENGE,
  FRAME.SESSION,
  FRAME.WELCOME,
  FRAME.ACK,
  FRAME.PING,
  FRAME.PONG,
  FRAME.GOAWAY,
  FRAME.EXPIRING,
])

/** Frames that enter a session's count and its replay ring. Closed: a golden test holds it. */
export const COUNTED_FRAMES: readonly string[] = /* @__PURE__ */ Object.freeze([
  FRAME.CALL,
  FRAME.RESPONSE,
  FRAME.RESPONSE_ERR,
  FRAME.CANCEL,
  FRAME.ITEM,
  FRAME.END,
  FRAME.CREDIT,
  FRAME.EVENT,
])

/** What names of the SDK begin with; an application's may not. */
export const RESERVED_PREFIX = '~wse:'

/** Longest name in bytes. */
export const NAME_BYTES = 128

/** Version of the wire spoken here. */
export const VERSION = 5
