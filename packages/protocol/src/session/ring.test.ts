import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bounds, Ring } from './ring.js'

const WIDE: Bounds = { bytes: 1_000_000, frames: 100_000 }

function ringOf(bounds: Partial<Bounds>, first: number, ...frames: (string | Uint8Array)[]): Ring {
  const ring = new Ring({ ...WIDE, ...bounds }, first)
  for (const frame of frames) ring.push(frame)
  return ring
}

function stateOf(ring: Ring): unknown[] {
  return [ring.first, ring.size, ring.bytes, ring.after(0)]
}

describe('what it holds', () => {
  it('is nothing at first, and the first position is the next one', () => {
    expect(stateOf(ringOf({}, 7))).toEqual([7, 0, 0, []])
  })

  it('is every frame in order, from the position it began at', () => {
    expect(stateOf(ringOf({}, 7, 'a', 'bb', 'ccc'))).toEqual([7, 3, 6, ['a', 'bb', 'ccc']])
  })

  it('is text and bytes alike, by reference, since many sessions share one frame', () => {
    const bytes = new Uint8Array(5)
    const ring = ringOf({}, 1, 'é', bytes)
    expect(ring.bytes).toBe(6)
    expect(ring.after(1)[0]).toBe(bytes)
  })

  it('may be empty frames', () => {
    expect(stateOf(ringOf({ bytes: 1 }, 1, '', '', 'a', ''))).toEqual([1, 4, 1, ['', '', 'a', '']])
  })
})

describe('its bounds', () => {
  it('allow exactly as many frames, and forget the oldest beyond', () => {
    expect(stateOf(ringOf({ frames: 2 }, 1, 'a', 'b'))).toEqual([1, 2, 2, ['a', 'b']])
    expect(stateOf(ringOf({ frames: 2 }, 1, 'a', 'b', 'c'))).toEqual([2, 2, 2, ['b', 'c']])
  })

  it('allow exactly as many bytes, and forget as many of the oldest as it takes', () => {
    expect(stateOf(ringOf({ bytes: 4 }, 1, 'a', 'bb', 'c'))).toEqual([1, 3, 4, ['a', 'bb', 'c']])
    expect(stateOf(ringOf({ bytes: 4 }, 1, 'a', 'bb', 'c', 'ddd'))).toEqual([3, 2, 4, ['c', 'ddd']])
  })

  it.each([{ bytes: 4 }, { bytes: 0 }])('of %o never cost the newest frame, however large', (bounds) => {
    const ring = ringOf(bounds, 1, 'a', 'b', 'x'.repeat(10))
    expect(stateOf(ring)).toEqual([3, 1, 10, ['x'.repeat(10)]])
    ring.push('y')
    expect(stateOf(ring)).toEqual([4, 1, 1, ['y']])
  })

  it('of no frames still hold the newest', () => {
    expect(stateOf(ringOf({ frames: 0 }, 1, 'a', 'b'))).toEqual([2, 1, 1, ['b']])
  })
})

describe('what was acknowledged', () => {
  it('is forgotten up to that position and no further', () => {
    const ring = ringOf({}, 5, 'a', 'b', 'c')
    ring.forget(6)
    expect(stateOf(ring)).toEqual([7, 1, 1, ['c']])
  })

  it('may be forgotten already, or lie before everything held', () => {
    const ring = ringOf({}, 5, 'a', 'b')
    for (const position of [0, 4, -1]) ring.forget(position)
    expect(stateOf(ring)).toEqual([5, 2, 2, ['a', 'b']])
    ring.forget(5)
    ring.forget(5)
    expect(stateOf(ring)).toEqual([6, 1, 1, ['b']])
  })

  it('may be all of it: the first position is the next one then', () => {
    const ring = ringOf({}, 5, 'a', 'b')
    ring.forget(6)
    expect(stateOf(ring)).toEqual([7, 0, 0, []])
    ring.push('c')
    expect(stateOf(ring)).toEqual([7, 1, 1, ['c']])
  })

  it('never goes beyond what there is', () => {
    const ring = ringOf({}, 5, 'a', 'b')
    ring.forget(1_000)
    expect(ring.first).toBe(7)
  })
})

describe('what follows a position', () => {
  const ring = ringOf({}, 5, 'a', 'b', 'c')

  it.each([
    [0, ['a', 'b', 'c']],
    [4, ['a', 'b', 'c']],
    [5, ['b', 'c']],
    [6, ['c']],
    [7, []],
    [8, []],
    [1_000, []],
  ])('%i', (position, expected) => {
    expect(ring.after(position)).toEqual(expected)
  })

  it('is a copy', () => {
    ring.after(0).push('x')
    expect(ring.after(0)).toEqual(['a', 'b', 'c'])
  })
})

it('goes on rightly when many more were forgotten than places are spared for', () => {
  const ring = ringOf({ frames: 10 }, 1)
  for (let position = 1; position <= 2_000; position++) {
    ring.push(`${position}`)
    expect(ring.first).toBe(Math.max(1, position - 9))
    expect(ring.after(position - 1)).toEqual([`${position}`])
  }
  expect(ring.after(0)).toEqual(Array.from({ length: 10 }, (_, index) => `${1_991 + index}`))
  expect(ring.bytes).toBe(40)
})

it('goes on rightly when much is acknowledged at once', () => {
  const ring = ringOf({}, 1)
  for (let position = 1; position <= 1_000; position++) ring.push('x')
  for (const position of [255, 256, 257, 700, 999]) {
    ring.forget(position)
    expect([ring.first, ring.size, ring.bytes, ring.after(0).length]).toEqual([
      position + 1,
      1_000 - position,
      1_000 - position,
      1_000 - position,
    ])
  }
})

/** The same, as plainly as can be said. */
class Model {
  frames: string[] = []
  first: number
  readonly bounds: Bounds

  constructor(bounds: Bounds, first: number) {
    this.bounds = bounds
    this.first = first
  }

  get bytes(): number {
    return this.frames.join('').length
  }

  push(frame: string): void {
    this.frames.push(frame)
    const { bytes, frames } = this.bounds
    while (this.frames.length > 1 && (this.bytes > bytes || this.frames.length > frames)) this.drop(1)
  }

  forget(position: number): void {
    this.drop(Math.min(this.frames.length, Math.max(0, position - this.first + 1)))
  }

  after(position: number): string[] {
    return this.frames.filter((_, index) => this.first + index > position)
  }

  private drop(count: number): void {
    this.frames.splice(0, count)
    this.first += count
  }
}

it('is a bounded list whatever is done to it', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 12 }), times: fc.constantFrom(1, 1, 3, 300) }),
    fc.record({ forget: fc.integer({ min: -2, max: 40 }) }),
  )
  const bounds = fc.record({ bytes: fc.integer({ min: 0, max: 800 }), frames: fc.integer({ min: 0, max: 300 }) })
  fc.assert(
    fc.property(bounds, fc.nat(50), fc.array(step, { maxLength: 20 }), (limits, first, steps) => {
      const ring = new Ring(limits, first)
      const model = new Model(limits, first)
      for (const one of steps) {
        if ('push' in one) {
          for (let i = 0; i < one.times; i++) for (const target of [ring, model]) target.push('x'.repeat(one.push))
        } else for (const target of [ring, model]) target.forget(model.first + one.forget)
        expect([ring.first, ring.size, ring.bytes]).toEqual([model.first, model.frames.length, model.bytes])
        const middle = model.first + (model.frames.length >> 1)
        for (const position of [0, model.first - 1, model.first, middle]) {
          expect(ring.after(position)).toEqual(model.after(position))
        }
      }
    }),
    { numRuns: 60 },
  )
})
