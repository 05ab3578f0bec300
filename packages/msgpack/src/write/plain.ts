/**
 * What is written of a value: what its `toJSON` gives, if it has one, and what a `Number`, `String` or `Boolean` object
 * stands for, as in JSON. Dates and bytes are written as they are.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return isNative(value) ? value : toJSON.call(value)
  return Object.getPrototypeOf(value) !== Object.prototype && isBoxed(value) ? value.valueOf() : value
}

function isNative(value: object): boolean {
  return value instanceof Date || value instanceof Uint8Array
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean
}
