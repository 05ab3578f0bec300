import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fake-clock.test-helper.js'
import { Histories } from './histories.js'

const MOST = 1_000

let clock: FakeClock
let histories: Histories
let attached: Set<string>

beforeEach(() => {
  clock = new FakeClock()
  attached = new Set()
  histories = new Histories(clock, MOST, (subject) => attached.has(subject))
})

const add = (body: string, bounds: { size?: number; ttl?: number; bytes?: number } = {}, key?: string, subject = 's') =>
  histories.add(subject, body, { size: 100, ttl: 60_000, bytes: 1_000, ...bounds }, key, clock.now())

const read = (offset: number | null, epoch = histories.top('s')?.epoch ?? '') =>
  histories.read('s', offset === null ? null : { epoch, offset }, clock.now())

const bodies = (offset: number | null) => read(offset).items.map(({ body }) => body)

describe('the histories of a hub', () => {
  it('begin with their first reading, and go on under that epoch', () => {
    expect(histories.top('s')).toBeNull()
    const { top, complete } = read(null)
    expect([top.offset, complete]).toEqual([0, true])
    expect(add('1').position).toEqual({ epoch: top.epoch, offset: 1 })
    expect(read(0, top.epoch)).toEqual({
      items: [{ offset: 1, body: '1', age: 0 }],
      top: { epoch: top.epoch, offset: 1 },
      complete: true,
    })
  })

  it('say what is behind a position, or that they cannot', () => {
    for (const body of ['1', '2', '3', '4']) add(body, { size: 2 })
    expect([read(2).complete, bodies(2)]).toEqual([true, ['3', '4']])
    expect([read(4).complete, bodies(4)]).toEqual([true, []])
    expect([read(1).complete, bodies(1)]).toEqual([false, []])
    expect([read(5).complete, bodies(5)]).toEqual([false, []])
    expect(read(3, 'another').complete).toBe(false)
    expect([read(null).complete, bodies(null)]).toEqual([true, ['3', '4']])
  })

  it('are bounded by number and bytes, but have the newest in any case', () => {
    for (const body of ['12345', '678', '9']) add(body, { bytes: 4 })
    expect(bodies(null)).toEqual(['678', '9'])
    add('more than may be', { bytes: 4, size: 0 })
    expect(bodies(null)).toEqual(['more than may be'])
    expect(histories.bytes).toBe(16)
  })

  it('forget what is too old, each at its time, but not where they stand', () => {
    add('1', { ttl: 100 })
    clock.advance(50)
    add('2', { ttl: 100 })
    expect(read(null).items.map(({ age }) => age)).toEqual([50, 0])
    clock.advance(50)
    expect([bodies(null), read(0).complete, read(1).complete]).toEqual([['2'], false, true])
    clock.advance(50)
    expect([bodies(null), read(1).complete, read(2).complete, histories.bytes]).toEqual([[], false, true, 0])
    expect(add('3').position.offset).toBe(3)
  })

  it('know keys as long as they have what was published under them', () => {
    const first = add('1', { size: 2 }, 'k').position
    expect(add('again', { size: 2 }, 'k')).toEqual({ position: first, repeated: true })
    add('2', { size: 2 })
    add('3', { size: 2 })
    expect(add('4', { size: 2 }, 'k')).toEqual({ position: { ...first, offset: 4 }, repeated: false })
    clock.advance(60_000)
    expect(add('5', {}, 'k').position.offset).toBe(5)
  })

  it('go on for thousands, holding as many as they may', () => {
    for (let i = 1; i <= 10_000; i++) add(`${i}`, { size: 150 }, `k${i}`)
    expect(bodies(9_850)).toEqual(Array.from({ length: 150 }, (_, at) => `${9_851 + at}`))
    expect(read(9_849).complete).toBe(false)
    expect(histories.bytes).toBe(150 * 4 + 1)
  })

  it('let the largest give way where all together are too large', () => {
    add('x'.repeat(600), {}, undefined, 'large')
    add('small')
    add('x'.repeat(396), {}, undefined, 'middle')
    expect(histories.read('large', null, clock.now())).toMatchObject({ items: [], top: { offset: 1 } })
    expect(bodies(null)).toEqual(['small'])
    expect(histories.bytes).toBe(401)
  })

  it('say when they have to be looked through again', () => {
    expect(histories.expire(clock.now())).toBe(Number.POSITIVE_INFINITY)
    add('1', { ttl: 5_000 })
    add('2', { ttl: 100 }, undefined, 't')
    expect(histories.expire(clock.now())).toBe(clock.now() + 1_000)
    clock.advance(1_000)
    expect(histories.expire(clock.now())).toBe(clock.now() + 4_000)
    clock.advance(4_000)
    expect([histories.expire(clock.now()), histories.bytes, histories.size]).toEqual([Number.POSITIVE_INFINITY, 0, 2])
  })

  it('have other epochs once all are lost', () => {
    const before = add('1').position
    histories.clear()
    expect(histories.top('s')).toBeNull()
    expect(read(1, before.epoch)).toMatchObject({ complete: false, items: [], top: { offset: 0 } })
    expect(add('1').position.epoch).not.toBe(before.epoch)
  })

  it('are dropped where there are very many that are empty, and nobody is attached', () => {
    attached.add('s')
    const [mine] = [read(null).top]
    add('kept', {}, undefined, 'kept')
    for (let i = 0; i < 100_000; i++) histories.read(`blank ${i}`, null, clock.now())
    expect(histories.size).toBeLessThan(100)
    expect(histories.top('s')).toEqual(mine)
    expect(histories.top('kept')?.offset).toBe(1)
  })
})
