const QUOTE = 34
const BACKSLASH = 92

/**
 * Whether the JSON `text` of `value` nests deeper than `limit`. Why at all: `JSON.parse` survives millions of levels,
 * `JSON.stringify` of the same value overflows the stack from about 5,000. The length alone answers for small texts; a
 * value of plain objects and arrays is walked, which is quicker than to scan its text.
 */
export function textDeeperThan(text: string, value: unknown, limit: number): boolean {
  // Every level takes a bracket at either end.
  if (text.length < 2 * (limit + 1) || isPlainWithin(value, limit)) return false
  return countUpTo(text, '[', limit) + countUpTo(text, '{', limit) > limit && scan(text, limit)
}

/** Whether a parsed JSON `text` nests deeper than `limit`. */
export function parsedDeeperThan(text: string, value: unknown, limit: number): boolean {
  return text.length >= 2 * (limit + 1) && valueDeeperThan(value, limit)
}

/** Whether `value` is surely written as it stands, and within `limit` levels: what has a `toJSON` may become anything. */
function isPlainWithin(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (limit === 0 || typeof (value as { toJSON?: unknown }).toJSON === 'function') return false
  // Loops, because this runs for every larger frame, and `for … in` over an array is ten times as slow.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (typeof value[i] === 'object' && !isPlainWithin(value[i], limit - 1)) return false
    }
    return true
  }
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key]
    if (typeof inner === 'object' && !isPlainWithin(inner, limit - 1)) return false
  }
  return true
}

function countUpTo(text: string, bracket: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf(bracket); at >= 0 && count <= limit; at = text.indexOf(bracket, at + 1)) count++
  return count
}

function scan(text: string, limit: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) i = endOfString(text, i)
    // [ and { are 91 and 123, ] and } are 93 and 125
    else if (unit === 91 || unit === 123) {
      if (++depth > limit) return true
    } else if (unit === 93 || unit === 125) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1
  return i
}

/** Whether `value` nests deeper than `limit`; for codecs that are not text. Cycles count as too deep. */
export function valueDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return !ArrayBuffer.isView(value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (typeof value[i] === 'object' && valueDeeperThan(value[i], limit - 1)) return true
    }
    return false
  }
  if (ArrayBuffer.isView(value)) return false
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key]
    if (typeof inner === 'object' && valueDeeperThan(inner, limit - 1)) return true
  }
  return false
}
