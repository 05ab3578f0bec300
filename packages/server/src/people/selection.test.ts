import { WSE_ERROR } from '@wse/protocol'
import { describe, expect, it } from 'vitest'
import type { Member } from './member.js'
import { isCid, listOf } from './named.js'
import { Selection } from './selection.js'

function member(cid: string | number, conn_id: string): Member {
  return { cid, conn_id, state: 'live', meta: {}, remote_addr: '', latency: null, age: 0, call: async () => 1 }
}

const [a1, a2, b1] = [member('a', 'a1'), member('a', 'a2'), member('b', 'b1')] as const
const ids = (selection: Selection<Member>) => selection.conns().map(({ conn_id }) => conn_id)

describe('a selection', () => {
  it('is read anew each time, and has each once', () => {
    const here = [a1, a1]
    const selection = new Selection(() => here)
    expect(ids(selection)).toEqual(['a1'])
    here.push(b1)
    expect(ids(selection)).toEqual(['a1', 'b1'])
  })

  it('knows who is meant and not here', () => {
    const selection = new Selection(() => [a1, a2], ['a', 'b', 'c'])
    expect(selection.look().absent()).toEqual(['b', 'c'])
    expect(selection.except('c').look().absent()).toEqual(['b'])
  })

  it('does not take for away whose devices are left out', () => {
    const { conns, absent } = new Selection(() => [a1, a2], ['a', 'b']).except([a1, a2, b1]).look()
    expect([conns, absent()]).toEqual([[], ['b']])
  })

  it('leaves out users and devices, and goes on leaving out', () => {
    const all = new Selection(() => [a1, a2, b1])
    expect([ids(all.except('a')), ids(all.except(a1)), ids(all.except([a1, 'b']))]).toEqual([
      ['b1'],
      ['a2', 'b1'],
      ['a2'],
    ])
    expect(ids(all.except(a1).except(b1))).toEqual(['a2'])
    expect(ids(all.except([]))).toEqual(['a1', 'a2', 'b1'])
  })

  it('takes a number for another user than the text of it', () => {
    expect(ids(new Selection(() => [member(1, 'x'), member('1', 'y')]).except(1))).toEqual(['y'])
  })
})

describe('what may name somebody', () => {
  it('is what accept takes', () => {
    expect(['a', 1, -1.5].every(isCid)).toBe(true)
    expect(['', 0, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, {}, true, Symbol.iterator].some(isCid)).toBe(
      false,
    )
  })

  it('is read from one, or any list', () => {
    expect([listOf('x', 'ab'), listOf('x', ['a', 1]), listOf('x', new Set([a1]))]).toEqual([['ab'], ['a', 1], [a1]])
    const refused = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'x' } })
    for (const bad of [null, [null], [['a']], {}, { cid: 'a' }, [0]]) expect(() => listOf('x', bad)).toThrow(refused)
  })
})
