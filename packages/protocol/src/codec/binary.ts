import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { WseError } from '../error/wse-error.js'
import { type Envelope, isReserved, Malformed, type Stamp } from '../frames/envelope.js'
import { PUBLISH } from '../frames/names.js'
import type { Payload } from '../frames/payload.js'
import { decodeUtf8, encodeUtf8 } from './utf8.js'

/** Bytes found where an application's value travels, and the envelope that goes before them. */
interface FoundBytes {
  readonly value: Uint8Array
  header(stamp: Stamp | undefined): readonly unknown[]
}

/** Bytes before the JSON header: its length, big-endian. */
const PREFIX = 4

/** Reserved frames whose payload is the application's value. */
const PLAIN = new Set<string>([FRAME.RESPONSE, FRAME.ITEM])

/**
 * Finds bytes in the one place a frame may have them (PROTOCOL.md, "Bytes"); `null` if there are none.
 *
 * @throws {WseError} `UNSERIALIZABLE` if they are the payload of a frame that carries none
 */
export function bytesOf(type: string, payload: Payload): FoundBytes | null {
  if (typeof payload !== 'object' || payload === null) return null
  if (payload instanceof Uint8Array) {
    if (isReserved(type) && !PLAIN.has(type)) throw new WseError(WSE_ERROR.UNSERIALIZABLE, { type })
    return { value: payload, header: (stamp) => [type, null, stamp] }
  }
  const key = placeIn(type)
  if (key === null || !(payload[key] instanceof Uint8Array)) return null
  const emptied = Array.isArray(payload) ? [payload[0], null] : { ...payload, [key]: null }
  return { value: payload[key], header: (stamp) => [type, emptied, stamp] }
}

/** Length of the header, the header, the bytes. */
export function joinBytes(header: string, bytes: Uint8Array): Uint8Array {
  const text = encodeUtf8(header)
  const frame = new Uint8Array(PREFIX + text.length + bytes.length)
  new DataView(frame.buffer).setUint32(0, text.length)
  frame.set(text, PREFIX)
  frame.set(bytes, PREFIX + text.length)
  return frame
}

/** Takes a binary frame apart; the bytes get memory of their own. @throws {Malformed} */
export function splitBytes(frame: Uint8Array, read: (header: string) => Envelope): Envelope {
  if (frame.length < PREFIX) throw new Malformed('a binary frame begins with the length of its header')
  const length = new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(0)
  if (length > frame.length - PREFIX) throw new Malformed('the header is longer than its frame')
  const [type, payload, stamp] = read(headerText(frame.subarray(PREFIX, PREFIX + length)))
  const value = new Uint8Array(frame.subarray(PREFIX + length))
  const key = placeIn(type)
  if (key === null) {
    if (isReserved(type) && !PLAIN.has(type)) throw new Malformed(`${type} carries no bytes`)
    return [type, value, stamp]
  }
  if (typeof payload !== 'object' || payload === null) throw new Malformed(`${type} has no place for bytes`)
  return [type, Array.isArray(payload) ? [payload[0], value] : { ...payload, [key]: value }, stamp]
}

function placeIn(type: string): string | number | null {
  if (type === FRAME.CALL) return 'payload'
  if (type === FRAME.EVENT || type === PUBLISH) return 'data'
  return type === FRAME.VOLATILE ? 1 : null
}

function headerText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes)
  } catch {
    throw new Malformed('the header of a binary frame is not UTF-8')
  }
}
