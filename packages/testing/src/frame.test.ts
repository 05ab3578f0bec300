import { expect, test } from 'vitest'
import { byteLength, copyOf } from './frame.js'

test.each(['', 'a', 'ä', '€', '😀', '\ud800', 'a😀€'])('counts the bytes of %j', (text) => {
  expect(byteLength(text)).toBe(new TextEncoder().encode(text).length)
})

test('counts bytes and copies them', () => {
  const bytes = Uint8Array.from([1, 2, 3]).subarray(1)
  const copy = copyOf(bytes) as Uint8Array
  expect(byteLength(bytes)).toBe(2)
  expect(copy).toEqual(bytes)
  expect(copy.buffer.byteLength).toBe(2)
  expect(copyOf('text')).toBe('text')
})
