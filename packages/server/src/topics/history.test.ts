import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SharedMessage } from '../people/shared-message.js'
import { History } from './history.js'

const TTL = 1_000

/** Nothing of a message matters here but which it is, and its size. */
const messageOf = (n: number, size = 10) => ({ n, size }) as unknown as SharedMessage

function historyOf(events: number, size = 3): History {
  const history = new History('e1', { size, ttl: TTL, bytes: 1_000 })
  for (let n = 1; n <= events; n++) history.add({ message: messageOf(n), key: `k${n}`, excepted: null }, n)
  return history
}

/** The offsets that follow a position, and whether that is all. */
function since(history: History, offset: number, epoch?: string): [recovered: boolean, offsets: number[]] {
  const { recovered, events } = history.since(epoch === undefined ? { offset } : { offset, epoch })
  return [recovered, events.map((event) => event.offset)]
}

it('begins with nothing, at offset 0', () => {
  const history = historyOf(0)
  expect([history.length, history.position]).toEqual([0, { epoch: 'e1', offset: 0 }])
  expect(since(history, 0, 'e1')).toEqual([true, []])
})

it('keeps the newest, however often they take the place of the oldest', () => {
  for (const events of [1, 3, 4, 5, 6, 7, 100]) {
    const history = historyOf(events)
    const oldest = Math.max(1, events - 2)
    const kept = Array.from({ length: events - oldest + 1 }, (_, n) => oldest + n)
    expect([history.length, history.top]).toEqual([kept.length, events])
    expect(since(history, oldest - 1, 'e1')).toEqual([true, kept])
    expect(history.since({ offset: 0 }).events.map(({ message }) => message)).toEqual(kept.map((n) => messageOf(n)))
  }
})

it('of one event keeps the last', () => {
  const history = historyOf(5, 1)
  expect(since(history, 4, 'e1')).toEqual([true, [5]])
  expect(since(history, 3, 'e1')).toEqual([false, []])
})

describe('what follows a position', () => {
  it('is told whole, or not at all', () => {
    const history = historyOf(5)
    expect(since(history, 2, 'e1')).toEqual([true, [3, 4, 5]])
    expect(since(history, 5, 'e1')).toEqual([true, []])
    // One is missing; there is no such offset yet; it is of another history.
    expect(since(history, 1, 'e1')).toEqual([false, []])
    expect(since(history, 6, 'e1')).toEqual([false, []])
    expect(since(history, 4, 'e2')).toEqual([false, []])
  })

  it('without an epoch is all that is kept, and says whether that is all', () => {
    const history = historyOf(5)
    expect(since(history, 0)).toEqual([false, [3, 4, 5]])
    expect(since(history, 3)).toEqual([true, [4, 5]])
    expect(since(history, 9)).toEqual([false, []])
  })
})

describe('what is too old', () => {
  it('is forgotten at its time, the newest included, and offsets go on', () => {
    const history = historyOf(3)
    history.expire(TTL + 1)
    expect([history.length, history.offsetOf('k1')]).toEqual([2, undefined])
    expect(since(history, 1, 'e1')).toEqual([true, [2, 3]])
    history.expire(TTL + 3)
    expect([history.length, history.top]).toEqual([0, 3])
    expect(since(history, 3, 'e1')).toEqual([true, []])
    expect(since(history, 2, 'e1')).toEqual([false, []])
    history.add({ message: messageOf(4), key: undefined, excepted: null }, TTL)
    expect(since(history, 3, 'e1')).toEqual([true, [4]])
  })
})

describe('a key', () => {
  it('names its event for as long as that is kept', () => {
    const history = historyOf(4)
    expect(['k1', 'k2', 'k4', undefined].map((key) => history.offsetOf(key))).toEqual([undefined, 2, 4, undefined])
  })

  it('used again names the newer event, even when the older one is forgotten', () => {
    const history = new History('e1', { size: 2, ttl: TTL, bytes: 1_000 })
    for (let n = 1; n <= 3; n++) history.add({ message: messageOf(n), key: n === 2 ? 'b' : 'a', excepted: null }, 0)
    expect(history.offsetOf('a')).toBe(3)
  })
})

it('is what a list that is cut off is, whatever is added and expires', () => {
  const step = fc.record({ wait: fc.nat(400), key: fc.option(fc.nat(4)), expires: fc.boolean() })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 40 }), fc.nat(45), (size, steps, from) => {
      const history = new History('e1', { size, ttl: TTL, bytes: 1_000 })
      let kept: { offset: number; key: string | undefined; until: number }[] = []
      let now = 0
      for (const [at, { wait, key, expires }] of steps.entries()) {
        now += wait
        const name = key === null ? undefined : `k${key}`
        history.add({ message: messageOf(at), key: name, excepted: null }, now)
        kept = [...kept, { offset: at + 1, key: name, until: now + TTL }].slice(-size)
        if (!expires) continue
        history.expire(now)
        kept = kept.filter(({ until }) => until > now)
      }
      expect([history.length, history.top]).toEqual([kept.length, steps.length])
      expect(since(history, from)[1]).toEqual(kept.map(({ offset }) => offset).filter((offset) => offset > from))
      const isWhole = from <= steps.length && from >= steps.length - kept.length
      expect(since(history, from, 'e1')[0]).toBe(isWhole)
      for (const key of ['k0', 'k1', 'k2', 'k3', 'k4'])
        expect(history.offsetOf(key)).toBe(kept.filter((event) => event.key === key).at(-1)?.offset)
    }),
  )
})

it('holds so many bytes, and tells all of them together', () => {
  const tally = { bytes: 0 }
  const [one, two] = [0, 1].map(() => new History('e1', { size: 100, ttl: TTL, bytes: 50 }, tally)) as [
    History,
    History,
  ]
  for (let n = 1; n <= 7; n++) one.add({ message: messageOf(n), key: undefined, excepted: null }, n)
  two.add({ message: messageOf(1, 20), key: undefined, excepted: null }, 0)
  expect([one.length, one.bytes, two.bytes, tally.bytes]).toEqual([5, 50, 20, 70])
  one.add({ message: messageOf(8, 51), key: undefined, excepted: null }, 8)
  // What is too large for it is in it as an offset alone.
  expect([one.length, one.top, one.bytes, tally.bytes]).toEqual([0, 8, 0, 20])
  expect(since(one, 7, 'e1')).toEqual([false, []])
  two.expire(TTL)
  expect(tally.bytes).toBe(0)
  one.add({ message: messageOf(9), key: undefined, excepted: null }, 9)
  one.clear()
  expect([one.length, one.top, tally.bytes]).toEqual([0, 9, 0])
})
