import { isPosition } from './check.js'

/** `~wse:ack`: the last position taken. */
export type Ack = number

/** Reads the payload of `~wse:ack`; `null` if it is malformed. */
export function parseAck(payload: unknown): Ack | null {
  return isPosition(payload) ? payload : null
}
