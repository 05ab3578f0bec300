import { expect, it } from 'vitest'
import { checkWanted } from './wanted.js'

it.each([
  ['a member', { a: undefined }],
  ['a member of a member', { a: { b: [{ c: undefined }] } }],
  ['an item', { a: [1, undefined] }],
  ['a value of a map', { a: new Map([['b', undefined]]) }],
])('a condition is refused that has something undefined as %s', (_, wanted) => {
  expect(() => checkWanted(wanted)).toThrow('takes no member that is undefined')
})

it('a condition may hold whatever else there is, and itself', () => {
  const round: Record<string, unknown> = { none: null, bytes: new Uint8Array(3), at: new Date(0), list: [], is: false }
  round.self = round
  expect(() => checkWanted(round)).not.toThrow()
})
