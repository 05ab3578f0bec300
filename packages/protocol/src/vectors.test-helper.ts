import { readFileSync } from 'node:fs'

const ROOT = new URL('../../../', import.meta.url)

/** `{ $repeat: [text, times] }` stands for a long text. */
export type Text = string | { readonly $repeat: readonly [string, number] }

/** A file of `conformance/`. */
export function vectors<Shape>(name: string): Shape {
  return JSON.parse(rootFile(`conformance/${name}.json`)) as Shape
}

/** A text file at the root of the project. */
export function rootFile(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8')
}

/** Writes out `$repeat`; a list is joined. */
export function expand(text: Text | readonly Text[]): string {
  if (typeof text === 'string') return text
  if (isList(text)) return text.map(expand).join('')
  return text.$repeat[0].repeat(text.$repeat[1])
}

function isList(text: Text | readonly Text[]): text is readonly Text[] {
  return Array.isArray(text)
}

export function fromBase64(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

/** Replaces `{ $bytes: base64 }` by the bytes. */
export function withBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withBytes)
  const { $bytes } = value as { $bytes?: string }
  if ($bytes !== undefined) return fromBase64($bytes)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withBytes(member)]))
}

/** An envelope without trailing positions that are absent, as vectors write them. */
export function trimmed(envelope: readonly unknown[]): unknown[] {
  const [type, payload, stamp] = envelope
  if (stamp !== undefined && stamp !== null && stamp !== 0 && stamp !== '') return [type, payload ?? null, stamp]
  return payload === undefined ? [type] : [type, payload]
}
