import { isFlag, isText, optional, shape } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** One device that is present on a topic. */
export interface Present {
  cid: string | number
  id: string
  state?: Payload
  away?: boolean
}

/** `~wse:members`: who is present on a topic, or what has changed of that. */
export interface Members {
  topic: string
  /** It begins a list of all that are there. */
  whole?: boolean
  here?: Present[]
  gone?: string[]
}

const parsePresent = /* @__PURE__ */ shape<Present>({
  cid: (cid) => isText(cid) || typeof cid === 'number',
  id: isText,
  state: () => true,
  away: optional(isFlag),
})

/** Reads the payload of `~wse:members`; `null` if it is malformed. */
export const parseMembers = /* @__PURE__ */ shape<Members>({
  topic: (name) => isName(name),
  whole: optional(isFlag),
  here: optional((list) => Array.isArray(list) && list.every((one) => parsePresent(one) !== null)),
  gone: optional((list) => Array.isArray(list) && list.every(isText)),
})
