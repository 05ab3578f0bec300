const NOTHING = Buffer.alloc(0)

/** Finds the frames of a server in the chunks of a socket. */
export class Reader {
  #rest = NOTHING
  #onFrame

  /** `onFrame(opcode, buffer, start, end)`: nothing is copied. */
  constructor(onFrame) {
    this.#onFrame = onFrame
  }

  take(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (;;) {
      if (at + 2 > bytes.length) break
      const short = bytes[at + 1]
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
      if (start > bytes.length) break
      const end = start + lengthOf(bytes, at, short)
      if (end > bytes.length) break
      this.#onFrame(bytes[at] & 15, bytes, start, end)
      at = end
    }
    this.#rest = at === bytes.length ? NOTHING : bytes.subarray(at)
  }
}

function lengthOf(bytes, at, short) {
  if (short < 126) return short
  return short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6)
}
