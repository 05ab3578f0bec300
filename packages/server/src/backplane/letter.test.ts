import type { Data } from '@wse/protocol'
import { expect, it } from 'vitest'
import { LETTER, readLetter, writeLetter } from './letter.js'

const bytes = Uint8Array.of(0, 1, 255, 10)
const text = 'lines\nand "quotes", 32 °C, 🙂'

it.each<[string, readonly Data[]]>([
  ['of one text', [text]],
  ['of none', []],
  ['of several texts', ['', text, 'x']],
  ['of bytes', [bytes]],
  ['of texts and bytes', [text, bytes, '', new Uint8Array(0), text]],
])('a letter %s is read as it was written', (_, parts) => {
  const about = { t: 'room:42\n', n: 1, x: { cids: ['ann'] } }
  const letter = readLetter(writeLetter(LETTER.EVENT, about, parts))
  expect(letter?.kind).toBe(LETTER.EVENT)
  expect(letter?.about).toEqual(about)
  expect(letter?.parts.map((part) => (typeof part === 'string' ? part : [...part]))).toEqual(
    parts.map((part) => (typeof part === 'string' ? part : [...part])),
  )
})

it('is text where all of it is, and else bytes', () => {
  expect(typeof writeLetter(LETTER.SAY, {}, [text, text])).toBe('string')
  expect(writeLetter(LETTER.SAY, {}, [text, bytes])).toBeInstanceOf(Uint8Array)
})

it('is read within other bytes, as a socket gives them', () => {
  const written = writeLetter(LETTER.SAY, { n: 'x' }, [bytes]) as Uint8Array
  const among = new Uint8Array(written.length + 7)
  among.set(written, 7)
  expect(readLetter(among.subarray(7))?.parts).toEqual([bytes])
})

it('is written the same whether what is said of it was frozen or not, and however often', () => {
  const about = Object.freeze({ c: ['a', 'b'] })
  const letters = [about, about, { ...about }].map((one) => writeLetter(LETTER.EVENT, one, [text]))
  expect(new Set(letters).size).toBe(1)
  expect(letters.map((letter) => readLetter(letter)?.about)).toEqual([about, about, about])
})

it('remembers what is said of letters, but not of all there ever were', () => {
  for (let n = 0; n < 1_000; n++) {
    expect(readLetter(writeLetter(LETTER.EVENT, { n }, ['x']))?.about).toEqual({ n })
  }
})

it.each<[string, Data]>([
  ['nothing', ''],
  ['another form', '9e{}\nx'],
  ['no JSON', '1e{\nx'],
  ['no second line', '2e{}\n'],
  ['bytes that end too soon', Uint8Array.of(0, 0)],
  ['lengths beyond what there is', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 1, 49)],
  ['bytes of another form', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 2, 57, 101, 123, 125, 91, 93)],
])('%s is no letter', (_, data) => {
  expect(readLetter(data)).toBeNull()
})
