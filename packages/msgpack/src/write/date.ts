import { EXTENSION } from '../extensions.js'
import { Refusal } from '../refusal.js'
import { extensionHeader } from './header.js'
import { writeLong } from './number.js'
import type { Output } from './output.js'

const WORD = 2 ** 32

/** Writes a timestamp of 32, 64 or 96 bits, whichever is the shortest. @throws {Refusal} if it is `Invalid Date` */
export function writeDate(output: Output, date: Date): void {
  const milliseconds = date.getTime()
  if (Number.isNaN(milliseconds)) throw new Refusal('an invalid Date')
  const seconds = Math.floor(milliseconds / 1_000)
  const nanoseconds = (milliseconds - seconds * 1_000) * 1e6
  if (seconds < 0 || seconds >= 4 * WORD) {
    extensionHeader(output, EXTENSION.TIMESTAMP, 12)
    output.room(12)
    output.uint32(nanoseconds)
    writeLong(output, seconds)
  } else if (nanoseconds > 0 || seconds >= WORD) {
    extensionHeader(output, EXTENSION.TIMESTAMP, 8)
    output.room(8)
    output.uint32(nanoseconds * 4 + Math.floor(seconds / WORD))
    output.uint32(seconds)
  } else {
    extensionHeader(output, EXTENSION.TIMESTAMP, 4)
    output.room(4)
    output.uint32(seconds)
  }
}
