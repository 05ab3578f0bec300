import { encodeUtf8 } from '@wse/protocol/wire'

/** Bytes an output begins with, and of the largest that is used again. */
const FIRST = 4_096
const KEPT = 65_536

/** What an encoder replaces by itself. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu

const encoder = typeof TextEncoder === 'undefined' ? null : /* @__PURE__ */ new TextEncoder()

/** Used by one frame after the other: to make memory for each would cost more than to write it. */
let idle: Output | null = null

/** An empty output. A getter that sends something in the midst of another frame gets one of its own. */
export function borrowOutput(): Output {
  const output = idle ?? new Output()
  idle = null
  output.length = 0
  return output
}

/** Lets the next frame have it. */
export function giveBack(output: Output): void {
  if (output.bytes.length <= KEPT) idle = output
}

/** Bytes that grow as they are written. Whoever writes makes room first. */
export class Output {
  bytes = new Uint8Array(FIRST)
  view = new DataView(this.bytes.buffer)
  length = 0

  /** Makes room for `more` bytes. */
  room(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const { bytes } = this
    this.bytes = new Uint8Array(Math.max(needed, 2 * bytes.length))
    this.bytes.set(bytes.subarray(0, this.length))
    this.view = new DataView(this.bytes.buffer)
  }

  byte(value: number): void {
    this.bytes[this.length++] = value
  }

  uint16(value: number): void {
    this.view.setUint16(this.length, value)
    this.length += 2
  }

  uint32(value: number): void {
    this.view.setUint32(this.length, value)
    this.length += 4
  }

  float64(value: number): void {
    this.view.setFloat64(this.length, value)
    this.length += 8
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Writes UTF-8 at a place further on, for which there must be room; gives how many bytes it took. */
  utf8(text: string, at: number): number {
    if (encoder?.encodeInto !== undefined) return encoder.encodeInto(text, this.bytes.subarray(at)).written
    const bytes = encodeUtf8(text.replace(LONE_SURROGATE, '\ufffd'))
    this.bytes.set(bytes, at)
    return bytes.length
  }

  /** What was written, in memory of its own. */
  taken(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}
