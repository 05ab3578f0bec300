import { isDuration, isPosition, isTextOrAbsent, record } from './check.js'

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
export function parseGoaway(payload: unknown): Goaway | null {
  const goaway = record(payload)
  if (!goaway || typeof goaway.reason !== 'string' || !isTextOrAbsent(goaway.to)) return null
  for (const key of ['deadline', 'delay', 'status']) {
    if (goaway[key] !== undefined && !isDuration(goaway[key])) return null
  }
  if (goaway.received !== undefined && !isPosition(goaway.received)) return null
  return goaway as unknown as Goaway
}
