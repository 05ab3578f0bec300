import type { Data } from '@wse/protocol'

/** A frame in memory of its own. */
export function copyOf(data: Data): Data {
  return typeof data === 'string' ? data : new Uint8Array(data)
}

/** Bytes a frame takes on the wire, header aside. */
export function byteLength(data: Data): number {
  if (typeof data !== 'string') return data.length
  let bytes = 0
  for (const point of data) bytes += sizeOf(point.codePointAt(0) ?? 0)
  return bytes
}

function sizeOf(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}
