import { BIGINT_BYTES, EXTENSION } from '../extensions.js'
import { Refusal } from '../refusal.js'
import { extensionHeader } from './header.js'
import type { Output } from './output.js'

/** Writes the fewest bytes of two's complement, big-endian. @throws {Refusal} */
export function writeBigInt(output: Output, value: bigint): void {
  // All bits of a negative number are the opposite of those of its complement.
  const flip = value < 0n ? 0xff : 0
  const hex = evenHex((flip ? ~value : value).toString(16))
  const length = hex.length / 2
  if (length > BIGINT_BYTES) throw new Refusal(`a bigint of more than ${BIGINT_BYTES} bytes`)
  extensionHeader(output, EXTENSION.BIGINT, length)
  output.room(length)
  for (let i = 0; i < hex.length; i += 2) output.byte(Number.parseInt(hex.slice(i, i + 2), 16) ^ flip)
}

/** Whole bytes, of which the first bit is left to the sign. */
function evenHex(hex: string): string {
  if (hex.length % 2 === 1) return `0${hex}`
  return hex.charAt(0) > '7' ? `00${hex}` : hex
}
