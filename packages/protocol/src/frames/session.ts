import { isDuration, isFlag, isPosition, isText, optional, shape } from './check.js'

interface Heartbeat {
  interval: number
  grace: number
}

interface Reconnect {
  floor?: number
  cap?: number
}

/** `~wse:session`, what the server tells a version 5 client about its session, right before the welcome. */
export interface SessionFrame {
  /** Version the server speaks. */
  v: number
  /** Id of the session. */
  id: string
  /** Who the client was accepted as. */
  cid: string | number
  /** Names this run of the server, or its cluster. */
  epoch: string
  resumed: boolean
  /** It goes on at another server than before: nothing is subscribed there. */
  moved?: boolean
  /** Why an offered session was not resumed. */
  reason?: string
  /** Last position the server has taken. */
  received: number
  token?: string
  /** Milliseconds a lost session is kept. */
  window?: number
  heartbeat?: Heartbeat
  /** Largest frame the server takes, in bytes. */
  limit: number
  /** The server's time-out of calls, in ms; 0 for none. */
  timeout: number
  /** How the server wishes to be come back to. */
  reconnect?: Reconnect
  /** Hash of the server's contract. */
  contract?: string
}

const heartbeat = /* @__PURE__ */ shape<Heartbeat>({ interval: (ms) => isDuration(ms) && ms > 0, grace: isDuration })
const reconnect = /* @__PURE__ */ shape<Reconnect>({ floor: optional(isDuration), cap: optional(isDuration) })

/** Reads the payload of `~wse:session`; `null` if it is malformed. */
export const parseSession = /* @__PURE__ */ shape<SessionFrame>({
  v: (version) => isPosition(version) && version >= 5,
  id: isText,
  cid: (cid) => isText(cid) || typeof cid === 'number',
  epoch: isText,
  resumed: isFlag,
  moved: optional(isFlag),
  reason: optional(isText),
  received: isPosition,
  token: optional(isText),
  window: optional(isDuration),
  heartbeat: optional((group) => heartbeat(group) !== null),
  limit: (bytes) => isPosition(bytes) && bytes > 0,
  timeout: isDuration,
  reconnect: optional((group) => reconnect(group) !== null),
  contract: optional(isText),
})
