import { Malformed } from '@wse/protocol/wire'
import { EXTENSION } from '../extensions.js'
import { readBigInt } from './bigint.js'
import { readText } from './text.js'
import { readTimestamp } from './timestamp.js'

/** Reads the one value a frame consists of, of at most `depth` levels. @throws {Malformed} */
export function read(frame: Uint8Array, depth: number): unknown {
  const reader = new Reader(frame)
  const value = reader.value(depth)
  reader.mustBeOver()
  return value
}

/**
 * Reads MessagePack from what may be hostile: nothing is taken from beyond the end, nothing is made room for that is not
 * there, and nothing deeper than allowed is entered. What it makes are plain values, and the four of {@link EXTENSION}.
 */
class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  /** Where the frame ends, or the extension that is being read. */
  #end: number

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#end = bytes.length
  }

  /** Reads a value that may have so many `levels`. */
  value(levels: number): unknown {
    const token = this.#uint(1)
    if (token < 0x80) return token
    if (token < 0x90) return this.#object(token - 0x80, levels)
    if (token < 0xa0) return this.#array(token - 0x90, levels)
    if (token < 0xc0) return this.#text(token - 0xa0)
    if (token >= 0xe0) return token - 0x100
    return this.#rare(token, levels)
  }

  mustBeOver(): void {
    if (this.#at !== this.#end) throw new Malformed('something behind the value')
  }

  #rare(token: number, levels: number): unknown {
    switch (token) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#uint(1 << (token - 0xc4)))
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(1 << (token - 0xc7)), levels)
      case 0xca:
        return this.#view.getFloat32(this.#pass(4))
      case 0xcb:
        return this.#view.getFloat64(this.#pass(8))
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(1 << (token - 0xcc))
      case 0xcf:
        return this.#long(this.#uint(4))
      case 0xd0:
        return this.#view.getInt8(this.#pass(1))
      case 0xd1:
        return this.#view.getInt16(this.#pass(2))
      case 0xd2:
        return this.#view.getInt32(this.#pass(4))
      case 0xd3:
        return this.#long(this.#view.getInt32(this.#pass(4)))
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (token - 0xd4), levels)
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(1 << (token - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(2 << (token - 0xdc)), levels)
      case 0xde:
      case 0xdf:
        return this.#object(this.#uint(2 << (token - 0xde)), levels)
      default:
        throw new Malformed('a byte MessagePack never uses')
    }
  }

  #array(count: number, levels: number): unknown[] {
    this.#enter(count, levels)
    // Not made at its announced length: arrays within arrays could each announce all that follows.
    const items: unknown[] = []
    for (let i = 0; i < count; i++) items.push(this.value(levels - 1))
    return items
  }

  #object(count: number, levels: number): Record<string, unknown> {
    this.#enter(2 * count, levels)
    const object: Record<string, unknown> = {}
    for (let i = 0; i < count; i++) {
      const key = this.#key()
      const value = this.value(levels - 1)
      // Assigned, it would be the prototype.
      if (key === '__proto__') {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
      } else object[key] = value
    }
    return object
  }

  #key(): string {
    const token = this.#uint(1)
    if (token >= 0xa0 && token < 0xc0) return this.#text(token - 0xa0)
    if (token < 0xd9 || token > 0xdb) throw new Malformed('a key that is no text')
    return this.#text(this.#uint(1 << (token - 0xd9)))
  }

  /** Every value takes a byte at least, so what cannot be there is known before it is looked for. */
  #enter(count: number, levels: number): void {
    if (levels < 1) throw new Malformed('nested too deeply')
    if (count > this.#end - this.#at) throw new Malformed('cut short')
  }

  #text(length: number): string {
    const from = this.#pass(length)
    return readText(this.#bytes, from, from + length)
  }

  /** Bytes with memory of their own: `slice` of a `Buffer` would share the frame's. */
  #binary(length: number): Uint8Array {
    const from = this.#pass(length)
    return new Uint8Array(this.#bytes.subarray(from, from + length))
  }

  #extension(length: number, levels: number): unknown {
    const type = this.#view.getInt8(this.#pass(1))
    const from = this.#pass(length)
    switch (type) {
      case EXTENSION.TIMESTAMP:
        return readTimestamp(this.#view, from, length)
      case EXTENSION.BIGINT:
        return readBigInt(this.#bytes.subarray(from, from + length))
      case EXTENSION.SET:
        return new Set(this.#within(from, length, levels))
      case EXTENSION.MAP:
        return toMap(this.#within(from, length, levels))
      default:
        throw new Malformed(`an extension of type ${type}`)
    }
  }

  /** The array an extension consists of. Its level is the one of the extension. */
  #within(from: number, length: number, levels: number): unknown[] {
    const end = this.#end
    this.#at = from
    this.#end = from + length
    const token = this.#uint(1)
    const isShort = token >= 0x90 && token < 0xa0
    if (!isShort && token !== 0xdc && token !== 0xdd) throw new Malformed('a Map or Set that is no array')
    const items = this.#array(isShort ? token - 0x90 : this.#uint(2 << (token - 0xdc)), levels)
    this.mustBeOver()
    this.#end = end
    return items
  }

  /** What is left of a 64-bit integer, whose upper half was read. */
  #long(high: number): number | bigint {
    const low = this.#uint(4)
    const number = high * 2 ** 32 + low
    return Number.isSafeInteger(number) ? number : (BigInt(high) << 32n) | BigInt(low)
  }

  /** An unsigned integer of 1, 2 or 4 bytes. */
  #uint(bytes: number): number {
    const at = this.#pass(bytes)
    if (bytes === 1) return this.#bytes[at] as number
    return bytes === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }

  /** Goes on behind the next `count` bytes; gives where they begin. */
  #pass(count: number): number {
    const at = this.#at
    if (count > this.#end - at) throw new Malformed('cut short')
    this.#at = at + count
    return at
  }
}

function toMap(list: readonly unknown[]): Map<unknown, unknown> {
  if (list.length % 2 === 1) throw new Malformed('a Map whose last key has no value')
  const map = new Map<unknown, unknown>()
  for (let i = 0; i < list.length; i += 2) map.set(list[i], list[i + 1])
  return map
}
