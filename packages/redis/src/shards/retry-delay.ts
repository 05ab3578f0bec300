import type { Clock } from '@wse/protocol'

/** Milliseconds up to which the first attempt after a loss is put off: all nodes have lost the engine at once. */
const FIRST = 50
const LONGEST = 2_000

/** Milliseconds until the next attempt to reach an engine, `failed` of which have failed so far. */
export function retryDelay(failed: number, clock: Clock): number {
  const most = Math.min(LONGEST, FIRST * 2 ** failed)
  return most * (0.5 + clock.random() / 2)
}
