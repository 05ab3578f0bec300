import fc from 'fast-check'
import { expect, it } from 'vitest'
import { expand, type Text, vectors } from '../vectors.test-helper.js'
import { cutReason, REASON_BYTES } from './reason.js'

const { reasons } = vectors<{ reasons: { given: unknown; kept: Text }[] }>('closing')

it.each(reasons)('of $given is kept $kept', ({ given, kept }) => {
  const reason = typeof given === 'object' && given !== null && '$repeat' in given ? expand(given as Text) : given
  expect(cutReason(reason)).toBe(expand(kept))
})

it('keeps any text within a close frame, whole characters and as many as fit', () => {
  const unit = fc.constantFrom('a', 'é', '你', '🎈')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      const cut = cutReason(text)
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(REASON_BYTES)
      expect(text.startsWith(cut)).toBe(true)
      const next = [...text][[...cut].length]
      if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(REASON_BYTES)
    }),
  )
})

it('keeps within a close frame what is not even well-formed text', () => {
  for (const text of [
    '\ud800'.repeat(60),
    '\udc00'.repeat(124),
    `${'a'.repeat(121)}\ud800`,
    '🎈'.repeat(30) + '\ud83c'.repeat(9),
  ]) {
    expect(Buffer.byteLength(cutReason(text))).toBeLessThanOrEqual(REASON_BYTES)
  }
})

it.each([
  undefined,
  null,
  5,
  true,
  {},
  [],
  Symbol('x'),
  5n,
  new Float32Array(200),
  () => 'x',
  { toString: () => 'x'.repeat(200) },
])('makes nothing of %s', (given) => {
  expect(cutReason(given)).toBe('')
})
