import { record } from './check.js'
import { isName } from './envelope.js'
import type { Payload } from './payload.js'

/** Payload of the reserved call `~wse:stream`. */
export interface OpenStream {
  name: string
  meta?: Payload
}

/** Reads what a stream is opened as; `null` if it is malformed. */
export function parseOpenStream(payload: unknown): OpenStream | null {
  const opened = record(payload)
  return opened !== null && isName(opened.name) ? (opened as unknown as OpenStream) : null
}
