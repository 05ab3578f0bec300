import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Stamp } from '@wse/protocol/wire'
import { EXTENSION } from '../extensions.js'
import { Refusal } from '../refusal.js'
import { writeBigInt } from './bigint.js'
import { writeDate } from './date.js'
import {
  arrayHeader,
  bytesHeader,
  changeObjectHeader,
  extensionHeader,
  LONGEST_HEADER,
  objectHeader,
} from './header.js'
import { writeNumber } from './number.js'
import type { Output } from './output.js'
import { plain } from './plain.js'
import { writeText } from './text.js'

/** Writes values as MessagePack, each in the shortest form there is for it. */
export class Writer {
  readonly #output: Output
  readonly #limit: number
  /** What is being written, and what that is in. */
  readonly #path: object[] = []

  /** `depth`: levels a frame may have. */
  constructor(output: Output, depth: number) {
    this.#output = output
    this.#limit = depth
  }

  /** Writes one envelope. @throws {Refusal}, or what a getter or a `toJSON` throws */
  envelope(type: string, payload: unknown, stamp: Stamp | undefined): void {
    const value = plain(payload)
    const count = stamp !== undefined ? 3 : value === undefined ? 1 : 2
    this.#enter(this, 0)
    arrayHeader(this.#output, count)
    writeText(this.#output, type)
    if (count > 1) this.#value(value, 1)
    if (count > 2) this.#value(stamp, 1)
  }

  /** Writes what {@link plain} gave. */
  #value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return writeText(this.#output, value)
      case 'number':
        return writeNumber(this.#output, value)
      case 'object':
        return value === null ? this.#one(0xc0) : this.#object(value, depth)
      case 'boolean':
        return this.#one(value ? 0xc3 : 0xc2)
      case 'undefined':
        return this.#one(0xc0)
      case 'bigint':
        return writeBigInt(this.#output, value)
      default:
        throw new Refusal(`a ${typeof value}`)
    }
  }

  #object(value: object, depth: number): void {
    if (Array.isArray(value)) return this.#array(value, value, depth)
    if (value instanceof Uint8Array) return this.#bytes(value)
    if (value instanceof Date) return writeDate(this.#output, value)
    if (value instanceof Map) return this.#collection(EXTENSION.MAP, value, [...value].flat(), depth)
    if (value instanceof Set) return this.#collection(EXTENSION.SET, value, [...value], depth)
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) throw new Refusal('bytes that are no Uint8Array')
    this.#members(value as Record<string, unknown>, depth)
  }

  /** Writes what an array, a `Map` or a `Set` holds. */
  #array(owner: object, items: readonly unknown[], depth: number): void {
    this.#enter(owner, depth)
    arrayHeader(this.#output, items.length)
    for (let i = 0; i < items.length; i++) this.#value(plain(items[i]), depth + 1)
  }

  /** Members that are undefined are left out, as in JSON. */
  #members(object: Record<string, unknown>, depth: number): void {
    this.#enter(object, depth)
    const output = this.#output
    const keys = Object.keys(object)
    const start = output.length
    objectHeader(output, keys.length)
    let written = 0
    for (const key of keys) {
      const value = plain(object[key])
      if (value === undefined) continue
      writeText(output, key)
      this.#value(value, depth + 1)
      written++
    }
    if (written < keys.length) changeObjectHeader(output, start, keys.length, written)
  }

  /** How long it is, is known once it is written: then it moves up to its header. */
  #collection(type: number, owner: object, items: readonly unknown[], depth: number): void {
    const output = this.#output
    const start = output.length
    output.room(LONGEST_HEADER)
    output.length += LONGEST_HEADER
    const body = output.length
    this.#array(owner, items, depth)
    const end = output.length
    output.length = start
    extensionHeader(output, type, end - body)
    output.bytes.copyWithin(output.length, body, end)
    output.length += end - body
  }

  #bytes(bytes: Uint8Array): void {
    bytesHeader(this.#output, bytes.length)
    this.#output.append(bytes)
  }

  #enter(value: object, depth: number): void {
    if (depth >= this.#limit) throw this.#tooDeep(value)
    this.#path[depth] = value
  }

  /** Where the same value comes again there is no end to it, however many levels there may be. */
  #tooDeep(value: object): Refusal {
    const path = [...this.#path.slice(0, this.#limit), value]
    if (new Set(path).size < path.length) return new Refusal('a cycle')
    return new Refusal('nested too deeply', WSE_ERROR.TOO_DEEP, { depth: this.#limit })
  }

  #one(byte: number): void {
    this.#output.room(1)
    this.#output.byte(byte)
  }
}
