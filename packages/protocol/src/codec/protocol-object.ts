import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { failure, textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { checkEnvelope, Malformed, type Stamp } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import type { Data } from '../transport/transport.js'
import type { Codec } from './codec.js'
import { valueDeeperThan } from './depth.js'

/** The six types a protocol object names; any values, compared by identity. */
export interface InternalTypes {
  readonly hi: unknown
  readonly challenge: unknown
  readonly welcome: unknown
  readonly call: unknown
  readonly response: unknown
  readonly response_error: unknown
}

/**
 * A protocol of one's own, as WSE 4 has them: how a message becomes a frame and back.
 *
 * @example
 * const protocol = {
 *   name: 'my-protocol',
 *   internal_types: { hi: 1, challenge: 2, welcome: 3, call: 4, response: 5, response_error: 6 },
 *   pack: ({ type, payload, stamp }) => JSON.stringify({ type, payload, stamp }),
 *   unpack: (encoded) => { const m = JSON.parse(encoded); return [m.type, m.payload, m.stamp] },
 * }
 */
export interface ProtocolObject {
  /** The WebSocket subprotocol; both ends must have the same. */
  readonly name: string
  /** What the six internal types are on this wire. */
  readonly internal_types: InternalTypes
  /** 4 keeps everything WSE 4 does not know off the wire. @default 5 */
  readonly version?: 4 | 5 | undefined
  /** Whether `pack` can carry a `Uint8Array`. @default false */
  readonly binary?: boolean | undefined
  /** One message as a frame; a throw is the sender's error. */
  pack(message: { type: Payload; payload?: Payload; stamp?: Payload }): Payload
  /** A frame as `[type, payload, stamp]`; a throw is malformed input. */
  unpack(encoded: Payload): readonly [Payload, Payload?, Payload?]
}

const INTERNAL: readonly (readonly [string, keyof InternalTypes])[] = [
  [FRAME.HI, 'hi'],
  [FRAME.CHALLENGE, 'challenge'],
  [FRAME.WELCOME, 'welcome'],
  [FRAME.CALL, 'call'],
  [FRAME.RESPONSE, 'response'],
  [FRAME.RESPONSE_ERR, 'response_error'],
]

/**
 * A protocol object as a codec. `present` gives `unpack` what it got in WSE 4: a `Buffer` on a server, a string or
 * `ArrayBuffer` in a browser.
 *
 * @throws {WseError} `INVALID_OPTION` if the object lacks something
 */
export function protocolObjectCodec(object: ProtocolObject, present: (data: Data) => unknown): Codec {
  checkShape(object)
  const toWire = new Map<string, unknown>(INTERNAL.map(([frame, key]) => [frame, object.internal_types[key]]))
  const fromWire = new Map<unknown, string>(INTERNAL.map(([frame, key]) => [object.internal_types[key], frame]))

  return {
    name: object.name,
    version: object.version ?? 5,
    bytes: object.binary === true,
    encode: (type, payload, stamp, limits) => pack(object, toWire.get(type) ?? type, payload, stamp, limits),
    decode(data, limits) {
      const [type, payload, stamp] = unpack(object, present(data), limits)
      const frame = fromWire.get(type)
      if (frame === undefined && toWire.has(type as string)) throw new Malformed('an internal type by a foreign name')
      return checkEnvelope([frame ?? type, payload, stamp], limits)
    },
  }
}

function pack(
  object: ProtocolObject,
  type: unknown,
  payload: Payload,
  stamp: Stamp | undefined,
  limits: FrameLimits,
): Data {
  let data: unknown
  let tooDeep: boolean
  try {
    // The frame itself is one level.
    tooDeep = valueDeeperThan(payload, limits.depth - 1)
    data = tooDeep ? null : object.pack({ type, payload, stamp })
  } catch (cause) {
    throw failure(WSE_ERROR.UNSERIALIZABLE, 'pack failed', cause)
  }
  if (tooDeep) throw new WseError(WSE_ERROR.TOO_DEEP, { depth: limits.depth })
  if (typeof data === 'string' || data instanceof Uint8Array) return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new WseError(WSE_ERROR.UNSERIALIZABLE, {}, { message: 'pack returned neither text nor bytes' })
}

function unpack(object: ProtocolObject, encoded: unknown, limits: FrameLimits): readonly unknown[] {
  let message: unknown
  try {
    message = object.unpack(encoded)
  } catch (cause) {
    throw new Malformed(`unpack failed: ${textOf(cause)}`)
  }
  if (!Array.isArray(message)) throw new Malformed('unpack returns [type, payload, stamp]')
  if (valueDeeperThan(message, limits.depth)) throw new Malformed(`nested beyond ${limits.depth} levels`)
  return message
}

function checkShape(object: ProtocolObject): void {
  const problem = shapeProblem(object)
  if (problem) throw new WseError(WSE_ERROR.INVALID_OPTION, { option: 'protocol' }, { message: `protocol: ${problem}` })
}

function shapeProblem(object: ProtocolObject): string | null {
  if (typeof object !== 'object' || object === null) return 'must be an object'
  if (typeof object.name !== 'string' || !/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(object.name))
    return 'name must be an HTTP token'
  if (typeof object.pack !== 'function' || typeof object.unpack !== 'function') return 'needs pack() and unpack()'
  if (![undefined, 4, 5].includes(object.version)) return 'version must be 4 or 5'
  const types = INTERNAL.map(([, key]) => object.internal_types?.[key])
  if (types.includes(undefined)) return `internal_types needs ${INTERNAL.map(([, key]) => key).join(', ')}`
  return new Set(types).size === types.length ? null : 'two internal_types are the same'
}
