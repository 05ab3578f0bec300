import type { Person } from '@wse/protocol'
import { describe, expect, it } from 'vitest'
import { Roster } from './roster.js'
import { isSame } from './same.js'

const told = (changes: readonly (readonly [string, Person])[]) => changes.map(([kind, { cid }]) => [kind, cid])

describe('who is there', () => {
  it('is people: the first device of one joins, the last one leaves, all between is an update', () => {
    const roster = new Roster()
    expect(told(roster.apply([{ cid: 'ann', id: 'a1', state: 1 }], []))).toEqual([['join', 'ann']])
    expect(told(roster.apply([{ cid: 'ann', id: 'a2', state: 2 }], []))).toEqual([['update', 'ann']])
    expect(roster.people).toEqual([
      {
        cid: 'ann',
        state: 2,
        away: false,
        devices: [
          { id: 'a1', state: 1, away: false },
          { id: 'a2', state: 2, away: false },
        ],
      },
    ])
    expect(told(roster.apply([], ['a2']))).toEqual([['update', 'ann']])
    expect(roster.people[0]?.state).toBe(1)
    expect(told(roster.apply([], ['a1']))).toEqual([['leave', 'ann']])
    expect(roster.people).toEqual([])
  })

  it('is away when all devices are', () => {
    const roster = new Roster()
    roster.apply(
      [
        { cid: 1, id: 'a' },
        { cid: 1, id: 'b', away: true },
      ],
      [],
    )
    expect(roster.people[0]?.away).toBe(false)
    roster.apply([{ cid: 1, id: 'a', away: true }], [])
    expect(roster.people[0]?.away).toBe(true)
  })

  it('a state that is the same again changes nothing, nor does who was never there', () => {
    const roster = new Roster()
    const ann = () => ({ cid: 'ann', id: 'a', state: { at: [1, { x: 2 }] } })
    roster.apply([ann()], [])
    expect(roster.apply([ann()], ['nobody'])).toEqual([])
    expect(told(roster.apply([{ ...ann(), state: { at: [1, { x: 3 }] } }], []))).toEqual([['update', 'ann']])
  })

  it('one frame is one change of each, a number is no text, and a device may be of another user now', () => {
    const roster = new Roster()
    roster.apply(
      [
        { cid: 1, id: 'a' },
        { cid: '1', id: 'b' },
      ],
      [],
    )
    expect(roster.people.map(({ cid }) => cid)).toEqual([1, '1'])
    expect(
      told(
        roster.apply(
          [
            { cid: 2, id: 'a' },
            { cid: 2, id: 'c' },
          ],
          ['b'],
        ),
      ),
    ).toEqual([
      ['leave', 1],
      ['join', 2],
      ['leave', '1'],
    ])
  })

  it('compared with another list tells the difference alone', () => {
    const [before, after] = [new Roster(), new Roster()]
    before.apply(
      [
        { cid: 'a', id: '1' },
        { cid: 'b', id: '2' },
        { cid: 'c', id: '3', state: 1 },
      ],
      [],
    )
    after.apply(
      [
        { cid: 'b', id: '2' },
        { cid: 'c', id: '3', state: 2 },
        { cid: 'd', id: '4' },
      ],
      [],
    )
    expect(told(before.changesTo(after))).toEqual([
      ['leave', 'a'],
      ['update', 'c'],
      ['join', 'd'],
    ])
    expect(after.changesTo(after)).toEqual([])
  })
})

it('many devices of one user are merged once a frame, not once a device', { timeout: 2_000 }, () => {
  const roster = new Roster()
  const ids = Array.from({ length: 30_000 }, (_, n) => `d${n}`)
  const here = ids.map((id) => ({ cid: 'guest', id }))
  expect(told(roster.apply(here, []))).toEqual([['join', 'guest']])
  expect(told(roster.apply([], ids.slice(1)))).toEqual([['update', 'guest']])
  expect(roster.people[0]?.devices.map(({ id }) => id)).toEqual(['d0'])
})

it('states are the same by what they hold, where that is plain', () => {
  for (const value of [1, 'a', null, undefined, Number.NaN, [1, [2]], { a: { b: [] } }]) {
    expect(isSame(value, structuredClone(value))).toBe(true)
  }
  const day = new Date(0)
  expect(isSame(day, day)).toBe(true)
  for (const [one, other] of [
    [day, new Date(0)],
    [[], {}],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [null, {}],
    [1, '1'],
  ]) {
    expect(isSame(one, other)).toBe(false)
  }
})
