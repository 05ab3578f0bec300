import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Filters } from './filters.js'

/** As MQTT says it, level by level; a separator is part of the level it stands before. */
function matches(filter: string, topic: string): boolean {
  const wanted = filter.split(/(?=[:./])/)
  const levels = topic.split(/(?=[:./])/)
  for (const [at, level] of wanted.entries()) {
    const given = levels[at]
    const isRest = level.replace(/^[:./]/, '') === '#'
    if (given === undefined) return isRest && at === levels.length
    const isAlike = /^[:./]/.exec(level)?.[0] === /^[:./]/.exec(given)?.[0]
    if (isRest) return isAlike
    if (level.replace(/^[:./]/, '') === '+' ? !isAlike : level !== given) return false
  }
  return wanted.length === levels.length
}

const separator = fc.constantFrom(':', '.', '/')
/** Few levels, so that many of them meet. */
const nameOf = (level: fc.Arbitrary<string>) =>
  fc
    .tuple(level, fc.array(fc.tuple(separator, level), { maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest.map((pair) => pair.join(''))].join(''))
const topic = nameOf(fc.constantFrom('a', 'b'))
const filter = fc
  .tuple(nameOf(fc.constantFrom('a', 'b', '+')), fc.constantFrom('', ':#', '.#', '/#'))
  .map((parts) => parts.join(''))
const anyFilter = fc.oneof({ weight: 9, arbitrary: filter }, fc.constant('#'))

function filtersOf(all: Iterable<readonly [filter: string, member: number]>): Filters<number> {
  const filters = new Filters<number>()
  for (const one of all) filters.add(...one)
  return filters
}

describe('who wants a topic', () => {
  it.each([
    ['room:+', ['room:1'], ['room', 'room:1:x', 'room.1', 'other:1']],
    ['room:#', ['room', 'room:1', 'room:1.x/y'], ['room.1', 'rooms']],
    ['#', ['room', 'room:1.x'], []],
    ['+', ['room'], ['room:1']],
    ['+:1', ['room:1'], ['room:2', 'room.1']],
    ['a:+.c', ['a:b.c'], ['a:b:c', 'a:b.d', 'a:b']],
    ['room:1', ['room:1'], ['room:2', 'room']],
  ])('is told by %s', (wanted, some, others) => {
    const filters = filtersOf([[wanted, 1]])
    expect(some.filter((name) => filters.match(name).has(1))).toEqual(some)
    expect(others.filter((name) => filters.match(name).has(1))).toEqual([])
  })

  it('is found once, whatever many filters of it match', () => {
    const filters = filtersOf(['#', 'a:+', 'a:#', 'a:b'].map((one) => [one, 7] as const))
    expect([filters.size, [...filters.match('a:b')]]).toEqual([4, [7]])
  })

  it('is whom a look at each filter finds, for any filters and any topic', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyFilter, fc.nat(5)), { maxLength: 12 }), topic, (all, name) => {
        const expected = all.filter(([wanted]) => matches(wanted, name)).map(([, member]) => member)
        expect(new Set(filtersOf(all).match(name))).toEqual(new Set(expected))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('taking filters out', () => {
  it('leaves those of others, and ends with nothing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(anyFilter, fc.nat(3)), { selector: String, maxLength: 10 }),
        fc.nat(10),
        topic,
        (all, kept, name) => {
          const filters = filtersOf(all)
          for (const one of all.slice(kept)) filters.remove(...one)
          const left = all.slice(0, kept)
          expect(filters.size).toBe(left.length)
          expect(new Set(filters.match(name))).toEqual(new Set(filtersOf(left).match(name)))
        },
      ),
    )
  })

  it('that are not there changes nothing; one added twice is there once', () => {
    const filters = filtersOf([
      ['a:+', 1],
      ['a:+', 1],
    ])
    filters.remove('a:+', 2)
    filters.remove('a:#', 1)
    filters.remove('a', 1)
    expect(filters.size).toBe(1)
    filters.remove('a:+', 1)
    expect([filters.size, [...filters.match('a:b')]]).toEqual([0, []])
  })
})
