import type { Clock } from '@wse/protocol'
import { systemClock } from '@wse/protocol/wire'

/** Bytes asked of the system at once: a call of it costs far more than they do, and every hello needs a hundred. */
const POOL = 4_096

let pool = new Uint8Array(0)
let used = 0

/** The clock of the machine, for a server: random bytes come from a pool, each of them once. */
export const serverClock: Clock = Object.freeze<Clock>({
  ...systemClock,
  randomBytes(count) {
    if (count > POOL) return systemClock.randomBytes(count)
    if (used + count > pool.length) {
      pool = new Uint8Array(systemClock.randomBytes(POOL))
      used = 0
    }
    const bytes = pool.slice(used, used + count)
    // What was given out is not to be found here.
    pool.fill(0, used, used + count)
    used += count
    return bytes
  },
})
