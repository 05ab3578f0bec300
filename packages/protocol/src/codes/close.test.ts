import { describe, expect, it } from 'vitest'
import { vectors } from '../vectors.test-helper.js'
import { mayComeBack } from './after-close.js'
import { legacyClose } from './legacy-close.js'
import { WSE_CLOSE } from './tables.js'

type ToWse4 = [number, string] | 'terminate'

interface Closing {
  codes: { code: number; constant: keyof typeof WSE_CLOSE; reason: string; comesBack: boolean; toWse4: ToWse4 }[]
  comesBack: [number, boolean][]
  droppedWithAReason: { code: number; reason: string; toWse4: ToWse4 }[]
}

const { codes, comesBack, droppedWithAReason } = vectors<Closing>('closing')

describe.each(codes)('$code $constant', ({ code, constant, reason, ...expected }) => {
  it('is that number', () => {
    expect(WSE_CLOSE[constant]).toBe(code)
  })

  it(`${expected.comesBack ? 'lets the client come back' : 'is final'}`, () => {
    expect(mayComeBack(code)).toBe(expected.comesBack)
  })

  it('is told to a WSE 4 peer in its own terms', () => {
    expect(legacyClose(code, reason)).toEqual(expected.toWse4)
  })
})

it('the vectors have every code', () => {
  expect(codes.map(({ constant }) => constant).sort()).toEqual(Object.keys(WSE_CLOSE).sort())
})

it.each(comesBack)('after %i a client may come back: %s', (code, expected) => {
  expect(mayComeBack(code)).toBe(expected)
})

it.each(droppedWithAReason)('a reason of the application reaches a WSE 4 peer: $reason', ({ code, reason, toWse4 }) => {
  expect(legacyClose(code, reason)).toEqual(toWse4)
})

it('any code from 4000 that is not known is judged by its range', () => {
  for (let code = 4010; code < 4500; code++) expect(mayComeBack(code)).toBe(true)
  for (let code = 4500; code < 5000; code++) expect(mayComeBack(code)).toBe(false)
})

it('a server never tells a WSE 4 client 4000, after which it would come back at once', () => {
  for (const { code, reason } of codes) {
    if (code !== WSE_CLOSE.MOVED) expect(legacyClose(code, reason)[0]).not.toBe(4000)
  }
})
