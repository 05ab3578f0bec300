import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FRAME } from '../codes/tables.js'
import { COUNTED_FRAMES, RESERVED_CALLS } from '../frames/names.js'
import type { Payload } from '../frames/payload.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { type Bench, begun, type Line } from './session.test-helper.js'

let bench: Bench
let line: Line

beforeEach(() => {
  bench = begun(true)
  line = bench.bound()
})

const EVENT = { topic: 'room', event: 'said' }

/** A frame of every name, and whether its stamp is one. */
const FRAMES: Record<keyof typeof FRAME, [payload: Payload, stamp?: number]> = {
  HI: [{}],
  CHALLENGE: [1],
  SESSION: [{}],
  WELCOME: [{}],
  ACK: [0],
  PING: [{ sent: 0, received: 0 }],
  PONG: [{ sent: 0, received: 0 }],
  GOAWAY: [{ reason: 'wse.restart' }],
  EXPIRING: [{ in: 1 }],
  VOLATILE: [['cursor', 1]],
  EVENT: [EVENT],
  MEMBERS: [{ topic: 'room' }],
  CALL: [{ name: 'add' }, 7],
  RESPONSE: [3, 7],
  RESPONSE_ERR: [{ code: 'x' }, 7],
  ITEM: [1, 7],
  END: [null, 7],
  CREDIT: [1, 7],
  CANCEL: ['timeout', 7],
}
const NAMES = Object.entries(FRAME) as [keyof typeof FRAME, string][]

describe('a frame that arrives', () => {
  it.each(NAMES)('%s counts if the closed list has it', (name, type) => {
    line.transport.receive(JSON.stringify([type, ...FRAMES[name]]))
    const counts = COUNTED_FRAMES.includes(type)
    expect(bench.session.ledger.received).toBe(counts ? 1 : 0)
    const passes = counts || type === FRAME.VOLATILE || type === FRAME.MEMBERS
    expect(bench.owner.got.length).toBe(passes ? 1 : 0)
    expect(line.transport.closes).toEqual([])
  })

  it.each(NAMES.filter(([name]) => ['GOAWAY', 'EXPIRING', 'HI', 'PING', 'PONG'].includes(name)))(
    '%s, of the link, is for the end it belongs to, if it is not for the session',
    (name, type) => {
      line.transport.receive(JSON.stringify([type, ...FRAMES[name]]))
      expect(bench.owner.told).toEqual([['notice', type, FRAMES[name][0]]])
    },
  )

  it.each([
    ['a message', '["chat",1]'],
    ['a message without a payload', '["chat"]'],
    ['a message with a stamp that is none', '["chat",1,null]'],
    ['a message of a name that is a trap', '["__proto__",1]'],
    ['a call', '["add",1,7]'],
    ['a call of WSE 4', '["add",1,"abc"]'],
  ])('%s counts', (_, frame) => {
    line.transport.receive(frame)
    expect([bench.session.ledger.received, bench.owner.got.length]).toEqual([1, 1])
  })

  it.each(RESERVED_CALLS)('the reserved call %s counts like any call', (name) => {
    line.transport.receive(JSON.stringify([name, {}, 7]))
    expect([bench.session.ledger.received, bench.owner.got]).toEqual([1, [[name, {}, 7]]])
  })

  it('a link frame whose stamp is none is a link frame', () => {
    line.transport.receive('["~wse:ack",0,null]')
    line.transport.receive('["~wse:volatile",["cursor",1],0]')
    expect([bench.session.ledger.received, bench.owner.told]).toEqual([0, [['acknowledged']]])
  })

  it('an event counts unless its topic has a history, or it is volatile', () => {
    line.transport.receive(JSON.stringify([FRAME.EVENT, EVENT]))
    line.transport.receive(JSON.stringify([FRAME.EVENT, { ...EVENT, offset: 0 }]))
    line.transport.receive(JSON.stringify([FRAME.EVENT, { ...EVENT, offset: 17 }]))
    line.transport.receive(JSON.stringify([FRAME.EVENT, { ...EVENT, volatile: true }]))
    expect([bench.session.ledger.received, bench.owner.got.length]).toEqual([1, 4])
  })

  it.each([
    ['an event', '["~wse:event",{"topic":"room"}]'],
    ['an offset', '["~wse:event",{"topic":"room","event":"said","offset":-1}]'],
    ['an acknowledgement', '["~wse:ack","1"]'],
    ['an acknowledgement below 0', '["~wse:ack",-1]'],
  ])('%s of the wrong form does not count, and closes with 4500', (_, frame) => {
    line.transport.receive(frame)
    expect(bench.session.ledger.received).toBe(0)
    expect(line.transport.closes).toEqual([[4500, 'wse.protocol-error']])
  })

  it('counts before it has an effect', () => {
    const counted: number[] = []
    bench.owner.onReceive = () => counted.push(bench.session.ledger.received)
    line.transport.receive('["a"]')
    line.transport.receive('["b",1,7]')
    expect(counted).toEqual([1, 2])
  })

  it('counts though its handling fails', () => {
    bench.owner.onReceive = () => {
      throw new Error('a fault of ours')
    }
    line.transport.receive('["a"]')
    expect([bench.session.ledger.received, line.link.open]).toEqual([1, true])
  })

  it('counts as many as a batch holds', () => {
    line.transport.receive('[["a"],["~wse:volatile",["c"]],["b",1,7]]')
    expect([bench.session.ledger.received, bench.owner.got.length]).toEqual([2, 3])
  })

  it('of bytes counts like any', () => {
    line.transport.receive(jsonCodec.encode('blob', new Uint8Array([1, 2]), undefined, LINK_LIMITS))
    line.transport.receive(jsonCodec.encode(FRAME.VOLATILE, ['blob', new Uint8Array(0)], undefined, LINK_LIMITS))
    expect(bench.session.ledger.received).toBe(1)
    expect(bench.owner.got.map(([, payload]) => payload)).toEqual([new Uint8Array([1, 2]), ['blob', new Uint8Array(0)]])
  })

  it('of a link let go of has no effect', () => {
    bench.session.release()
    line.transport.receive('["a"]')
    expect([bench.session.ledger.received, bench.owner.got]).toEqual([0, []])
  })
})

describe('a frame that is sent', () => {
  it('counts and is kept, but for what is volatile', () => {
    const { session } = bench
    expect([session.write('a', 1), session.write('add', 1, 7), session.write(FRAME.RESPONSE, 1, 2)]).toEqual(
      Array(3).fill('sent'),
    )
    expect(session.write(FRAME.VOLATILE, ['c', 1], undefined, { volatile: true })).toBe('sent')
    expect([session.ledger.sent, session.ledger.kept, line.wrote.length]).toEqual([3, 3, 4])
  })

  it('does not count if it is about the link', () => {
    const { session } = bench
    session.ping(undefined)
    session.confirm()
    expect([session.ledger.sent, line.wrote]).toEqual([
      0,
      [
        [FRAME.PING, { sent: 0, received: 0 }],
        [FRAME.ACK, 0],
      ],
    ])
  })

  it('does not count if it cannot be encoded', () => {
    line.link.outboundBytes = 10
    for (const payload of [1n, 'x'.repeat(10)]) expect(() => bench.session.write('a', payload)).toThrow()
    expect([bench.session.ledger.sent, line.wrote]).toEqual([0, []])
  })

  it('counts behind others on a congested link, where volatile ones are dropped', () => {
    line.transport.bufferedAmount = LINK_LIMITS.highWaterBytes + 1
    expect(bench.session.write('a', 1)).toBe('queued')
    expect(bench.session.write(FRAME.VOLATILE, ['c', 1], undefined, { volatile: true })).toBe('dropped')
    expect([bench.session.ledger.sent, line.wrote]).toEqual([1, [['a', 1]]])
  })

  it('that others share counts like any, and is the same object', () => {
    const data = '["news",1]'
    expect(bench.session.writeShared('news', { data })).toBe('sent')
    expect([bench.session.ledger.sent, bench.session.ledger.after(0)]).toEqual([1, [data]])
    line.link.outboundBytes = 5
    expect([bench.session.writeShared('news', { data }), bench.session.ledger.sent]).toEqual(['dropped', 1])
  })
})

describe('with a WSE 4 peer', () => {
  it('nothing is counted, kept or acknowledged', () => {
    const old = begun(false)
    const { transport } = old.bound(0, 4)
    expect([old.session.write('a', 1), old.session.writeShared('b', { data: '["b"]' })]).toEqual(['sent', 'sent'])
    for (let i = 0; i < 70; i++) transport.receive('["c",1,null]')
    const { sent, received, kept } = old.session.ledger
    expect([sent, received, kept, old.owner.got.length]).toEqual([0, 0, 0, 70])
    expect(old.clock.set).toBe(0)
    expect(transport.sent).toEqual(['["a",1]', '["b"]'])
  })

  it('frames of version 5 are the end’s to judge', () => {
    const old = begun(false)
    old.bound(0, 4).transport.receive('["~wse:ack",5]')
    expect([old.owner.got, old.owner.told]).toEqual([[['~wse:ack', 5]], []])
  })
})
