import { Malformed } from '@wse/protocol/wire'

const WORD = 2 ** 32

/** The date of a timestamp of 4, 8 or 12 bytes; what is finer than a millisecond is left off. @throws {Malformed} */
export function readTimestamp(view: DataView, at: number, length: number): Date {
  const [seconds, nanoseconds] = partsOf(view, at, length)
  if (nanoseconds > 999_999_999) throw new Malformed('a timestamp of more than a second of nanoseconds')
  const date = new Date(seconds * 1_000 + Math.floor(nanoseconds / 1e6))
  if (Number.isNaN(date.getTime())) throw new Malformed('a timestamp no Date can hold')
  return date
}

function partsOf(view: DataView, at: number, length: number): readonly [seconds: number, nanoseconds: number] {
  if (length !== 4 && length !== 8 && length !== 12) throw new Malformed('a timestamp takes 4, 8 or 12 bytes')
  const first = view.getUint32(at)
  if (length === 4) return [first, 0]
  if (length === 8) return [(first % 4) * WORD + view.getUint32(at + 4), Math.floor(first / 4)]
  return [view.getInt32(at + 4) * WORD + view.getUint32(at + 8), first]
}
