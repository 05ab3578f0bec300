import type { AbortSignalLike, Payload, StreamSource } from '@wse/protocol'
import { isThenable, iteratorOf } from '@wse/protocol/internal'
import { DONE, type Ending, LEFT } from './ending.js'
import type { Observed } from './observed.js'

/** What is known of something that is followed. */
export interface Course {
  /** Aborts when nobody waits for it any more; looked at only where it does not end at once. */
  readonly signal?: AbortSignalLike | undefined
  /** Whether a result is items, that are still to be read. */
  isItems(result: unknown): result is StreamSource
  /** How it ends with what was thrown. */
  failed(thrown: unknown): Ending
}

type Items = AsyncIterableIterator<Payload, Payload, undefined>

/** Runs `part`, and follows what it returns to its end: a value, a promise, or the last item. Returns what is as good. */
export function follow(observed: Observed, part: () => unknown, course: Course): unknown {
  const failed = (thrown: unknown): never => {
    observed.end(course.failed(thrown))
    throw thrown
  }
  const settled = (result: unknown) => {
    if (!course.isItems(result)) {
      observed.end(DONE)
      return result
    }
    observed.endWith(course.signal)
    return watched(observed, result, course)
  }
  const pending = async (result: PromiseLike<unknown>) => {
    try {
      return settled(await result)
    } catch (thrown) {
      return failed(thrown)
    }
  }
  try {
    const result = observed.run(part)
    if (!isThenable(result)) return settled(result)
    observed.endWith(course.signal)
    return pending(result)
  } catch (thrown) {
    return failed(thrown)
  }
}

/** The same items, read within the span: a generator runs where it is asked for the next one. */
function watched(observed: Observed, source: StreamSource, { failed }: Course): Items {
  const iterator = observed.run(() => iteratorOf(source))
  return {
    async next() {
      try {
        const result = await observed.run(() => iterator.next())
        if (result.done) observed.end(DONE)
        return result
      } catch (thrown) {
        observed.end(failed(thrown))
        throw thrown
      }
    },
    async return(value) {
      try {
        return (await observed.run(() => iterator.return?.(value))) ?? { done: true, value }
      } finally {
        // Who waits no longer is heard of by the signal, which tells why, before this.
        observed.end(LEFT)
      }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
