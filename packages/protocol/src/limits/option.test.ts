import { describe, expect, it } from 'vitest'
import { count, duration, groupOf, invalidOption, knownMembers, numberIn, oneOf, optionGroup } from './option.js'
import { rpcTimeout } from './rpc-timeout.js'

const refused = (option: string) => expect.objectContaining({ code: 'wse.invalid-option', details: { option } })
const NOT_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '5',
  '',
  null,
  true,
  [],
  [5],
  {},
  5n,
]

describe('a duration', () => {
  it.each([1, 1.5, 20_000, 2 ** 31 - 1])('may be %d ms', (ms) => {
    expect(duration(7)('t', ms)).toBe(ms)
  })

  it.each([0, 0.5, -1, -0.001, 2 ** 31, 1e300, ...NOT_NUMBERS])('may not be %s', (ms) => {
    expect(() => duration(7)('t', ms)).toThrow(refused('t'))
  })

  it('is the default where none is given', () => {
    expect(duration(7)('t', undefined)).toBe(7)
  })
})

describe('a count', () => {
  it.each([1, 2, Number.MAX_SAFE_INTEGER])('may be %d', (number) => {
    expect(count(7)('n', number)).toBe(number)
  })

  it.each([0, -1, 1.5, 2 ** 53, ...NOT_NUMBERS])('may not be %s', (number) => {
    expect(() => count(7)('n', number)).toThrow(refused('n'))
  })

  it('begins where it is said to', () => {
    expect(count(7, 0)('n', 0)).toBe(0)
    expect(() => count(7, 5)('n', 4)).toThrow(refused('n'))
  })
})

describe('a number', () => {
  it('keeps to its range, both ends included', () => {
    expect(numberIn(5, 1, 2, 'a')('x', 1)).toBe(1)
    expect(numberIn(5, 1, 2, 'a')('x', 2)).toBe(2)
    expect(() => numberIn(5, 1, 2, 'a')('x', 2.001)).toThrow(refused('x'))
    expect(() => numberIn(5, 0, 2, 'a')('x', -0.001)).toThrow(refused('x'))
  })

  it('is refused with its name, its unit and its range', () => {
    expect(() => numberIn(5, 1, 2, 'apples')('limits.x', 'no')).toThrow('option limits.x: takes apples from 1 to 2')
  })
})

describe('tO, in seconds', () => {
  it.each([
    [undefined, 20_000],
    [0, 0],
    [20, 20_000],
    [0.5, 500],
  ])('%s is %d ms', (seconds, ms) => {
    expect(rpcTimeout(seconds)).toBe(ms)
  })

  it('never gives a timer longer than a timer can be', () => {
    expect(rpcTimeout((2 ** 31 - 1) / 1_000)).toBeLessThanOrEqual(2 ** 31 - 1)
  })

  it.each([-1, 2_147_484, ...NOT_NUMBERS])('may not be %s', (seconds) => {
    expect(() => rpcTimeout(seconds)).toThrow(refused('tO'))
  })
})

describe('a group of options', () => {
  it('is empty where none is given', () => {
    expect(optionGroup('g', undefined)).toEqual({})
    expect(optionGroup('g', { a: 1 })).toEqual({ a: 1 })
  })

  it.each([null, [], 'text', 5, true, () => 1])('may not be %s', (group) => {
    expect(() => optionGroup('g', group as unknown as object)).toThrow(refused('g'))
  })

  it('has only members that are known, so that a slip of the pen is found', () => {
    expect(knownMembers('g', { a: 1, b: undefined }, ['a', 'b', 'c'])).toBeUndefined()
    expect(() => knownMembers('g', { depht: 5 }, ['depth'])).toThrow(refused('g.depht'))
    expect(() => knownMembers('g', { depht: 5 }, ['depth'])).toThrow('g has depth')
    expect(() => knownMembers('g', JSON.parse('{"__proto__":1}'), ['a'])).toThrow(refused('g.__proto__'))
  })
})

describe('a group read by its readers', () => {
  const readers = { size: count(5), wait: duration(7, 0), mode: oneOf('on', (mode) => mode === 'off', 'off') }
  const read = (given?: object) => groupOf<{ size?: number; wait?: number; mode?: string }>('g', given, readers)

  it('has every member decided, and cannot be changed', () => {
    expect(read()).toEqual({ size: 5, wait: 7, mode: 'on' })
    expect(read({ wait: 0, mode: 'off' })).toEqual({ size: 5, wait: 0, mode: 'off' })
    expect(Object.isFrozen(read())).toBe(true)
  })

  it.each([
    [{ size: 0 }, 'g.size', 'takes a whole number from 1'],
    [{ wait: 2 ** 31 }, 'g.wait', 'takes milliseconds from 0 to 2147483647'],
    [{ mode: 'none' }, 'g.mode', 'takes off'],
    [{ sise: 1 }, 'g.sise', 'is not known; g has size, wait, mode'],
  ])('refuses %o by its name', (given, option, takes) => {
    expect(() => read(given)).toThrow(refused(option))
    expect(() => read(given)).toThrow(`option ${option}: ${takes}`)
  })
})

it('an invalid option names itself', () => {
  expect(invalidOption('port', 'takes a port')).toMatchObject({
    message: 'option port: takes a port',
    details: { option: 'port' },
  })
})
