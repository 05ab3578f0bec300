import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { checkEnvelope, type Envelope, Malformed, type Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import type { Data } from '../transport/transport.js'
import { bytesOf, joinBytes, splitBytes } from './binary.js'
import type { Codec } from './codec.js'
import { parsedDeeperThan, textDeeperThan } from './depth.js'

/** The default protocol: JSON text, and one binary frame where the payload is bytes. Its name is that of WSE 4's. */
export const jsonCodec: Codec = Object.freeze<Codec>({
  name: 'wse-default-json',
  version: 5,
  bytes: true,
  encode,
  decode,
  join: (texts) => `[${texts.join(',')}]`,
})

function encode(type: string, payload: Payload, stamp: Stamp | undefined, limits: FrameLimits): Data {
  const bytes = bytesOf(type, payload)
  if (bytes) return joinBytes(toText(bytes.header(stamp), limits), bytes.value)
  if (stamp !== undefined) return toText([type, payload, stamp], limits)
  return toText(payload === undefined ? [type] : [type, payload], limits)
}

function toText(envelope: readonly unknown[], limits: FrameLimits): string {
  let text: string
  try {
    text = JSON.stringify(envelope)
  } catch (cause) {
    throw new WseError(WSE_ERROR.UNSERIALIZABLE, {}, { message: `cannot be encoded as JSON: ${textOf(cause)}`, cause })
  }
  if (textDeeperThan(text, envelope, limits.depth)) throw new WseError(WSE_ERROR.TOO_DEEP, { depth: limits.depth })
  return text
}

function decode(data: Data, limits: FrameLimits): Envelope | readonly Envelope[] {
  if (typeof data !== 'string') return splitBytes(data, (text) => decodeHeader(text, limits))
  const value = parse(data)
  const isBatch = Array.isArray(value) && Array.isArray(value[0])
  // The array around a batch is not a level of its envelopes.
  checkDepth(data, value, isBatch ? limits.depth + 1 : limits.depth)
  if (!isBatch) return checkEnvelope(value, limits)
  if (value.length < 2) throw new Malformed('a batch holds two or more envelopes')
  return value as readonly Envelope[]
}

function decodeHeader(text: string, limits: FrameLimits): Envelope {
  const value = parse(text)
  checkDepth(text, value, limits.depth)
  return checkEnvelope(value, limits)
}

function checkDepth(text: string, value: unknown, depth: number): void {
  if (parsedDeeperThan(text, value, depth)) throw new Malformed('nested too deeply')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed('not JSON')
  }
}
