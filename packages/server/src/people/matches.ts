/** Whether a value has all that is wanted, with equal values: objects member by member, what has items item by item. */
export function matches(value: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return Object.is(value, wanted)
  if (!isObject(value) || kindOf(value) !== kindOf(wanted)) return false
  if (wanted instanceof Date) return Object.is(Number(value), Number(wanted))
  if (isIterable(wanted)) return isIterable(value) && isSameList([...value], [...wanted])
  return Object.keys(wanted).every((key) => Object.hasOwn(value, key) && matches(value[key], wanted[key]))
}

function isSameList(values: readonly unknown[], wanted: readonly unknown[]): boolean {
  return values.length === wanted.length && wanted.every((one, i) => matches(values[i], one))
}

/** Protocols may carry more than JSON: dates and bytes have no members that could differ. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}
