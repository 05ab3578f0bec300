import { Malformed } from '@wse/protocol/wire'
import { BIGINT_BYTES } from '../extensions.js'

/** The integer of two's complement, big-endian. @throws {Malformed} */
export function readBigInt(bytes: Uint8Array): bigint {
  if (bytes.length === 0 || bytes.length > BIGINT_BYTES) throw new Malformed('a bigint of no bytes, or too many')
  let hex = '0x'
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return BigInt.asIntN(8 * bytes.length, BigInt(hex))
}
