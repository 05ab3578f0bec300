/** FIN and the opcode of text (RFC 6455 §5.2). */
const TEXT = 0x81
/** Longest payload whose length fits in the second byte; above it 126 and 127 say how many bytes the length has. */
const SHORT = 125
const MEDIUM = 0xffff

/** One unmasked text frame, header and payload in one piece of memory, as a server sends it. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const header = length <= SHORT ? 2 : length <= MEDIUM ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = TEXT
  if (header === 2) frame[1] = length
  else writeLength(frame, header, length)
  frame.write(text, header)
  return frame
}

function writeLength(frame: Buffer, header: number, length: number): void {
  if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length >>> 0, 6)
  }
}
