import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FRAME } from '../codes/tables.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { type Bench, begun } from './session.test-helper.js'

const full = (bounds: { bytes: number; frames: number }) =>
  expect.objectContaining({ code: 'wse.queue-full', details: { certainty: 'not-sent', ...bounds } })

describe('without a link', () => {
  it('a session that had none yet queues, whether it will survive links or not', () => {
    for (const keeps of [true, false]) expect(begun(keeps).session.write('a', 1)).toBe('queued')
  })

  it('one that survives goes on queueing, any other drops', () => {
    for (const [keeps, result] of [
      [true, 'queued'],
      [false, 'dropped'],
    ] as const) {
      const bench = begun(keeps)
      bench.bound().transport.closed(1006, '')
      expect([bench.session.write('a', 1), bench.session.queued]).toEqual([result, keeps ? 1 : 0])
      expect(bench.session.writeShared('b', { data: '["b"]' })).toBe(result)
    }
  })

  it.each([
    [true, 'queued', 1],
    [false, 'dropped', 0],
  ])('a link that is closing takes nothing: keeps %s', (keeps, result, queued) => {
    const bench = begun(keeps)
    const line = bench.bound()
    line.transport.state = 'closing'
    expect([bench.session.write('a', 1), bench.session.queued]).toEqual([result, queued])
    expect([bench.session.writeShared('a', { data: '["a"]' }), line.wrote]).toEqual([result, []])
  })

  it('what is volatile is dropped', () => {
    const { session } = begun(true)
    expect(session.write(FRAME.VOLATILE, ['a'], undefined, { volatile: true })).toBe('dropped')
    expect(session.writeShared(FRAME.VOLATILE, { data: '["~wse:volatile",["a"]]' }, { volatile: true })).toBe('dropped')
    expect(session.queued).toBe(0)
  })

  it('what cannot be encoded is told at once, and does not wait', () => {
    const bench = begun(true)
    expect(() => bench.session.write('a', 1n)).toThrow(expect.objectContaining({ code: 'wse.unserializable' }))
    const { link, transport } = bench.bound()
    link.outboundBytes = 20
    transport.closed(1006, '')
    expect(() => bench.session.write('a', 'x'.repeat(20))).toThrow(expect.objectContaining({ code: 'wse.too-large' }))
    expect(bench.session.writeShared('a', { data: `["a","${'x'.repeat(20)}"]` })).toBe('dropped')
    expect(bench.session.queued).toBe(0)
  })

  it('bytes wait if the last peer took them, or the protocol does', () => {
    const bytes = new Uint8Array([1])
    expect(begun(true).session.write('a', bytes)).toBe('queued')
    const plain = begun(true, { codec: { ...jsonCodec, bytes: false } })
    expect(() => plain.session.write('a', bytes)).toThrow(expect.objectContaining({ code: 'wse.not-supported' }))
    expect(plain.session.queued).toBe(0)
  })

  it('a session that ended takes nothing', () => {
    for (const bench of [begun(true), begun(false)]) {
      bench.session.write('a', 1)
      bench.session.end()
      expect([bench.session.write('a', 1), bench.session.writeShared('a', { data: '["a"]' })]).toEqual([
        'dropped',
        'dropped',
      ])
      expect([bench.session.queued, bench.session.bytes]).toEqual([0, 0])
    }
  })
})

describe('a call', () => {
  it('can be taken back while it waits, and is not sent then', () => {
    const bench = begun(true)
    bench.session.write('add', 1, 7)
    bench.session.write('m', 1)
    expect([bench.session.recall(7), bench.session.recall(7), bench.session.queued]).toEqual([true, false, 1])
    expect(bench.bound().wrote).toEqual([['m', 1]])
  })

  it('cannot once it was given to a link, though that was lost', () => {
    const bench = begun(true)
    const { transport } = bench.bound()
    bench.session.write('add', 1, 7)
    expect(bench.session.recall(7)).toBe(false)
    transport.closed(1006, '')
    expect(bench.session.recall(7)).toBe(false)
    expect(bench.bound().wrote).toEqual([['add', 1, 7]])
  })
})

describe('the limits of what waits', () => {
  const bounds = { bytes: 400, frames: 4 }
  const refuseBeyond = { bytes: 300, frames: 3 }
  const client = (): Bench => begun(true, { bounds, refuseBeyond })
  const answers = [FRAME.RESPONSE, FRAME.RESPONSE_ERR, FRAME.CANCEL, FRAME.ITEM, FRAME.END, FRAME.CREDIT]

  it('refuse a message or call that is too many, and count none of it', () => {
    const { session, owner } = client()
    for (const i of [1, 2, 3]) session.write('m', i)
    expect(() => session.write('m', 4)).toThrow(full(bounds))
    expect(() => session.write('add', 4, 7)).toThrow(full(bounds))
    expect(() => session.write(FRAME.CALL, { name: 'add' }, 9)).toThrow(full(bounds))
    expect([session.queued, owner.told]).toEqual([3, []])
    expect(session.recall(7)).toBe(false)
  })

  it.each(answers)('leave the last quarter to %s', (type) => {
    const { session, owner } = client()
    for (const i of [1, 2, 3]) session.write('m', i)
    expect([session.write(type, 1, 2), session.queued, owner.told]).toEqual(['queued', 4, []])
  })

  it('end what has no room for an answer, which is among what is left all the same', () => {
    const { session, owner } = client()
    const left: string[] = []
    owner.onExhausted = () => left.push(...session.remains(null).unsent.map(({ type }) => type))
    for (const i of [1, 2, 3]) session.write('m', i)
    session.write(FRAME.RESPONSE, 1, 2)
    expect(session.write(FRAME.RESPONSE, 1, 4)).toBe('dropped')
    expect([owner.told, left, session.queued]).toEqual([[['exhausted']], ['m', 'm', 'm'], 0])
  })

  it('are exact in bytes as well', () => {
    const { session } = client()
    session.write('m', 'x'.repeat(300 - 8))
    expect(session.bytes).toBe(300)
    expect(() => session.write('m', 1)).toThrow(full(bounds))
    expect(session.write(FRAME.RESPONSE, 'x'.repeat(100 - '["~wse:response","",2]'.length), 2)).toBe('queued')
    expect(session.bytes).toBe(400)
    const other = client()
    expect(() => other.session.write('m', 'x'.repeat(301 - 8))).toThrow(full(bounds))
  })

  it('count what is kept to be sent again', () => {
    const bench = client()
    const { transport } = bench.bound()
    for (const i of [1, 2, 3, 4]) expect(bench.session.write('m', i)).toBe('sent')
    transport.receive('["~wse:ack",2]')
    transport.closed(1006, '')
    expect(bench.session.write('m', 5)).toBe('queued')
    expect(() => bench.session.write('m', 6)).toThrow(full(bounds))
  })

  it('are of no account while there is a link, where the oldest is forgotten', () => {
    const bench = client()
    const line = bench.bound()
    for (let i = 1; i <= 9; i++) bench.session.write('m', i)
    expect([bench.session.ledger.kept, bench.session.ledger.first, bench.owner.told]).toEqual([4, 6, []])
    expect(line.wrote).toHaveLength(9)
  })

  it('of a server end the session instead of refusing, and name what was too much', () => {
    const bench = begun(true, { bounds })
    const left: unknown[] = []
    bench.owner.onExhausted = () => left.push(...bench.session.remains(0).unsent.map(({ stamp }) => stamp))
    for (const i of [1, 2, 3, 4]) expect(bench.session.write('m', i)).toBe('queued')
    expect(bench.session.write('add', 5, 6)).toBe('dropped')
    expect([bench.owner.told, left.at(-1), left.length]).toEqual([[['exhausted']], 6, 5])
  })

  it('hold for what others share', () => {
    const bench = begun(true, { bounds })
    for (let i = 0; i < 4; i++) expect(bench.session.writeShared('m', { data: '["m"]' })).toBe('queued')
    expect(bench.session.writeShared('m', { data: '["m"]' })).toBe('dropped')
    expect(bench.owner.told).toEqual([['exhausted']])
  })
})

describe('what an ended session leaves', () => {
  it('is what was not taken and what waited; it begins anew, with nothing', () => {
    const bench = begun(true)
    const { transport } = bench.bound()
    for (const i of [1, 2]) bench.session.write('m', i)
    bench.session.write('add', 3, 7)
    transport.closed(1006, '')
    bench.session.write('m', 4)
    const { unsent, unknown, fate } = bench.session.remains(1)
    expect(unsent.map(({ data }) => data)).toEqual(['["m",2]', '["add",3,7]', '["m",4]'])
    expect([unknown, fate(7), fate(9)]).toEqual([[], 'not-sent', 'delivered'])
    expect([bench.session.queued, bench.session.bytes, bench.session.ledger.sent]).toEqual([0, 0, 0])
    expect(bench.session.remains(null).unsent).toEqual([])
  })

  it('is unknown of a WSE 4 peer, which does not count', () => {
    const bench = begun(false)
    bench.bound(0, 4)
    bench.session.write('add', 3, 'x')
    expect(bench.session.remains(null).fate('x')).toBe('unknown')
  })

  it('goes into the next one before what waits there, within any limit', () => {
    const [before, bench] = [begun(true), begun(true, { bounds: { bytes: 100, frames: 1 } })]
    for (const i of [1, 2]) before.session.write('m', i)
    bench.session.write('m', 3)
    bench.session.carry(before.session.remains(null).unsent)
    expect([bench.session.queued, bench.owner.told]).toEqual([3, []])
    expect(bench.bound().wrote).toEqual([
      ['m', 1],
      ['m', 2],
      ['m', 3],
    ])
  })
})

it('a frame given to a link that dies of it is kept, and is said to be queued', () => {
  const bench = begun(true)
  const { transport } = bench.bound()
  transport.bufferedAmount = LINK_LIMITS.highWaterBytes + 1
  bench.owner.onCongested = () => transport.closed(1006, '')
  expect(bench.session.write('m', 1)).toBe('queued')
  expect(bench.bound().wrote).toEqual([['m', 1]])
  expect(bench.session.ledger.sent).toBe(1)
})
