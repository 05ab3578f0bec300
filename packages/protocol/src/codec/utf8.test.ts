import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decodeUtf8, encodeUtf8, longerThan, utf8Length } from './utf8.js'

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('a', 'é', '你', '🎈', '\ud800', '\udc00', '\u07ff', '\u0800'), fc.string()),
})
const wellFormed = fc.string({ unit: 'grapheme' })

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the length of a text in bytes', () => {
  it('is what it takes on the wire, lone surrogates included', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['', 0],
    ['a', 1],
    ['é', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['你', 3],
    ['\uffff', 3],
    ['🎈', 4],
    ['\ud800', 3],
    ['\udc00a', 4],
    ['\ud800\ud800', 6],
  ])('of %j is %i', (text, length) => {
    expect(utf8Length(text)).toBe(length)
  })

  it('is compared with a limit as if it were counted', () => {
    fc.assert(
      fc.property(wellFormed, fc.nat(40), (text, limit) => {
        expect(longerThan(text, limit)).toBe(Buffer.byteLength(text) > limit)
      }),
      { numRuns: 1_000 },
    )
    expect(longerThan('a'.repeat(10_000), Number.POSITIVE_INFINITY)).toBe(false)
  })
})

describe.each([
  ['with TextEncoder and TextDecoder', () => {}],
  [
    'without them, as in React Native',
    () => {
      vi.stubGlobal('TextEncoder', undefined)
      vi.stubGlobal('TextDecoder', undefined)
    },
  ],
])('%s', (_, prepare) => {
  it('text becomes UTF-8 and text again', () => {
    prepare()
    fc.assert(
      fc.property(wellFormed, (text) => {
        const bytes = encodeUtf8(text)
        expect(Buffer.from(bytes).toString('utf8')).toBe(text)
        expect(decodeUtf8(bytes)).toBe(text)
      }),
    )
  })

  it.each([[[0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]], [[0x61, 0x80]]])(
    'bytes %j are no text',
    (bytes) => {
      prepare()
      expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow()
    },
  )
})
