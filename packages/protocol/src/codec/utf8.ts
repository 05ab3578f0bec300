/** Bytes `text` takes in UTF-8. By hand, because React Native has neither Buffer nor a fast TextEncoder. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) as number
    if (point < 0x80) continue
    bytes += point < 0x800 ? 1 : 2
    // A pair takes four bytes for its two units; a lone surrogate is sent as U+FFFD, three bytes.
    if (point > 0xffff) i++
  }
  return bytes
}

/** Whether `text` is longer than `limit` bytes; most texts are answered without counting. */
export function longerThan(text: string, limit: number): boolean {
  return text.length * 3 > limit && (text.length > limit || utf8Length(text) > limit)
}

/** UTF-8 of `text`. */
export function encodeUtf8(text: string): Uint8Array {
  if (typeof TextEncoder !== 'undefined') return new TextEncoder().encode(text)
  const escaped = unescape(encodeURIComponent(text))
  return Uint8Array.from(escaped, (char) => char.charCodeAt(0))
}

/** Text of UTF-8 `bytes`. @throws on bytes that are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (typeof TextDecoder !== 'undefined')
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  let escaped = ''
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`
  return decodeURIComponent(escaped)
}
