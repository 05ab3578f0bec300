import type { AbortSignalLike } from '../events/signal.js'

interface Watch {
  readonly runs: Set<() => void>
  readonly listener: () => void
}

const watches = new WeakMap<AbortSignalLike, Watch>()

/**
 * Runs `run` when `signal` aborts; the returned function takes it back. All calls on one signal share a listener: many at
 * once are usual, and Node takes more than ten listeners on a signal for a leak.
 */
export function onAbort(signal: AbortSignalLike, run: () => void): () => void {
  const watch = watches.get(signal) ?? startWatch(signal)
  watch.runs.add(run)
  return () => {
    watch.runs.delete(run)
    if (watch.runs.size > 0 || watches.get(signal) !== watch) return
    signal.removeEventListener('abort', watch.listener)
    watches.delete(signal)
  }
}

function startWatch(signal: AbortSignalLike): Watch {
  const runs = new Set<() => void>()
  const listener = () => {
    for (const run of [...runs]) run()
  }
  const watch = { runs, listener }
  watches.set(signal, watch)
  signal.addEventListener('abort', listener)
  return watch
}
