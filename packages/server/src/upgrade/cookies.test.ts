import { expect, it } from 'vitest'
import { parseCookies } from './cookies.js'

it.each([
  [undefined, {}],
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b=2;c=3', { a: '1', b: '2', c: '3' }],
  [' a = 1 ; ; b', { a: '1' }],
  ['=1; a=', { a: '' }],
  ['a=x=y==', { a: 'x=y==' }],
  ['a="q u"; b="; c="', { a: 'q u', b: '"', c: '"' }],
  ['a=1; a=2', { a: '1' }],
  ['a=%C3%A4%20b; b=100%; c=%ff', { a: 'ä b', b: '100%', c: '%ff' }],
])('[Q14] the cookies of "%s" are %o', (header, cookies) => {
  expect({ ...parseCookies(header) }).toEqual(cookies)
})

it('[Q14] a cookie may have any name, and none of its own is there', () => {
  const cookies = parseCookies('__proto__=evil; constructor=c')
  expect(Object.getPrototypeOf(cookies)).toBeNull()
  expect(Object.entries(cookies)).toEqual([
    ['__proto__', 'evil'],
    ['constructor', 'c'],
  ])
  expect(parseCookies('a=1').toString).toBeUndefined()
})
