import { textOf } from '../error/describe.js'

/** Longest line of a log, in characters. */
const LONGEST = 512
/** What ends a line, moves a terminal's cursor, turns text around, or cannot be seen. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
/** What stands in a log without quotes. */
const BARE = /^[\w.:@/~+-]{1,128}$/

/** Any text as one line that a log can take: no line breaks, no escape sequences, of a bounded length. */
export function oneLine(text: string): string {
  // Cut first: what is not shown need not be read. Every character is at least one.
  const safe = text.slice(0, LONGEST + 1).replace(UNSAFE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
  if (safe.length <= LONGEST) return safe
  const cut = safe.slice(0, LONGEST - 1)
  // Not in the middle of a pair.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/** A value of a `name=value` pair: in quotes where it could be taken for more than one. */
export function pairValue(value: unknown): string {
  const text = textOf(value)
  return BARE.test(text) ? text : JSON.stringify(text.slice(0, LONGEST))
}
