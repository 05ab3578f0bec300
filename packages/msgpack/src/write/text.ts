import { textHeader, textHeaderLength } from './header.js'
import type { Output } from './output.js'

/** Characters up to which a text is written by hand, if it is ASCII: quicker than to call an encoder. */
const SHORT = 64

/** Writes a text; a lone surrogate becomes U+FFFD, as UTF-8 has none. */
export function writeText(output: Output, text: string): void {
  output.room(5 + 3 * text.length)
  const start = output.length
  const guess = textHeaderLength(text.length)
  const isAscii = text.length <= SHORT && writeAscii(output, text, start + guess)
  const length = isAscii ? text.length : output.utf8(text, start + guess)
  const header = textHeaderLength(length)
  if (header !== guess) output.bytes.copyWithin(start + header, start + guess, start + guess + length)
  textHeader(output, length)
  output.length += length
}

/** Writes what is ASCII at a place further on; false if it is not. */
function writeAscii({ bytes }: Output, text: string, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return false
    bytes[at + i] = unit
  }
  return true
}
