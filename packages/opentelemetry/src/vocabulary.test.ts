import { expect, it } from 'vitest'
import { Vocabulary } from './vocabulary.js'

it('a vocabulary keeps the first words, and has one for all others', () => {
  const words = new Vocabulary(2)
  expect(['a', 'b', 'c', 'a', 'b'].map((word) => words.of(word))).toEqual(['a', 'b', '_OTHER', 'a', 'b'])
})

it('a vocabulary takes no word that is longer than a name', () => {
  const words = new Vocabulary(2)
  expect(words.of('x'.repeat(129))).toBe('_OTHER')
  expect(words.of('x'.repeat(128))).toBe('x'.repeat(128))
})
