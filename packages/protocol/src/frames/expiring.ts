import { isDuration, record } from './check.js'

/** `~wse:expiring`: milliseconds the authorisation still holds. */
export interface Expiring {
  in: number
}

/** Reads the payload of `~wse:expiring`; `null` if it is malformed. */
export function parseExpiring(payload: unknown): Expiring | null {
  const expiring = record(payload)
  return expiring && isDuration(expiring.in) ? { in: expiring.in } : null
}
