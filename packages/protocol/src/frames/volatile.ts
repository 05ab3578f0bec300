import { isApplicationName } from './envelope.js'
import type { Payload } from './payload.js'

/** `~wse:volatile`: a message that is never counted and never retained. */
export type Volatile = readonly [type: string, payload?: Payload]

/** Reads the payload of `~wse:volatile`; `null` if it is malformed. */
export function parseVolatile(payload: unknown): Volatile | null {
  if (!Array.isArray(payload) || payload.length > 2 || !isApplicationName(payload[0])) return null
  return payload as unknown as Volatile
}
