/** Bytes of one item: small enough that other frames of the link need not wait. */
const PIECE = 16_384

/** Bytes have no borders in a stream: many at once go in pieces. */
export function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  if (bytes.length <= PIECE) return yield bytes
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}
