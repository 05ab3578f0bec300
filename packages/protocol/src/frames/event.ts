import { isPosition, record } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** `~wse:event`: an event of a topic; `offset` where the topic has history. */
export interface TopicEvent {
  topic: string
  event: string
  data?: Payload
  offset?: number
}

/** Reads the payload of `~wse:event`; `null` if it is malformed. */
export function parseEvent(payload: unknown): TopicEvent | null {
  const event = record(payload)
  if (!event || !isName(event.topic) || !isName(event.event)) return null
  if (event.offset !== undefined && !isPosition(event.offset)) return null
  return event as unknown as TopicEvent
}
