import { isFlag, isPosition, isText, optional, shape } from './check.js'
import { isApplicationName, isName } from './envelope.js'
import type { Payload } from './payload.js'

/** Payload of the reserved call `~wse:publish`. */
export interface Publish {
  topic: string
  event: string
  data?: Payload
  /** Names the event, so that it is published once. */
  key?: string
}

/** What is answered to it. */
export interface Published {
  /** Where the event stands in the history. */
  offset?: number
  epoch?: string
  /** It had been published before. */
  repeated?: boolean
  /** What the handler of the event returned. */
  answer?: Payload
}

/** Payload of the reserved call `~wse:presence`. */
export interface SetPresence {
  topic: string
  state?: Payload
}

/** Longest key of an event, in characters. */
export const KEY_LENGTH = 128

/** Whether something may name an event. */
export const isKey = (key: unknown): boolean => isText(key) && key.length > 0 && key.length <= KEY_LENGTH

/** Reads the payload of `~wse:publish`; `null` if it is malformed. */
export const parsePublish = /* @__PURE__ */ shape<Publish>({
  topic: (name) => isName(name),
  event: isApplicationName,
  data: () => true,
  key: optional(isKey),
})

/** Reads the answer to `~wse:publish`; `null` if it is malformed. */
export const parsePublished = /* @__PURE__ */ shape<Published>({
  offset: optional(isPosition),
  epoch: optional(isText),
  repeated: optional(isFlag),
  answer: () => true,
})

/** Reads the payload of `~wse:presence`; `null` if it is malformed. */
export const parseSetPresence = /* @__PURE__ */ shape<SetPresence>({
  topic: (name) => isName(name),
  state: () => true,
})
