import type { Flushable } from '@wse/protocol'

/** In memory a turn is over with its microtask. */
export function afterTurn(waiting: Flushable): void {
  queueMicrotask(() => waiting.flush())
}
