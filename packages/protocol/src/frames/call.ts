import { isDuration, isFlag, isPosition, isText, optional, record } from './check.js'
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

/** Whether a call has streams, either way. */
export function hasStreams(frame: CallFrame | null): boolean {
  return frame !== null && (frame.in === true || frame.credit !== undefined)
}

const absentOrText = /* @__PURE__ */ optional(isText)

/** Reads the payload of `~wse:call`; `null` if it is malformed. Member by member: there may be very many calls. */
export function parseCall(payload: unknown): CallFrame | null {
  const call = record(payload)
  if (call === null || !isName(call.name)) return null
  if (call.timeout !== undefined && !isDuration(call.timeout)) return null
  if (!absentOrText(call.id) || !absentOrText(call.trace)) return null
  if (call.in !== undefined && !isFlag(call.in)) return null
  if (call.credit !== undefined && !isPosition(call.credit)) return null
  return call as unknown as CallFrame
}
