import type { WireError } from '../error/describe.js'
import { isFlag, isPosition, isText, optional, record, shape } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** Topics that any server takes in one call. */
export const MOST_TOPICS = 256

/** Where a history stands, or stood: an offset means something in its epoch only. */
export interface TopicPosition {
  readonly offset: number
  /** Absent: any, from the start of what is kept. */
  readonly epoch?: string
}

/** One subscription of the reserved call `~wse:subscribe`. */
export interface Subscribe {
  topic: string
  since?: TopicPosition
  state?: Payload
}

/** What is answered to it. */
export interface Subscribed {
  offset?: number
  epoch?: string
  recovered?: boolean
  /** Who is there is told, too. */
  presence?: boolean
  error?: WireError
}

const isSince = /* @__PURE__ */ shape<TopicPosition>({ offset: isPosition, epoch: optional(isText) })

const parseOne = /* @__PURE__ */ shape<Subscribe>({
  topic: (name) => isName(name),
  since: optional((since) => isSince(since) !== null),
  state: () => true,
})

const parseAnswer = /* @__PURE__ */ shape<Subscribed>({
  offset: optional(isPosition),
  epoch: optional(isText),
  recovered: optional(isFlag),
  presence: optional(isFlag),
  error: optional((error) => record(error) !== null),
})

/** Reads the payload of `~wse:subscribe`; `null` if it is malformed. */
export const parseSubscribe = (payload: unknown): Subscribe[] | null => listOf(payload, parseOne)

/** Reads the answer to `~wse:subscribe`; `null` if it is malformed. */
export const parseSubscribed = (payload: unknown): Subscribed[] | null => listOf(payload, parseAnswer)

/** Reads the payload of `~wse:unsubscribe`; `null` if it is malformed. */
export function parseUnsubscribe(payload: unknown): string[] | null {
  return Array.isArray(payload) && payload.every((name) => isName(name)) ? payload : null
}

function listOf<One>(payload: unknown, parse: (value: unknown) => One | null): One[] | null {
  return Array.isArray(payload) && payload.every((value) => parse(value) !== null) ? payload : null
}
