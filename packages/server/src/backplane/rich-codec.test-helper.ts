import { type Codec, jsonCodec } from '@wse/protocol/internal'
import { decodeUtf8, encodeUtf8 } from '@wse/protocol/wire'

/** A protocol whose frames are bytes, and which can say large integers, dates and bytes. */
export const richCodec: Codec = {
  name: 'rich',
  version: 5,
  bytes: true,
  encode(type, payload, stamp, limits) {
    const text = jsonCodec.encode(type, tagged(payload), stamp, limits) as string
    return encodeUtf8(text)
  },
  decode(data, limits) {
    const text = typeof data === 'string' ? data : decodeUtf8(data)
    const [type, payload, stamp] = jsonCodec.decode(text, limits) as [string, unknown, number | undefined]
    return stamp === undefined ? [type, plain(payload)] : [type, plain(payload), stamp]
  },
}

function tagged(value: unknown): unknown {
  if (typeof value === 'bigint') return { '~big': String(value) }
  if (value instanceof Date) return { '~at': value.getTime() }
  if (value instanceof Uint8Array) return { '~bytes': [...value] }
  return mapped(value, tagged)
}

function plain(value: unknown): unknown {
  const { '~big': big, '~at': at, '~bytes': bytes } = (value ?? {}) as Record<string, never>
  if (big !== undefined) return BigInt(big)
  if (at !== undefined) return new Date(at)
  if (bytes !== undefined) return Uint8Array.from(bytes)
  return mapped(value, plain)
}

function mapped(value: unknown, one: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(one)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, one(member)]))
}
