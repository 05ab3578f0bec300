import { describe, expect, it } from 'vitest'
import { FRAME_LIMITS } from '../limits/frame-limits.js'
import { checkEnvelope, hasStamp, isApplicationName, isName, isReserved, Malformed, type Stamp } from './envelope.js'

describe('a name', () => {
  it.each(['a', ' ', '__proto__', 'constructor', 'then', 'error', '~', '~wse', 'é', '\u0000', 'n'.repeat(128)])(
    'may be %j',
    (name) => {
      expect(isName(name)).toBe(true)
      expect(isApplicationName(name)).toBe(true)
    },
  )

  it.each([undefined, null, '', 5, {}, [], true, 'n'.repeat(129), '🎈'.repeat(33)])('may not be %j', (name) => {
    expect(isName(name)).toBe(false)
    expect(isApplicationName(name)).toBe(false)
  })

  it('of the SDK begins with the prefix, in this case', () => {
    expect(isReserved('~wse:')).toBe(true)
    expect(isReserved('~wse:anything')).toBe(true)
    expect(isReserved('~WSE:hi')).toBe(false)
    expect(isReserved(' ~wse:hi')).toBe(false)
    expect(isApplicationName('~wse:hi')).toBe(false)
  })
})

describe('a stamp', () => {
  it.each([undefined, null, 0, -0, ''])('is none if it is %j', (stamp) => {
    expect(hasStamp(stamp)).toBe(false)
    expect(checkEnvelope(['a', 1, stamp], FRAME_LIMITS)).toBeDefined()
  })

  it.each<Stamp>([1, 2, Number.MAX_SAFE_INTEGER, 'x', '0', 's'.repeat(128)])('may be %j', (stamp) => {
    expect(hasStamp(stamp)).toBe(true)
    expect(checkEnvelope(['a', 1, stamp], FRAME_LIMITS)[2]).toBe(stamp)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, false, {}, [], 5n, 's'.repeat(129)])(
    'may not be %s',
    (stamp) => {
      expect(() => checkEnvelope(['a', 1, stamp], FRAME_LIMITS)).toThrow(Malformed)
    },
  )
})

describe('an envelope', () => {
  it.each([undefined, null, 'a', 5, {}, { 0: 'a', length: 1 }, [], ['a', 1, 2, 3], [undefined], new Uint8Array(2)])(
    'is not %j',
    (value) => {
      expect(() => checkEnvelope(value, FRAME_LIMITS)).toThrow(Malformed)
    },
  )

  it('is taken as it is', () => {
    const value = ['a', { b: 1 }, 3]
    expect(checkEnvelope(value, FRAME_LIMITS)).toBe(value)
  })

  it('keeps to the length of names it is given', () => {
    expect(() => checkEnvelope(['abc'], { depth: 64, nameBytes: 2 })).toThrow(Malformed)
    expect(checkEnvelope(['n'.repeat(200)], { depth: 64, nameBytes: 200 })).toHaveLength(1)
  })
})
