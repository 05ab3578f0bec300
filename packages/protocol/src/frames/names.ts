import * as FRAME from '../codes/frame.js'

/** The reserved call by which a client says anew who it is. */
export const IDENTIFY = '~wse:identify'

/** The reserved call that opens a stream of bytes. */
export const STREAM = '~wse:stream'

/** The reserved call that subscribes to topics. */
export const SUBSCRIBE = '~wse:subscribe'

/** The reserved call that ends subscriptions. */
export const UNSUBSCRIBE = '~wse:unsubscribe'

/** The reserved call that publishes an event on a topic. */
export const PUBLISH = '~wse:publish'

/** The reserved call that sets what the others on a topic see of a device. */
export const PRESENCE = '~wse:presence'

/** The event by which a server says that it has ended a subscription. */
export const ENDED = '~wse:ended'

/** The event that stands in a history in place of one that is not for this device. */
export const SKIPPED = '~wse:skipped'

/** The event by which a server says that something of a topic may be missing: what there is has to be asked for. */
export const MISSED = '~wse:missed'

/** Reserved calls: asked for like any call, answered by the SDK itself. */
export const RESERVED_CALLS: readonly string[] = /* @__PURE__ */ Object.freeze([
  SUBSCRIBE,
  UNSUBSCRIBE,
  PUBLISH,
  PRESENCE,
  IDENTIFY,
  STREAM,
])

/** Frames that may stand in no batch: those of a link, and items, whose size counts. */
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
  FRAME.ITEM,
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

/** Whether a name is that of a frame; any other that is reserved is a call's. */
export function isFrame(name: string): boolean {
  if (name === FRAME.VOLATILE || name === FRAME.MEMBERS) return true
  return UNBATCHED_FRAMES.includes(name) || COUNTED_FRAMES.includes(name)
}

/** What names of the SDK begin with; an application's may not. */
export const RESERVED_PREFIX = '~wse:'

/** Longest name in bytes. */
export const NAME_BYTES = 128

/** Version of the wire spoken here. */
export const VERSION = 5
