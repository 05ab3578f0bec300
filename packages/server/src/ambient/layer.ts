import type { ServerContext } from '../middleware/contexts.js'
import type { Ambient } from './ambient.js'

/** A middleware that runs what is behind it on behalf of whoever called or wrote. */
export function ambientLayer(ambient: Ambient) {
  return ({ conn }: ServerContext, next: () => unknown): unknown => ambient.run({ cid: conn.cid, conn }, next)
}
