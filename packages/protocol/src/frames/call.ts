import { isDuration, isPosition, isTextOrAbsent, record } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** `~wse:call`: a call that says more than its name and payload. */
export interface CallFrame {
  name: string
  payload?: Payload
  /** The caller's time-out in ms. */
  timeout?: number
  /** Names the call over sessions; goes with idempotent calls. */
  id?: string
  /** W3C `traceparent`. */
  trace?: string
  /** The caller will send items. */
  in?: boolean
  /** The caller takes items, and this many bytes of them at first. */
  credit?: number
}

/** Reads the payload of `~wse:call`; `null` if it is malformed. */
export function parseCall(payload: unknown): CallFrame | null {
  const call = record(payload)
  if (!call || !isName(call.name)) return null
  if (call.timeout !== undefined && !isDuration(call.timeout)) return null
  if (!isTextOrAbsent(call.id) || !isTextOrAbsent(call.trace)) return null
  if (call.in !== undefined && typeof call.in !== 'boolean') return null
  if (call.credit !== undefined && !isPosition(call.credit)) return null
  return call as unknown as CallFrame
}
