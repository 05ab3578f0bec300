import { describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import { isAnswer, Outbox, type Waiting } from './outbox.js'

function waiting(type: string, stamp?: number | string, data: string | Uint8Array = type): Waiting {
  return { type, data, stamp, bytes: typeof data !== 'string' }
}

function outboxOf(...frames: Waiting[]): Outbox {
  const outbox = new Outbox()
  for (const frame of frames) outbox.push(frame)
  return outbox
}

describe('frames that wait', () => {
  it('leave in the order they came', () => {
    const outbox = outboxOf(waiting('a'), waiting('b'), waiting('c'))
    expect([outbox.shift()?.type, outbox.shift()?.type]).toEqual(['a', 'b'])
    outbox.push(waiting('d'))
    expect([outbox.shift()?.type, outbox.shift()?.type, outbox.shift()]).toEqual(['c', 'd', undefined])
  })

  it('are counted, text and bytes alike', () => {
    const outbox = outboxOf(waiting('a', 1, 'four'), waiting('b', undefined, new Uint8Array(3)))
    expect([outbox.size, outbox.bytes]).toEqual([2, 7])
    outbox.shift()
    expect([outbox.size, outbox.bytes]).toEqual([1, 3])
    outbox.shift()
    outbox.shift()
    expect([outbox.size, outbox.bytes]).toEqual([0, 0])
  })

  it('can be taken out at once, oldest first, and others come after', () => {
    const outbox = outboxOf(waiting('a'), waiting('b'))
    const all = outbox.empty()
    outbox.push(waiting('c'))
    expect(all.map(({ type }) => type)).toEqual(['a', 'b'])
    expect([outbox.size, outbox.bytes]).toEqual([1, 1])
    expect(new Outbox().empty()).toEqual([])
  })
})

describe('a call is taken back', () => {
  it('from wherever it waits', () => {
    const outbox = outboxOf(waiting('a'), waiting('add', 3), waiting('b'))
    expect(outbox.recall(3)).toBe(true)
    expect([outbox.size, outbox.bytes]).toEqual([2, 2])
    expect(outbox.empty().map(({ type }) => type)).toEqual(['a', 'b'])
  })

  it('once, and only if it is here', () => {
    const outbox = outboxOf(waiting('add', 3), waiting(FRAME.CALL, 5))
    expect([outbox.recall(7), outbox.recall('3'), outbox.recall(3), outbox.recall(3)]).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect(outbox.recall(5)).toBe(true)
  })

  it.each([FRAME.RESPONSE, FRAME.RESPONSE_ERR, FRAME.CANCEL, FRAME.ITEM])('but not %s of the same stamp', (type) => {
    const outbox = outboxOf(waiting(type, 3), waiting('add', 3))
    expect(outbox.recall(3)).toBe(true)
    expect(outbox.recall(3)).toBe(false)
    expect(outbox.empty().map(({ type: left }) => left)).toEqual([type])
  })
})

it('answers are what belongs to a call under way, and nothing else', () => {
  const answers = Object.values(FRAME).filter(isAnswer)
  expect(answers.sort()).toEqual(
    [FRAME.RESPONSE, FRAME.RESPONSE_ERR, FRAME.CANCEL, FRAME.ITEM, FRAME.END, FRAME.CREDIT].sort(),
  )
  for (const type of ['chat', '~wse:identify', 'response', '__proto__']) expect(isAnswer(type)).toBe(false)
})
