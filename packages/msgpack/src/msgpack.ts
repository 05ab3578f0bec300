import type { Payload } from '@wse/protocol'
import {
  type Codec,
  checkEnvelope,
  type Data,
  type Envelope,
  type FrameLimits,
  Malformed,
  type Stamp,
} from '@wse/protocol/wire'
import { read } from './read/reader.js'
import { toSenderError } from './refusal.js'
import { borrowOutput, giveBack } from './write/output.js'
import { Writer } from './write/writer.js'

/**
 * MessagePack as the message protocol: `Uint8Array`, `Date`, `Map`, `Set` and `bigint` travel as they are, anywhere in a
 * value. Its subprotocol is `wse-msgpack`. Functions, symbols and cycles are refused with `UNSERIALIZABLE`.
 *
 * @example
 * const server = new WseServer({ port: 4200, identify, protocol: [msgpack, jsonCodec] })
 * const client = new WseClient({ url: 'ws://localhost:4200', protocol: msgpack })
 */
export const msgpack: Codec = /* @__PURE__ */ Object.freeze<Codec>({
  name: 'wse-msgpack',
  version: 5,
  bytes: true,
  encode,
  decode,
})

function encode(type: string, payload: Payload, stamp: Stamp | undefined, limits: FrameLimits): Data {
  const output = borrowOutput()
  try {
    new Writer(output, limits.depth).envelope(type, payload, stamp)
    return output.taken()
  } catch (thrown) {
    throw toSenderError(thrown)
  } finally {
    giveBack(output)
  }
}

function decode(data: Data, limits: FrameLimits): Envelope {
  if (typeof data === 'string') throw new Malformed('a text frame')
  return checkEnvelope(read(data, limits.depth), limits)
}
