import { expect, it } from 'vitest'
import { keyOf, Names, wellFormed } from './names.js'

it('leaves subjects as they are, whatever characters they have', () => {
  for (const subject of ['', 'a', 't:ä€漢😀', 'with spaces', '{}', '"']) expect(wellFormed(subject)).toBe(subject)
})

it('takes no subject for another that differs in half a character', () => {
  const subjects = [
    '\ud800',
    '\ud801',
    '\udc00',
    '\ufffd',
    '\u0000',
    '\u0000"\\ud800"',
    '"\\ud800"',
    'a\ud800',
    'a\ufffd',
  ]
  const bytes = subjects.map((subject) => Buffer.from(wellFormed(subject)).toString('hex'))
  expect(new Set(bytes).size).toBe(subjects.length)
})

it('names every key and channel under the prefix of the application', () => {
  const names = new Names('shop')
  expect(names.channel('t:news')).toBe('shop:s:t:news')
  expect(names.control).toBe('shop:c')
  expect(names.echo('n1')).toBe('shop:e:n1')
  expect(names.prefix).toBe('shop:')
})

it('finds a channel by the bytes that arrive', () => {
  for (const channel of ['wse:s:a', 'wse:s:ä€漢😀', ''])
    expect(keyOf(channel)).toBe(Buffer.from(channel).toString('latin1'))
})
