import { describe, expect, it } from 'vitest'
import { turn } from '../../../testing/src/turn.test-helper.js'
import { WSE_ERROR } from '../codes/tables.js'
import type { Payload } from '../frames/payload.js'
import { InOrder } from './in-order.js'
import { Late, type Read } from './read.js'

/** Messages of one connection, and a schema that is asked when the test says so. */
function setUp() {
  const seen: string[] = []
  const messages = new InOrder({
    message: (type, payload) => seen.push(`${type} ${payload}`),
    refused: (type, thrown) => seen.push(`${type} refused: ${(thrown as { code: string }).code}`),
  })
  const waiting: { resolve(value: Payload): void; reject(error: unknown): void }[] = []
  const late: Read = () => new Late(new Promise((resolve, reject) => waiting.push({ resolve, reject })))
  return { seen, messages, waiting, late }
}

const atOnce: Read = (payload) => payload
const refusing: Read = () => {
  throw { code: 'BAD' }
}

describe('messages of one connection', () => {
  it('are handed on at once where no schema is asynchronous', () => {
    const { seen, messages } = setUp()
    messages.take('a', 1, atOnce)
    messages.take('b', 2, refusing)
    messages.take('c', 3, atOnce)
    expect(seen).toEqual(['a 1', 'b refused: BAD', 'c 3'])
    expect(messages.waiting).toBe(0)
  })

  it('wait behind one whose schema takes its time, refused ones too', async () => {
    const { seen, messages, waiting, late } = setUp()
    messages.take('a', 1, late)
    messages.take('b', 2, atOnce)
    messages.take('c', 3, refusing)
    messages.take('d', 4, late)
    messages.take('e', 5, atOnce)
    await turn()
    expect(seen).toEqual([])
    expect(messages.waiting).toBe(5)

    waiting[1]?.reject({ code: 'LATE' })
    await turn()
    expect(seen).toEqual([])

    waiting[0]?.resolve('one')
    await turn()
    expect(seen).toEqual(['a one', 'b 2', 'c refused: BAD', 'd refused: LATE', 'e 5'])
    expect(messages.waiting).toBe(0)
  })

  it('go on at once when nothing waits any more', async () => {
    const { seen, messages, waiting, late } = setUp()
    messages.take('a', 1, late)
    waiting[0]?.resolve('one')
    await turn()
    messages.take('b', 2, atOnce)
    expect(seen).toEqual(['a one', 'b 2'])
  })

  it('are dropped, and told, where too many wait', async () => {
    const { seen, messages, late } = setUp()
    for (let count = 0; count < 256; count++) messages.take('a', count, late)
    messages.take('b', 1, atOnce)
    expect(seen).toEqual([`b refused: ${WSE_ERROR.QUEUE_FULL}`])
    expect(messages.waiting).toBe(256)
  })

  it('come no more after the end', async () => {
    const { seen, messages, waiting, late } = setUp()
    messages.take('a', 1, late)
    messages.take('b', 2, late)
    messages.end()
    waiting[0]?.resolve('one')
    waiting[1]?.reject({ code: 'LATE' })
    await turn()
    expect(seen).toEqual([])
    expect(messages.waiting).toBe(0)
  })
})
