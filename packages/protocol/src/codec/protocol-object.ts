import * as WSE_ERROR from '../codes/error.js'
import * as FRAME from '../codes/frame.js'
import { failure, textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { checkEnvelope, Malformed } from '../frames/envelope.js'
import type { Payload } from '../frames/payload.js'
import type { FrameLimits } from '../limits/frame-limits.js'
import { invalidOption } from '../limits/option.js'
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

const INTERNAL: Readonly<Record<keyof InternalTypes, string>> = {
  hi: FRAME.HI,
  challenge: FRAME.CHALLENGE,
  welcome: FRAME.WELCOME,
  call: FRAME.CALL,
  response: FRAME.RESPONSE,
  response_error: FRAME.RESPONSE_ERR,
}

const TAKES =
  'takes a name that is an HTTP token, pack(), unpack(), six different internal_types, version 4 or 5 if any'

/**
 * A protocol object as a codec. `present` gives `unpack` what it got in WSE 4: a `Buffer` on a server, a string or
 * `ArrayBuffer` in a browser.
 *
 * @throws {WseError} `INVALID_OPTION` if the object lacks something
 */
export function protocolObjectCodec(object: ProtocolObject, present: (data: Data) => unknown): Codec {
  if (!isWhole(object)) throw invalidOption('protocol', TAKES)
  const { name, version = 5, binary, internal_types } = object
  const types = Object.entries(INTERNAL).map(
    ([key, frame]) => [frame, internal_types[key as keyof InternalTypes]] as const,
  )
  const toWire = new Map<string, unknown>(types)
  const fromWire = new Map<unknown, string>(types.map(([frame, type]) => [type, frame]))

  return {
    name,
    version,
    bytes: binary === true,
    encode(type, payload, stamp, { depth }) {
      // The frame itself is one level.
      if (packing(() => valueDeeperThan(payload, depth - 1))) throw new WseError(WSE_ERROR.TOO_DEEP, { depth })
      const data: unknown = packing(() => object.pack({ type: toWire.get(type) ?? type, payload, stamp }))
      if (typeof data === 'string' || data instanceof Uint8Array) return data
      if (data instanceof ArrayBuffer) return new Uint8Array(data)
      throw new WseError(WSE_ERROR.UNSERIALIZABLE, {}, { message: 'pack returned neither text nor bytes' })
    },
    decode(data, limits) {
      const [type, payload, stamp] = unpack(object, present(data), limits)
      const frame = fromWire.get(type)
      if (frame === undefined && toWire.has(type as string)) throw new Malformed('an internal type by a foreign name')
      return checkEnvelope([frame ?? type, payload, stamp], limits)
    },
  }
}

/** Runs what belongs to the application, be it a getter of its payload. */
function packing<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (cause) {
    throw failure(WSE_ERROR.UNSERIALIZABLE, 'pack failed', cause)
  }
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

function isWhole(object: ProtocolObject | null): object is ProtocolObject {
  const { name, pack, unpack, version, internal_types } = object ?? ({} as Partial<ProtocolObject>)
  const types = new Set(Object.keys(INTERNAL).map((key) => internal_types?.[key as keyof InternalTypes]))
  return (
    typeof name === 'string' &&
    /^[\w!#$%&'*+.^`|~-]{1,64}$/.test(name) &&
    typeof pack === 'function' &&
    typeof unpack === 'function' &&
    [undefined, 4, 5].includes(version) &&
    types.size === Object.keys(INTERNAL).length &&
    !types.has(undefined)
  )
}
