import type { Data } from '@wse/protocol'
import { decodeUtf8, encodeUtf8 } from '@wse/protocol/wire'

/** What a letter is: one character of it. */
export const LETTER = {
  /** A message for devices. */
  SAY: 's',
  /** An event of a topic. */
  EVENT: 'e',
  /** Who has come, changed or gone on a topic. */
  MEMBERS: 'm',
  /** Devices are closed. */
  CLOSE: 'c',
  /** Subscriptions are ended. */
  KICK: 'k',
  /** A frame of a session that is at another node. */
  RELAY: 'r',
  /** What filters a node has. */
  SHAPES: 'f',
  /** Something is asked. */
  ASK: '?',
  /** The answer to that. */
  ANSWER: '!',
  /** What was asked is of no interest any more. */
  CANCEL: 'x',
} as const

/** One of {@link LETTER}. */
export type LetterKind = (typeof LETTER)[keyof typeof LETTER]

/** What one node writes to others: what it is, what is to be known of it, and frames or values as they were encoded. */
export interface Letter<About = object> {
  readonly kind: LetterKind
  /** Plain JSON. */
  readonly about: About
  readonly parts: readonly Data[]
}

/** First character of every letter, which names its form: of one text. */
const SINGLE = '1'
/** Of none, of several, or of bytes: their lengths stand in a second line. */
const SEVERAL = '2'

/** Bytes in which the length of a header is written. */
const LENGTH_BYTES = 4

/** Texts of what is said of most letters, which is frozen and the same object each time. */
const written = new WeakMap<object, string>()

/** What was read of them. Bounded: what is said of others differs each time. */
const read = new Map<string, object>()

/** Texts that are remembered. */
const MOST_READ = 64

/** Longest text that is. */
const LONGEST_READ = 64

/** How many characters or bytes a part has, and which. */
type PartLength = readonly [length: number, isText: boolean]

/** A letter as it travels: text if all of its parts are. */
export function writeLetter(kind: LetterKind, about: object, parts: readonly Data[]): Data {
  const [only] = parts
  if (parts.length === 1 && typeof only === 'string') return `${SINGLE}${kind}${textOf(about)}\n${only}`
  if (parts.every((part) => typeof part === 'string')) return header(kind, about, parts) + parts.join('')
  return joined(encodeUtf8(header(kind, about, parts)), parts)
}

/** Null for what is no letter of this form. */
export function readLetter(data: Data): Letter | null {
  try {
    return typeof data === 'string' ? readText(data) : readBytes(data)
  } catch {
    return null
  }
}

function header(kind: LetterKind, about: object, parts: readonly Data[]): string {
  const lengths = parts.map((part): PartLength => [part.length, typeof part === 'string'])
  return `${SEVERAL}${kind}${JSON.stringify(about)}\n${JSON.stringify(lengths)}\n`
}

function textOf(about: object): string {
  if (!Object.isFrozen(about)) return JSON.stringify(about)
  let text = written.get(about)
  if (text === undefined) {
    text = JSON.stringify(about)
    written.set(about, text)
  }
  return text
}

function aboutOf(text: string): object {
  const known = read.get(text)
  if (known !== undefined) return known
  const about = Object.freeze(JSON.parse(text) as object)
  if (text.length <= LONGEST_READ) {
    if (read.size >= MOST_READ) read.clear()
    read.set(text, about)
  }
  return about
}

function readText(text: string): Letter | null {
  if (text[0] !== SINGLE && text[0] !== SEVERAL) return null
  const end = text.indexOf('\n')
  const kind = text[1] as LetterKind
  const about = aboutOf(text.slice(2, end))
  if (text[0] === SINGLE) return { kind, about, parts: [text.slice(end + 1)] }
  const second = text.indexOf('\n', end + 1)
  const lengths = JSON.parse(text.slice(end + 1, second)) as PartLength[]
  const ends = endsOf(
    second + 1,
    lengths.map(([length]) => length),
  )
  return { kind, about, parts: ends.map(([from, to]) => text.slice(from, to)) }
}

/** From where to where each part goes, one behind the other. */
function endsOf(start: number, lengths: readonly number[]): [from: number, to: number][] {
  let at = start
  return lengths.map((length) => {
    const from = at
    at += length
    return [from, at]
  })
}

function joined(head: Uint8Array, parts: readonly Data[]): Uint8Array {
  const encoded = parts.map((part) => (typeof part === 'string' ? encodeUtf8(part) : part))
  const body = encoded.reduce((sum, { length }) => sum + length, 0)
  const lengths = encodeUtf8(JSON.stringify(encoded.map(({ length }) => length)))
  const all = new Uint8Array(LENGTH_BYTES * 2 + head.length + lengths.length + body)
  const view = new DataView(all.buffer)
  view.setUint32(0, head.length)
  view.setUint32(LENGTH_BYTES, lengths.length)
  let at = LENGTH_BYTES * 2
  for (const piece of [head, lengths, ...encoded]) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function readBytes(bytes: Uint8Array): Letter | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const slice = ([from, to]: [from: number, to: number]) => bytes.subarray(from, to)
  const [head, body] = endsOf(LENGTH_BYTES * 2, [view.getUint32(0), view.getUint32(LENGTH_BYTES)]) as [
    [number, number],
    [number, number],
  ]
  const [first = '', second = ''] = decodeUtf8(slice(head)).split('\n')
  if (first[0] !== SEVERAL) return null
  const kinds = JSON.parse(second) as PartLength[]
  const ends = endsOf(body[1], JSON.parse(decodeUtf8(slice(body))) as number[])
  const parts = ends.map((end, i) => (kinds[i]?.[1] ? decodeUtf8(slice(end)) : slice(end)))
  return { kind: first[1] as LetterKind, about: JSON.parse(first.slice(2)) as object, parts }
}
