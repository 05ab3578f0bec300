import { isDuration, isPosition, optional, shape } from './check.js'

/** `~wse:ping` and `~wse:pong`: both positions of the sender, and in a ping the last round-trip time in ms. */
export interface Ping {
  sent: number
  received: number
  rtt?: number
}

/** Reads the payload of `~wse:ping` or `~wse:pong`; `null` if it is malformed. */
export const parsePing = /* @__PURE__ */ shape<Ping>({
  sent: isPosition,
  received: isPosition,
  rtt: optional(isDuration),
})
