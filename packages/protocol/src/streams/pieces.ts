/** Bytes of one item: small enough that other frames of the link need not wait. */
const PIECE = 16_384

/** Bytes have no borders in a stream: many at once go in pieces, none of them above `most`. */
export function* pieces(bytes: Uint8Array, most: number): Generator<Uint8Array> {
  const size = Math.max(1, Math.min(PIECE, most))
  if (bytes.length <= size) return yield bytes
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
