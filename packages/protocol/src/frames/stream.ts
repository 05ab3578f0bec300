import { isPosition } from './check.js'

/** `~wse:credit`: encoded bytes the sender may send on. */
export type Credit = number

/** Reads the payload of `~wse:credit`; `null` if it is malformed. (`item`, `end` and `cancel` take any payload.) */
export function parseCredit(payload: unknown): Credit | null {
  return isPosition(payload) ? payload : null
}
