import type { Output } from './output.js'

/** Lengths of extensions that have a header of their own. */
const FIXED = [1, 2, 4, 8, 16]

/** Bytes an extension's header has at most. */
export const LONGEST_HEADER = 6

/** What an array begins with. */
export function arrayHeader(output: Output, count: number): void {
  output.room(5)
  if (count < 16) output.byte(0x90 + count)
  else counted(output, 0xdc, count)
}

/** What an object begins with. */
export function objectHeader(output: Output, count: number): void {
  output.room(5)
  if (count < 16) output.byte(0x80 + count)
  else counted(output, 0xde, count)
}

/** Another number of members for an object that begins at `start`; its header stays as long as it is. */
export function changeObjectHeader({ bytes, view }: Output, start: number, was: number, is: number): void {
  if (was < 16) bytes[start] = 0x80 + is
  else if (was < 0x10000) view.setUint16(start + 1, is)
  else view.setUint32(start + 1, is)
}

/** What bytes begin with. */
export function bytesHeader(output: Output, length: number): void {
  output.room(5)
  if (length < 0x100) {
    output.byte(0xc4)
    output.byte(length)
  } else counted(output, 0xc5, length)
}

/** What an extension begins with. */
export function extensionHeader(output: Output, type: number, length: number): void {
  output.room(LONGEST_HEADER)
  const fixed = FIXED.indexOf(length)
  if (fixed >= 0) output.byte(0xd4 + fixed)
  else if (length < 0x100) {
    output.byte(0xc7)
    output.byte(length)
  } else counted(output, 0xc8, length)
  output.byte(type)
}

/** What a text begins with; there must be room for it. */
export function textHeader(output: Output, length: number): void {
  if (length < 32) output.byte(0xa0 + length)
  else if (length < 0x100) {
    output.byte(0xd9)
    output.byte(length)
  } else counted(output, 0xda, length)
}

/** Bytes of what a text of `length` bytes begins with. */
export function textHeaderLength(length: number): number {
  if (length < 32) return 1
  if (length < 0x100) return 2
  return length < 0x10000 ? 3 : 5
}

/** A number of 16 bits behind its token, or of 32 behind the next one. */
function counted(output: Output, token: number, count: number): void {
  if (count < 0x10000) {
    output.byte(token)
    output.uint16(count)
  } else {
    output.byte(token + 1)
    output.uint32(count)
  }
}
