import { utf8Length } from '../codec/utf8.js'

/** Room for a reason in a close frame: RFC 6455 §5.5 allows 125 bytes, two of which are the code. */
export const REASON_BYTES = 123

/** Cuts a reason to {@link REASON_BYTES} at a code point; anything that is not a string becomes one safely. */
export function cutReason(reason: unknown): string {
  const text = typeof reason === 'string' ? reason : ''
  if (text.length * 3 <= REASON_BYTES || utf8Length(text) <= REASON_BYTES) return text
  let cut = ''
  let bytes = 0
  for (const point of text) {
    bytes += utf8Length(point)
    if (bytes > REASON_BYTES) break
    cut += point
  }
  return cut
}
