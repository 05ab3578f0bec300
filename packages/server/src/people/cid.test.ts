import { expect, it } from 'vitest'
import { checkCid } from './cid.js'

it.each([['ann'], ['ä 😀'], [7], [-1.5], ['x'.repeat(128)]])('%j names a user', (cid) => {
  expect(checkCid(cid)).toBe(cid)
})

it.each([['\ud83d'], ['a\ude00b'], ['x'.repeat(129)], [Number.NaN], [Number.POSITIVE_INFINITY], [{}], [undefined]])(
  '%j names nobody',
  (cid) => {
    expect(() => checkCid(cid)).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
  },
)
