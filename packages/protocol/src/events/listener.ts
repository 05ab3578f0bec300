/** Takes back what was given. Calling it again does nothing. */
export type Unsubscribe = () => void

/** Told of whatever a listener threw or rejected with, and what it had been called with. */
export type Report = (thrown: unknown, args: readonly unknown[]) => void

/** Calls a listener so that neither a throw nor a rejection reaches the one who emitted. */
export function callIsolated<Args extends readonly unknown[]>(
  listener: (...args: Args) => unknown,
  args: Args,
  report: Report,
): void {
  try {
    const result = listener(...args)
    if (isThenable(result)) result.then(undefined, (thrown) => report(thrown, args))
  } catch (thrown) {
    report(thrown, args)
  }
}

/** Whether something can be awaited. @throws what a getter named `then` throws */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
