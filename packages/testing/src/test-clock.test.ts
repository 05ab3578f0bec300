import { describe, expect, test } from 'vitest'
import { createTestClock } from './test-clock.js'
import { turn } from './turn.js'

describe('advance', () => {
  test('starts at 0 and moves only when told', async () => {
    const clock = createTestClock()
    expect(clock.now()).toBe(0)
    await clock.advance(12.5)
    await clock.advance(7.5)
    expect(clock.now()).toBe(20)
  })

  test('fires by due time, then in the order of setting', async () => {
    const clock = createTestClock()
    const fired: string[] = []
    const set = (name: string, ms: number) => clock.setTimer(() => fired.push(`${name}@${clock.now()}`), ms)
    set('c', 30)
    set('a', 10)
    set('b1', 20)
    set('b2', 20)
    set('later', 31)
    await clock.advance(30)
    expect(fired).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30'])
    expect(clock.timers).toEqual([{ due: 31, ms: 31 }])
  })

  test('fires timers set by timers, at their own time', async () => {
    const clock = createTestClock()
    const at: number[] = []
    const again = () => {
      at.push(clock.now())
      clock.setTimer(again, 10)
    }
    clock.setTimer(again, 10)
    await clock.advance(35)
    expect(at).toEqual([10, 20, 30])
    expect(clock.now()).toBe(35)
  })

  test('a timer of 0 ms set by a timer waits for those that were due before it', async () => {
    const clock = createTestClock()
    const fired: string[] = []
    clock.setTimer(() => {
      fired.push('first')
      clock.setTimer(() => fired.push(`zero@${clock.now()}`), 0)
    }, 10)
    clock.setTimer(() => fired.push('second'), 10)
    clock.setTimer(() => fired.push('third'), 11)
    await clock.advance(20)
    expect(fired).toEqual(['first', 'second', 'zero@10', 'third'])
  })

  test('lets promise reactions run between timers', async () => {
    const clock = createTestClock()
    const seen: string[] = []
    clock.setTimer(async () => {
      for (let i = 0; i < 20; i++) await null
      seen.push(`reaction@${clock.now()}`)
    }, 10)
    clock.setTimer(() => seen.push('next'), 10)
    await clock.advance(10)
    expect(seen).toEqual(['reaction@10', 'next'])
  })

  test('a timer set by a reaction to the last one counts when it is due in time', async () => {
    const clock = createTestClock()
    let at = -1
    clock.setTimer(async () => {
      await null
      clock.setTimer(() => {
        at = clock.now()
      }, 5)
    }, 10)
    await clock.advance(15)
    expect(at).toBe(15)
  })

  test('several advances queue up', async () => {
    const clock = createTestClock()
    const at: number[] = []
    for (const ms of [5, 15, 25]) clock.setTimer(() => at.push(clock.now()), ms)
    await Promise.all([clock.advance(10), clock.advance(10), clock.advance(10)])
    expect(at).toEqual([5, 15, 25])
    expect(clock.now()).toBe(30)
  })

  test('rejects with what a timer throws and stays usable', async () => {
    const clock = createTestClock()
    let late = false
    clock.setTimer(() => {
      clock.setTimer(() => {
        late = true
      }, 0)
      throw new Error('broken')
    }, 10)
    await expect(clock.advance(20)).rejects.toThrow('broken')
    await clock.settle()
    expect(late).toBe(true)
    await clock.advance(5)
    expect(clock.now()).toBe(15)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to move by %s', async (ms) => {
    await expect(createTestClock().advance(ms)).rejects.toThrow(RangeError)
  })

  test('gives up on a timer that sets itself without time going on', async () => {
    const clock = createTestClock()
    let on = true
    const again = () => {
      if (on) clock.setTimer(again, 0)
    }
    clock.setTimer(again, 1)
    await expect(clock.advance(2)).rejects.toThrow('again and again')
    const [endless] = clock.timers
    expect(endless).toEqual({ due: 1, ms: 0 })
    on = false
    await clock.settle()
  })
})

describe('timers', () => {
  test('one of 0 ms fires by itself, in a later turn', async () => {
    const clock = createTestClock()
    let fired = false
    clock.setTimer(() => {
      fired = true
    }, 0)
    for (let i = 0; i < 50; i++) await null
    expect(fired).toBe(false)
    await turn()
    expect(fired).toBe(true)
    expect(clock.now()).toBe(0)
  })

  test('those of 0 ms fire in the order of setting, reactions between them', async () => {
    const clock = createTestClock()
    const seen: string[] = []
    clock.setTimer(async () => {
      seen.push('one')
      await null
      seen.push('reaction')
    }, 0)
    clock.setTimer(() => seen.push('two'), -5)
    await clock.settle()
    expect(seen).toEqual(['one', 'reaction', 'two'])
  })

  test('a cleared one never fires and is not armed', async () => {
    const clock = createTestClock()
    let fired = 0
    const zero = clock.setTimer(() => fired++, 0)
    const later = clock.setTimer(() => fired++, 10)
    expect(clock.armed).toBe(2)
    clock.clearTimer(zero)
    clock.clearTimer(later)
    clock.clearTimer(later)
    clock.clearTimer(null)
    expect(clock.armed).toBe(0)
    await clock.advance(10)
    expect(fired).toBe(0)
  })

  test('are listed in the order they will fire', () => {
    const clock = createTestClock()
    clock.setTimer(() => {}, 30)
    clock.setTimer(() => {}, 10)
    expect(clock.timers).toEqual([
      { due: 10, ms: 10 },
      { due: 30, ms: 30 },
    ])
  })

  test.each([2 ** 31, Number.NaN])('one of %s ms is refused', (ms) => {
    expect(() => createTestClock().setTimer(() => {}, ms)).toThrow(RangeError)
  })
})

describe('settle', () => {
  test('runs chains of turns and reactions to their end', async () => {
    const clock = createTestClock()
    let steps = 0
    const step = async () => {
      await null
      if (++steps < 20) clock.setTimer(step, 0)
    }
    clock.setTimer(step, 0)
    clock.setTimer(() => {
      steps = 1_000
    }, 1)
    await clock.settle()
    expect(steps).toBe(20)
    expect(clock.now()).toBe(0)
  })

  test('gives up when it never gets there', async () => {
    const clock = createTestClock()
    let on = true
    const again = () => {
      if (on) clock.setTimer(again, 0)
    }
    again()
    await expect(clock.settle()).rejects.toThrow('again and again')
    on = false
    await clock.settle()
  })
})

describe('chance', () => {
  test('is the same for the same seed', () => {
    const draw = (seed?: number) => {
      const clock = createTestClock({ seed })
      return [clock.random(), clock.random(), ...clock.randomBytes(16)]
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw()).toEqual(draw(1))
  })

  test('does not mix bytes and numbers', () => {
    const one = createTestClock()
    const two = createTestClock()
    one.randomBytes(100)
    expect(one.random()).toBe(two.random())
  })

  test('is spread evenly over [0, 1)', () => {
    const clock = createTestClock({ seed: 3 })
    const draws = Array.from({ length: 10_000 }, () => clock.random())
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(draws.reduce((sum, draw) => sum + draw) / draws.length).toBeCloseTo(0.5, 1)
    expect(new Set(clock.randomBytes(10_000)).size).toBe(256)
  })
})
