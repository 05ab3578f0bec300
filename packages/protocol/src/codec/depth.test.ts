import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsedDeeperThan, textDeeperThan, valueDeeperThan } from './depth.js'

/** Depth by the definition: a scalar has none, a list or object one more than what is in it. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** Values whose texts are full of what could be mistaken for structure. */
const nasty = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', 'a', '\u2028', '🎈') })
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, nasty, fc.integer(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(nasty, tie('value'), { maxKeys: 4 }),
})).value

/** A value of which nothing can be said before it is written. */
const anything = { toJSON: () => null }

describe('depth of a text', () => {
  it('is that of the value, for any JSON and any limit', () => {
    fc.assert(
      fc.property(json, fc.nat(8), fc.constantFrom(undefined, 1), (value, limit, space) => {
        const text = JSON.stringify(value, null, space)
        const isDeeper = depthOf(value) > limit
        expect([textDeeperThan(text, value, limit), textDeeperThan(text, anything, limit)]).toEqual([
          isDeeper,
          isDeeper,
        ])
        expect(parsedDeeperThan(text, JSON.parse(text), limit)).toBe(isDeeper)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is exact at the limit', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const inner = open === '[' ? '' : '1'
      expect(textDeeperThan(open.repeat(64) + inner + close.repeat(64), anything, 64)).toBe(false)
      expect(textDeeperThan(open.repeat(65) + inner + close.repeat(65), anything, 64)).toBe(true)
    }
  })

  it('is that of what is written, not of what it is made from', () => {
    const shallow = { a: { b: { c: { d: 1 } }, toJSON: () => 1 } }
    const deep = [{ toJSON: () => [[[[1]]]] }]
    for (const value of [shallow, deep]) {
      const text = JSON.stringify(value)
      for (const limit of [1, 2, 3, 4, 5, 6]) {
        expect(textDeeperThan(text, value, limit)).toBe(depthOf(JSON.parse(text)) > limit)
      }
    }
  })

  it('counts no brackets inside strings, escaped quotes included', () => {
    expect(textDeeperThan(JSON.stringify(['['.repeat(100), '\\"[[', '"[']), anything, 2)).toBe(false)
  })

  it('answers for what is not JSON without throwing or hanging', () => {
    for (const text of ['', '"', '"\\', '[', '}'.repeat(100), '['.repeat(1_000_000), `"${'['.repeat(1_000_000)}`]) {
      expect(typeof textDeeperThan(text, anything, 64)).toBe('boolean')
    }
    expect(textDeeperThan('['.repeat(130), anything, 64)).toBe(true)
  })

  it('is never deeper for a text that JSON takes than what JSON makes of it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', '1') }),
        fc.nat(4),
        (text, limit) => {
          let value: unknown
          try {
            value = JSON.parse(text)
          } catch {
            return
          }
          expect(textDeeperThan(text, value, limit)).toBe(depthOf(value) > limit)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('depth of a value', () => {
  it('is by the definition, for any value and any limit', () => {
    fc.assert(
      fc.property(json, fc.nat(8), (value, limit) => {
        expect(valueDeeperThan(value, limit)).toBe(depthOf(value) > limit)
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes bytes as a scalar', () => {
    expect(valueDeeperThan(new Uint8Array(5), 0)).toBe(false)
    expect(valueDeeperThan([Buffer.from('x')], 1)).toBe(false)
  })

  it('finds a circle too deep', () => {
    const circle: unknown[] = []
    circle.push({ circle })
    expect(valueDeeperThan(circle, 64)).toBe(true)
  })

  it('survives 100,000 levels', () => {
    let value: unknown = 1
    for (let i = 0; i < 100_000; i++) value = [value]
    expect(valueDeeperThan(value, 64)).toBe(true)
  })
})
