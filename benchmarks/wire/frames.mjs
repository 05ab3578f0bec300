import { randomBytes } from 'node:crypto'

const TEXT = 0x81
const PONG = 0x8a
const MASKED = 0x80

/** A frame of a client: masked, by a key that is not zero, which servers need not apply. */
export function frame(text, opcode = TEXT) {
  const payload = Buffer.from(text)
  const key = randomBytes(4)
  key[0] |= 1
  for (let i = 0; i < payload.length; i++) payload[i] ^= key[i & 3]
  return Buffer.concat([header(opcode, payload.length), key, payload])
}

export const pong = (payload) => frame(payload, PONG)

function header(opcode, length) {
  if (length < 126) return Buffer.from([opcode, MASKED | length])
  if (length < 65_536) return Buffer.from([opcode, MASKED | 126, length >> 8, length & 255])
  const bytes = Buffer.alloc(10)
  bytes[0] = opcode
  bytes[1] = MASKED | 127
  bytes.writeUInt32BE(length, 6)
  return bytes
}
