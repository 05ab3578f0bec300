import { type Check, isDuration, isFlag, isPosition, isText, optional, shape } from './check.js'

/** What a client wants back, and from where. */
interface Offer {
  token: string
  /** Last position it has taken. */
  received: number
  /** First position it can still send again. */
  first: number
}

/** `~wse:hi`, the client's first frame. Without `v` it comes from WSE 4. */
export interface Hi {
  /** Credentials. */
  identity?: unknown
  /** What the client says about itself. */
  meta?: unknown
  /** Version the client speaks. */
  v?: number
  /** Names this client, for as long as it lives. */
  instance?: string
  /** The instance it was at the server it moves away from. */
  from?: string
  /** Counts the links of that client. */
  attempt?: number
  /** Whether it wants a session that outlives its link. */
  keep?: boolean
  /** The client's time-out of calls, in ms; 0 for none. */
  timeout?: number
  /** Largest frame the client takes, in bytes. */
  limit?: number
  contract?: string
  resume?: Offer | undefined
}

/** Longest text in it, in characters; identity and meta are bounded by the size of the frame. */
const TEXT = 256

const isShortText: Check = (value) => isText(value) && value.length <= TEXT
const anything: Check = () => true

const offer = /* @__PURE__ */ shape<Offer>({ token: isShortText, received: isPosition, first: isPosition })

const hi = /* @__PURE__ */ shape<Hi>({
  identity: anything,
  meta: anything,
  v: optional((version) => isPosition(version) && version >= 5),
  instance: optional(isShortText),
  from: optional(isShortText),
  attempt: optional(isPosition),
  keep: optional(isFlag),
  timeout: optional(isDuration),
  limit: optional((bytes) => isPosition(bytes) && bytes > 0),
  contract: optional(isShortText),
  resume: optional((value) => offer(value) !== null),
})

/** Reads the payload of `~wse:hi`; `null` if it is malformed. WSE 4's may lack anything. */
export function parseHi(payload: unknown): Hi | null {
  return hi(payload ?? {})
}
