import { expect, it } from 'vitest'
import { readOf, topsOf } from './histories.js'

const NOW = 1_700_000_010_000
const AT = '1700000000000'
const entry = (text: string, at = AT) => Buffer.from(at + text)

it('reads what is kept, with and without keys', () => {
  const bytes = Buffer.concat([entry('b3:k:1'), Buffer.from([0, 255])])
  const list = [entry('Ttext'), entry('B\u0001'), entry('t3:ä::body'), bytes, entry('T')]
  const answer = [NOW, Buffer.from('e'), 9, '60000', 5, list]
  const { items, top, complete } = readOf(answer, true)
  expect([top, complete]).toEqual([{ epoch: 'e', offset: 9 }, true])
  expect(items).toEqual([
    { offset: 5, body: 'text', age: 10_000 },
    { offset: 6, body: Uint8Array.from([1]), age: 10_000 },
    { offset: 7, body: ':body', age: 10_000 },
    { offset: 8, body: Uint8Array.from([0, 255]), age: 10_000 },
    { offset: 9, body: '', age: 10_000 },
  ])
})

it('leaves out what is too old, and is not complete then', () => {
  const list = [entry('Told'), entry('Tnew', '1700000009000')]
  const answer = [NOW, Buffer.from('e'), 2, '5000', 1, list]
  expect(readOf(answer, true)).toMatchObject({ items: [{ offset: 2, body: 'new', age: 1_000 }], complete: true })
  expect(readOf(answer, false)).toEqual({ items: [], top: { epoch: 'e', offset: 2 }, complete: false })
})

it('has nothing of what cannot be read from there', () => {
  const answer = [NOW, Buffer.from('e'), 2, '5000', -1, []]
  expect(readOf(answer, false)).toEqual({ items: [], top: { epoch: 'e', offset: 2 }, complete: false })
})

it('tells where histories stand, and where there is none', () => {
  expect(topsOf([NOW, Buffer.from('e'), 3, Buffer.from(''), 0])).toEqual([{ epoch: 'e', offset: 3 }, null])
})
