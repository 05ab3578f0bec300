import { beforeEach, describe, expect, it } from 'vitest'
import type { QueuePolicy } from '../link/send-options.js'
import { Backlog } from './backlog.js'
import type { Waiting } from './outbox.js'

let backlog: Backlog

beforeEach(() => {
  backlog = new Backlog({ bytes: 100, frames: 10 })
})

function message(data: string, type = 'm'): Waiting {
  return { type, data, stamp: undefined, bytes: false }
}

/** Takes the newest of a key; of the type `m`, if nothing else is said. */
function latest(key: string, data: string, type = 'm'): boolean {
  return backlog.push(message(data, type), { latest: key })
}

function queued(data: string, queue: QueuePolicy, type = 'm'): boolean {
  return backlog.push(message(data, type), { queue })
}

/** Everything that is held back, in the order in which it leaves. */
function leaving(): unknown[] {
  const all: unknown[] = []
  for (let next = backlog.shift(); next !== undefined; next = backlog.shift()) all.push(next.data)
  expect([backlog.size, backlog.bytes]).toEqual([0, 0])
  return all
}

describe('of a key', () => {
  it('the newest is held, in the place of the one before', () => {
    for (const [key, data] of [
      ['a', 'a1'],
      ['b', 'b1'],
      ['a', 'a22'],
      ['c', 'c1'],
      ['b', 'b2'],
    ] as const) {
      expect(latest(key, data)).toBe(true)
    }
    expect([backlog.size, backlog.bytes]).toEqual([3, 7])
    expect(leaving()).toEqual(['a22', 'b2', 'c1'])
  })

  it('each type has its own', () => {
    latest('a', 'one', 'm')
    latest('a', 'two', 'n')
    expect(leaving()).toEqual(['one', 'two'])
  })

  it('no key and type are taken for another, nor for a queue', () => {
    const lanes = [
      ['1', 'm1'],
      ['', 'm'],
      ['m', ''],
      ['1:', 'm'],
      ['1', ':m'],
    ] as const
    for (const [key, type] of lanes) latest(key, `${key} of ${type}`, type)
    queued('queued', { frames: 9 }, 'm')
    queued('another', { frames: 9 }, '0:m')
    expect(backlog.size).toBe(lanes.length + 2)
  })

  it('a newer one begins at the end once the older has left', () => {
    latest('a', 'a1')
    latest('b', 'b1')
    expect(backlog.shift()?.data).toBe('a1')
    latest('a', 'a2')
    expect(leaving()).toEqual(['b1', 'a2'])
  })

  it('one that finds no room is not taken, and the older one is gone', () => {
    latest('a', 'x'.repeat(60))
    latest('b', 'y'.repeat(40))
    expect(latest('a', 'x'.repeat(61))).toBe(false)
    expect(leaving()).toEqual(['y'.repeat(40)])
  })

  it('one more key than may be held is not taken; a newer one of those that are is', () => {
    for (let key = 0; key < 10; key++) expect(latest(`${key}`, `${key}`)).toBe(true)
    expect(latest('10', '10')).toBe(false)
    expect(latest('3', 'new')).toBe(true)
    expect(leaving()).toEqual(['0', '1', '2', 'new', '4', '5', '6', '7', '8', '9'])
  })
})

describe('of a type with a queue', () => {
  it('all are held in order, up to its messages', () => {
    expect([1, 2, 3].map((n) => queued(`${n}`, { frames: 2 }))).toEqual([true, true, false])
    expect(leaving()).toEqual(['1', '2'])
  })

  it('all are held in order, up to its bytes', () => {
    expect(['aa', 'bb', 'c', 'd'].map((data) => queued(data, { bytes: 5 }))).toEqual([true, true, true, false])
    expect(leaving()).toEqual(['aa', 'bb', 'c'])
  })

  it('the oldest give way if that is the rule, as many as have to', () => {
    for (const data of ['a', 'bb', 'ccc']) queued(data, { bytes: 6, overflow: 'drop-oldest' })
    expect(queued('ddddd', { bytes: 6, overflow: 'drop-oldest' })).toBe(true)
    expect(leaving()).toEqual(['ddddd'])
  })

  it('one that is larger than all of it is not taken, and whatever was to give way has', () => {
    queued('a', { bytes: 5, overflow: 'drop-oldest' })
    expect(queued('bbbbbb', { bytes: 5, overflow: 'drop-oldest' })).toBe(false)
    expect(leaving()).toEqual([])
  })

  it('nothing of another type gives way', () => {
    latest('key', 'kept')
    queued('also kept', { frames: 1 }, 'n')
    for (const data of ['1', '2', '3']) queued(data, { frames: 1, overflow: 'drop-oldest' })
    expect(leaving()).toEqual(['kept', 'also kept', '3'])
  })

  it('what is held in all bounds it as well, and then its oldest give way', () => {
    for (let i = 0; i < 9; i++) latest(`${i}`, `${i}`)
    expect(['a', 'b'].map((data) => queued(data, { frames: 100 }))).toEqual([true, false])
    expect(queued('c', { frames: 100, overflow: 'drop-oldest' })).toBe(true)
    expect(leaving().slice(-2)).toEqual(['8', 'c'])
  })

  it('lanes leave in the order in which they began', () => {
    queued('m1', { frames: 5 }, 'm')
    latest('key', 'n1', 'n')
    queued('m2', { frames: 5 }, 'm')
    expect(leaving()).toEqual(['m1', 'm2', 'n1'])
  })
})
