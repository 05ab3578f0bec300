import { isDuration, isPosition, isText, optional, shape } from './check.js'

/** `~wse:goaway`: the server asks the client to leave, or says why it refuses it. */
export interface Goaway {
  /** Why, as a close reason. */
  reason: string
  /** Milliseconds until the server closes. */
  deadline?: number
  /** Milliseconds this client should wait before it connects anew; drawn by the server. */
  delay?: number
  /** The HTTP status an upgrade was refused with. */
  status?: number
  /** Where to go. */
  to?: string
  /** Last position taken; everything beyond it was certainly not executed. */
  received?: number
}

/** Reads the payload of `~wse:goaway`; `null` if it is malformed. */
export const parseGoaway = /* @__PURE__ */ shape<Goaway>({
  reason: isText,
  deadline: optional(isDuration),
  delay: optional(isDuration),
  status: optional(isDuration),
  to: optional(isText),
  received: optional(isPosition),
})
