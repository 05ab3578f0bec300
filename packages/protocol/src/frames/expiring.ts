import { isDuration, shape } from './check.js'

/** `~wse:expiring`: milliseconds the authorisation still holds. */
export interface Expiring {
  in: number
}

/** Reads the payload of `~wse:expiring`; `null` if it is malformed. */
export const parseExpiring = /* @__PURE__ */ shape<Expiring>({ in: isDuration })
