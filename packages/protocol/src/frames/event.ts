import { isFlag, isPosition, optional, shape } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** `~wse:event`: an event of a topic; `offset` where the topic has history. */
export interface TopicEvent {
  topic: string
  event: string
  data?: Payload
  offset?: number
  volatile?: boolean
}

/** Reads the payload of `~wse:event`; `null` if it is malformed. */
export const parseEvent = /* @__PURE__ */ shape<TopicEvent>({
  topic: (name) => isName(name),
  event: (name) => isName(name),
  data: () => true,
  offset: optional(isPosition),
  volatile: optional(isFlag),
})

/** Whether an event belongs to the session, and not to its link (PROTOCOL.md, P-88). */
export function isCounted({ offset, volatile }: TopicEvent): boolean {
  return offset === undefined && volatile !== true
}
