import { CLAIM, DROP, KEEP } from './fences.js'
import { HISTORY, TOPS } from './history.js'
import { JOIN, PART, RENEW, SWEEP } from './membership.js'
import { ENTER, LEAVE } from './presence.js'
import { PUBLISH, PUBLISH_KEPT } from './publish.js'
import type { Script } from './script.js'

/** Every script an engine is given before anything is asked of it. */
export const SCRIPTS: readonly Script[] = [
  PUBLISH,
  PUBLISH_KEPT,
  HISTORY,
  TOPS,
  ENTER,
  LEAVE,
  CLAIM,
  KEEP,
  DROP,
  JOIN,
  RENEW,
  PART,
  SWEEP,
]
