import { invalidOption } from '../limits/option.js'
import type { Data } from '../transport/transport.js'
import type { Codec } from './codec.js'
import { jsonCodec } from './json.js'
import { type ProtocolObject, protocolObjectCodec } from './protocol-object.js'

/** A message protocol as an application names it. */
export type Protocol = ProtocolObject | Codec

/** Reads a `protocol` option: none, one, or several. @throws {WseError} `INVALID_OPTION` */
export function protocolsOption(given: Protocol | readonly Protocol[] | undefined): readonly Protocol[] {
  const protocols = [given ?? jsonCodec].flat() as Protocol[]
  // A WebSocket takes no name twice.
  if (new Set(protocols.map(({ name }) => name)).size === protocols.length && protocols.length > 0) return protocols
  throw invalidOption('protocol', 'takes at least one protocol, and no two of one name')
}

/** The codec of a protocol; `present` says what `unpack` is given. @throws {WseError} `INVALID_OPTION` */
export function codecOf(protocol: Protocol, present: (data: Data) => unknown): Codec {
  return 'decode' in protocol ? protocol : protocolObjectCodec(protocol, present)
}
