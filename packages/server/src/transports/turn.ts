import type { Flushable } from '@wse/protocol'

let waiting: Flushable[] = []

/**
 * Flushes `one`, which must not throw, once every socket that had something to read in this turn was read: in the check
 * phase of the event loop, which follows its poll phase. One immediate serves all who wait.
 */
export function afterTurn(one: Flushable): void {
  if (waiting.push(one) === 1) setImmediate(run)
}

function run(): void {
  const all = waiting
  waiting = []
  for (const one of all) one.flush()
}
