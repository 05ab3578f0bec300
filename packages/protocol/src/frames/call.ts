import { isDuration, isFlag, isPosition, isText, optional, shape } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** `~wse:call`: a call that says more than its name and payload. */
export interface CallFrame {
  name: string
  payload?: Payload
  /** The caller's time-out in ms. */
  timeout?: number
  /** Names the call over sessions; goes with idempotent calls. */
  id?: string
  /** W3C `traceparent`. */
  trace?: string
  /** The caller will send items. */
  in?: boolean
  /** The caller takes items, and this many bytes of them at first. */
  credit?: number
}

/** Reads the payload of `~wse:call`; `null` if it is malformed. */
export const parseCall = /* @__PURE__ */ shape<CallFrame>({
  name: (name) => isName(name),
  payload: () => true,
  timeout: optional(isDuration),
  id: optional(isText),
  trace: optional(isText),
  in: optional(isFlag),
  credit: optional(isPosition),
})
