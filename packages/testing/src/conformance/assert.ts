/** A conformance case found something wrong. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** Fails with `message` unless `condition` holds. */
export function ok(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message)
}

/** Fails unless both values have the same shape and content; bytes, dates, maps and sets by what they hold. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  ok(same(actual, expected), `${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** Fails if `run` throws. */
export function neverThrows(run: () => void, what: string): void {
  try {
    run()
  } catch (thrown) {
    throw new ConformanceError(`${what} threw ${String(thrown)}`)
  }
}

function same(one: unknown, two: unknown): boolean {
  if (Object.is(one, two)) return true
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false
  if (one instanceof Uint8Array || two instanceof Uint8Array) return sameBytes(one, two)
  if (one instanceof Date || two instanceof Date) return sameDates(one, two)
  if (isCollection(one) || isCollection(two)) return sameCollections(one, two)
  if (Array.isArray(one) !== Array.isArray(two)) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(two).length) return false
  return keys.every((key) => Object.hasOwn(two, key) && same(member(one, key), member(two, key)))
}

function sameBytes(one: unknown, two: unknown): boolean {
  if (!(one instanceof Uint8Array && two instanceof Uint8Array) || one.length !== two.length) return false
  return one.every((byte, at) => byte === two[at])
}

function sameDates(one: unknown, two: unknown): boolean {
  return one instanceof Date && two instanceof Date && one.getTime() === two.getTime()
}

function isCollection(value: unknown): value is Map<unknown, unknown> | Set<unknown> {
  return value instanceof Map || value instanceof Set
}

/** Of a `Map` and a `Set` the order counts, too. */
function sameCollections(one: unknown, two: unknown): boolean {
  if (!isCollection(one) || !isCollection(two) || one instanceof Map !== two instanceof Map) return false
  return same([...one], [...two])
}

function member(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key]
}

/** Enough of a value to recognise it. */
function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes [${value.slice(0, 16).join(' ')}]`
  if (isCollection(value)) return `${value instanceof Map ? 'Map' : 'Set'} ${show([...value])}`
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value)
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text
}
