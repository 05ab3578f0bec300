import { REDACTED } from './redact.js'

/** How deep a payload is shown. */
const DEEPEST = 4

/** A text that takes no more once it is long enough. */
class Text {
  text = ''
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get full(): boolean {
    return this.text.length > this.#most
  }

  add(piece: string): void {
    if (!this.full) this.text += piece
  }
}

/** A payload as text like JSON, of about `most` characters, without what `hides` says by its name. Never throws. */
export function show(value: unknown, most: number, hides: (name: string) => boolean): string {
  const out = new Text(most)
  try {
    write(out, value, hides, DEEPEST)
  } catch {
    out.add('<unreadable>')
  }
  return out.full ? `${out.text.slice(0, most)}…` : out.text
}

function write(out: Text, value: unknown, hides: (name: string) => boolean, levels: number): void {
  if (typeof value === 'string') out.add(JSON.stringify(value.slice(0, 512)))
  else if (value instanceof Uint8Array) out.add(`<${value.length} bytes>`)
  else if (typeof value !== 'object' || value === null) out.add(String(value))
  else if (levels === 0) out.add('…')
  else if (Array.isArray(value)) writeArray(out, value, hides, levels - 1)
  else writeObject(out, value, hides, levels - 1)
}

function writeArray(out: Text, items: unknown[], hides: (name: string) => boolean, levels: number): void {
  out.add('[')
  for (let at = 0; at < items.length && !out.full; at++) {
    if (at > 0) out.add(',')
    write(out, items[at], hides, levels)
  }
  out.add(']')
}

function writeObject(out: Text, value: object, hides: (name: string) => boolean, levels: number): void {
  out.add('{')
  let isFirst = true
  for (const name in value) {
    if (out.full) return
    if (!Object.hasOwn(value, name)) continue
    out.add(`${isFirst ? '' : ','}${JSON.stringify(name.slice(0, 512))}:`)
    isFirst = false
    if (hides(name)) out.add(REDACTED)
    else write(out, (value as Record<string, unknown>)[name], hides, levels)
  }
  out.add('}')
}
