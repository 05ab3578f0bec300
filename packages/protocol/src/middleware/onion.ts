/** A middleware as it runs, whatever its context is. */
export type Layer<Context = object> = (context: Context, next: (adds?: object) => unknown) => unknown

/**
 * Runs `core` within its layers, the first outermost, and returns what the first returned: a value, or a promise; it makes
 * none itself. A layer that does not call `next` answers in place of the rest.
 */
export function through<Context extends object>(
  layers: readonly Layer<Context>[],
  context: Context,
  core: (context: Context) => unknown,
): unknown {
  const enter = (at: number): unknown => {
    const layer = layers[at]
    if (layer === undefined) return core(context)
    let passed = false
    return layer(context, (adds) => {
      // Not a WseError: how a server is written is nothing for its callers.
      if (passed) throw new Error('next() was called twice')
      passed = true
      if (adds !== undefined) extend(context, adds)
      return enter(at + 1)
    })
  }
  return enter(0)
}

/** Inherited members count as well, so that `__proto__` and `constructor` are nothing to add. */
function extend(context: object, adds: object): void {
  for (const [name, value] of Object.entries(adds)) {
    if (name in context) throw new Error(`the context has ${name} already`)
    ;(context as Record<string, unknown>)[name] = value
  }
}
