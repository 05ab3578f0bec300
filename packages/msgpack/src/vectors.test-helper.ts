import { fromBase64 } from '../../protocol/src/vectors.test-helper.js'

/** What a value of a vector stands for: the notation of `conformance/msgpack.json` for what JSON cannot say. */
export function fromVector(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromVector)
  const entries = Object.entries(value)
  const [[name = '', inner] = []] = entries
  const read = STANDS_FOR.get(name)
  if (read !== undefined) return read(inner as never)
  const object: Record<string, unknown> = {}
  for (const [key, member] of entries) {
    Object.defineProperty(object, key, {
      value: fromVector(member),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return object
}

/** One reader for each kind of placeholder. */
const STANDS_FOR = new Map<string, (inner: never) => unknown>([
  ['$bytes', (base64: string) => fromBase64(base64)],
  ['$date', (milliseconds: number) => new Date(milliseconds)],
  ['$map', (entries: [unknown, unknown][]) => new Map(fromVector(entries) as [unknown, unknown][])],
  ['$set', (values: unknown[]) => new Set(fromVector(values) as unknown[])],
  ['$bigint', (text: string) => BigInt(text)],
  ['$float', (text: string) => Number(text)],
])

/** The bytes of hexadecimal digits. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
