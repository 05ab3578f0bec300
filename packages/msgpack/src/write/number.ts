import type { Output } from './output.js'

const WORD = 2 ** 32

/** Writes a number as the shortest integer there is for it, or as a float: NaN, the infinities and -0 too. */
export function writeNumber(output: Output, value: number): void {
  output.room(9)
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    output.byte(0xcb)
    output.float64(value)
  } else if (value >= 0) writePositive(output, value)
  else writeNegative(output, value)
}

function writePositive(output: Output, value: number): void {
  if (value < 0x80) output.byte(value)
  else if (value < 0x100) {
    output.byte(0xcc)
    output.byte(value)
  } else if (value < 0x10000) {
    output.byte(0xcd)
    output.uint16(value)
  } else if (value < WORD) {
    output.byte(0xce)
    output.uint32(value)
  } else {
    output.byte(0xcf)
    writeLong(output, value)
  }
}

/** Setters of a `DataView`, and of bytes, take an integer modulo what they hold, so two's complement needs no word. */
function writeNegative(output: Output, value: number): void {
  if (value >= -0x20) output.byte(value)
  else if (value >= -0x80) {
    output.byte(0xd0)
    output.byte(value)
  } else if (value >= -0x8000) {
    output.byte(0xd1)
    output.uint16(value)
  } else if (value >= -0x80000000) {
    output.byte(0xd2)
    output.uint32(value)
  } else {
    output.byte(0xd3)
    writeLong(output, value)
  }
}

/** Writes an integer of 64 bits; there must be room for it. */
export function writeLong(output: Output, value: number): void {
  output.uint32(Math.floor(value / WORD))
  output.uint32(value)
}
