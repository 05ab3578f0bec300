const QUOTE = 34
const BACKSLASH = 92

/**
 * Whether JSON `text` nests deeper than `limit`. Counting brackets natively answers for nearly all frames; only one with
 * more than `limit` of them is scanned. Why at all: `JSON.parse` survives millions of levels, `JSON.stringify` of the
 * same value overflows the stack from about 5,000.
 */
export function textDeeperThan(text: string, limit: number): boolean {
  return countUpTo(text, '[', limit) + countUpTo(text, '{', limit) > limit && scan(text, limit)
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
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  if (limit === 0) return true
  for (const key of Object.keys(value)) {
    if (valueDeeperThan((value as Record<string, unknown>)[key], limit - 1)) return true
  }
  return false
}
