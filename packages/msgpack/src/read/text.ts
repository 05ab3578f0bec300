import { decodeUtf8, Malformed } from '@wse/protocol/wire'

/** Bytes up to which a text is read by hand, if it is ASCII: quicker than to call a decoder. */
const SHORT = 64

const decoder =
  typeof TextDecoder === 'undefined' ? null : /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of UTF-8 between two places of a frame. @throws {Malformed} */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  const short = to - from <= SHORT ? readAscii(bytes, from, to) : null
  if (short !== null) return short
  const part = bytes.subarray(from, to)
  try {
    return decoder === null ? decodeUtf8(part) : decoder.decode(part)
  } catch {
    throw new Malformed('a text that is not UTF-8')
  }
}

function readAscii(bytes: Uint8Array, from: number, to: number): string | null {
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    if (byte > 0x7f) return null
    text += String.fromCharCode(byte)
  }
  return text
}
