import { describe, expect, it } from 'vitest'
import { matches } from './matches.js'

describe('what devices say of themselves matches', () => {
  it.each([
    ['members that are wanted, whatever else there is', { a: 1, b: { c: 'x', d: 2 } }, { b: { c: 'x' } }],
    ['nothing wanted', { a: 1 }, {}],
    ['lists item by item', [1, { a: 1, b: 2 }], [1, { a: 1 }]],
    ['the same moment', new Date(5), new Date(5)],
    ['the same bytes', new Uint8Array([1, 2]), Buffer.from([1, 2])],
    [
      'sets and maps item by item',
      { s: new Set([1]), m: new Map([['a', 1]]) },
      { s: new Set([1]), m: new Map([['a', 1]]) },
    ],
    ['the same number', Number.NaN, Number.NaN],
  ])('%s', (_what, value, wanted) => {
    expect(matches(value, wanted)).toBe(true)
  })

  it.each([
    ['another moment', new Date(5), new Date(6)],
    ['an object instead of a moment', {}, new Date(6)],
    ['bytes that only begin alike', new Uint8Array([1, 2]), new Uint8Array([1])],
    ['another set', new Set([1]), new Set([2])],
    ['another map', new Map([[1, 1]]), new Map([[1, 2]])],
    ['a list that only begins alike', [1, 2], [1]],
    ['what lists inherit', [1], { length: 1 }],
    ['what objects inherit', {}, { constructor: Object }],
    ['a text of a number', '1', 1],
    ['nothing', undefined, {}],
  ])('but not %s', (_what, value, wanted) => {
    expect(matches(value, wanted)).toBe(false)
  })
})
