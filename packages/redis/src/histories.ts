import type { Data } from '@wse/protocol'
import type { HistoryItem, HistoryRead, Position } from '@wse/protocol/backplane'

/** Digits of the time with which a message begins that is kept. */
const TIME_LENGTH = 13
const BYTES = 'B'.charCodeAt(0)
const SMALL = 'a'.charCodeAt(0)
/** From a letter to the same one, small: it says that a key follows. */
const TO_SMALL = 32

/** What a history has behind a position, by the answer of the script. `all`: it was asked for all. */
export function readOf(answer: readonly unknown[], all: boolean): HistoryRead {
  const [now, epoch, top, ttl, first, list] = answer
  const position = { epoch: String(epoch), offset: Number(top) }
  const from = Number(first)
  if (from < 0) return { items: [], top: position, complete: false }
  const items = (list as readonly Buffer[]).map((entry, at) => itemOf(entry, from + at, Number(now)))
  // What is too old is in the way until something new comes.
  const fresh = items.findIndex(({ age }) => age < Number(ttl))
  const expired = fresh < 0 ? items.length : fresh
  if (expired > 0 && !all) return { items: [], top: position, complete: false }
  return { items: items.slice(expired), top: position, complete: true }
}

/** Where histories stand, by the answer of the script. */
export function topsOf(answer: readonly unknown[]): (Position | null)[] {
  const tops: (Position | null)[] = []
  for (let at = 1; at + 1 < answer.length; at += 2) {
    const epoch = String(answer[at])
    tops.push(epoch === '' ? null : { epoch, offset: Number(answer[at + 1]) })
  }
  return tops
}

function itemOf(entry: Buffer, offset: number, now: number): HistoryItem {
  const age = Math.max(0, now - Number(entry.toString('latin1', 0, TIME_LENGTH)))
  const tag = entry[TIME_LENGTH] as number
  const hasKey = tag >= SMALL
  const start = TIME_LENGTH + 1 + (hasKey ? keyLength(entry) : 0)
  const isBytes = tag === (hasKey ? BYTES + TO_SMALL : BYTES)
  const body: Data = isBytes ? new Uint8Array(entry.subarray(start)) : entry.toString('utf8', start)
  return { offset, body, age }
}

/** Bytes that a key takes, and its length in front of it. */
function keyLength(entry: Buffer): number {
  const start = TIME_LENGTH + 1
  const colon = entry.indexOf(':', start)
  return colon + 1 - start + Number(entry.toString('latin1', start, colon))
}
