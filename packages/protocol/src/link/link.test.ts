import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { protocolObjectCodec } from '../codec/protocol-object.js'
import type { WseError } from '../error/wse-error.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import { type Envelope, Malformed } from '../frames/envelope.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { Link, type LinkOwner } from './link.js'

let clock: FakeClock
let transport: FakeTransport
let link: Link
let events: unknown[][]

const owner: LinkOwner = {
  receive: (type, payload, stamp) => {
    if (payload === 'malformed') throw new Malformed('by the owner')
    if (payload === 'fails') throw new Error('a fault of ours')
    events.push(['receive', type, payload, stamp])
  },
  ended: (code, reason) => events.push(['ended', code, reason]),
  failed: (error: WseError) => events.push(['failed', error.code]),
  congested: (unsent) => events.push(['congested', unsent]),
}

beforeEach(() => {
  clock = new FakeClock()
  transport = new FakeTransport()
  events = []
  link = make(transport)
})

function make(on: FakeTransport, limits: Partial<typeof LINK_LIMITS> = {}): Link {
  return new Link(on, { codec: jsonCodec, clock, limits: { ...LINK_LIMITS, ...limits } }, owner)
}

const VIOLATION = [
  ['failed', 'wse.server.protocol-violation'],
  ['ended', 4500, 'wse.protocol-error'],
]

describe('receiving', () => {
  it('gives envelopes to the owner of the moment', () => {
    transport.receive('["chat",1]')
    const later: unknown[] = []
    link.handOver({ ...owner, receive: (type) => later.push(type) })
    transport.receive('["add",1,3]')
    expect(events).toEqual([['receive', 'chat', 1, undefined]])
    expect(later).toEqual(['add'])
  })

  it.each([
    ['not JSON', '{nope'],
    ['bytes that are no frame', new Uint8Array([1])],
    ['a link frame in a batch', '[["a"],["~wse:ack",1]]'],
  ])('closes with 4500, once, for %s', (_, frame) => {
    transport.receive(frame)
    transport.receive(frame)
    transport.receive('["chat",1]')
    expect(events.filter(([what]) => what !== 'receive')).toEqual(VIOLATION)
    expect(events.some(([, type]) => type === 'chat')).toBe(false)
    expect(transport.closes).toEqual([[4500, 'wse.protocol-error']])
  })

  it('closes with 4500 for what its owner finds malformed', () => {
    transport.receive('["a","malformed"]')
    expect(events).toEqual(VIOLATION)
  })

  it('goes on after a fault of ours', () => {
    transport.receive('["a","fails"]')
    transport.receive('["b",1]')
    expect(events).toEqual([
      ['failed', 'wse.server.msg-processing-error'],
      ['receive', 'b', 1, undefined],
    ])
    expect(transport.closes).toEqual([])
  })

  it('takes a frame of exactly the limit and none above, in bytes', () => {
    link.inboundBytes = 10
    transport.receive('["aé",12]') // 10 bytes in 9 characters
    expect(events).toHaveLength(1)
    transport.receive('["aé",123]')
    expect(events.slice(1)).toEqual(VIOLATION)
  })

  it('judges binary frames by the same limit', () => {
    link.inboundBytes = 10
    transport.receive(new Uint8Array(11))
    expect(events).toEqual(VIOLATION)
  })

  it('counts what it received', () => {
    transport.receive('["chat",1]')
    transport.receive(jsonCodec.encode('b', new Uint8Array(3), 1, LINK_LIMITS))
    expect(link.bytesIn).toBeGreaterThan(20)
  })

  it('tells of a transport that failed', () => {
    transport.onError?.(new Error('reset'))
    expect(events).toEqual([['failed', 'wse.server.connection-error']])
  })
})

describe('sending', () => {
  it('encodes and writes', () => {
    expect(link.send('chat', { a: 1 })).toBe('sent')
    expect(link.send('add', 1, 3)).toBe('sent')
    expect(transport.sent).toEqual(['["chat",{"a":1}]', '["add",1,3]'])
  })

  it('refuses a frame larger than the other end takes, and writes nothing', () => {
    link.outboundBytes = 10
    expect(link.send('aé', 12)).toBe('sent')
    expect(() => link.send('aé', 123)).toThrow(
      expect.objectContaining({ code: 'wse.too-large', details: { limit: 10 } }),
    )
    expect(() => link.send('b', new Uint8Array(20), 1)).toThrow(expect.objectContaining({ code: 'wse.too-large' }))
    expect(transport.sent).toHaveLength(1)
  })

  it('refuses bytes where the other end or the codec has none', () => {
    link.version = 4
    expect(() => link.send('a', new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'wse.not-supported' }))
    const types = { hi: 1, challenge: 2, welcome: 3, call: 4, response: 5, response_error: 6 }
    const object = { name: 'p', internal_types: types, pack: () => '', unpack: () => ['a'] as const }
    const plain = new Link(
      new FakeTransport(),
      { codec: protocolObjectCodec(object, (x) => x), clock, limits: LINK_LIMITS },
      owner,
    )
    expect(() => plain.send('a', new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'wse.not-supported' }))
    expect([link.takesBytes, plain.takesBytes]).toEqual([false, false])
  })

  it.each(['connecting', 'closing', 'closed'] as const)('drops while the transport is %s', (state) => {
    transport.state = state
    expect(link.send('a', 1)).toBe('dropped')
    expect(link.write('["a"]')).toBe('dropped')
    expect(link.open).toBe(false)
  })

  it('says queued beyond the high-water mark, and tells its owner', () => {
    transport.bufferedAmount = LINK_LIMITS.highWaterBytes
    expect(link.send('a', 1)).toBe('sent')
    transport.bufferedAmount++
    expect(link.send('a', 2)).toBe('queued')
    expect(events).toEqual([['congested', LINK_LIMITS.highWaterBytes + 1]])
    expect(transport.sent).toHaveLength(2)
  })

  it('drops what is volatile beyond it, and only that', () => {
    transport.bufferedAmount = LINK_LIMITS.highWaterBytes + 1
    expect(link.send('a', 1, undefined, { volatile: true })).toBe('dropped')
    expect(transport.sent).toEqual([])
    transport.bufferedAmount = 0
    expect(link.send('a', 1, undefined, { volatile: true })).toBe('sent')
  })
})

describe('holding', () => {
  it('keeps what arrives in this turn for the next, in order, after what came early', () => {
    const early: Envelope[] = [
      ['early', 1],
      ['early', 2, 'x'],
    ]
    link.holdThisTurn(early)
    transport.receive('["now",1]')
    transport.receive('[["now",2],["now",3]]')
    expect([events, link.held]).toEqual([[], 5])
    clock.advance(0)
    expect(events.map(([, type, payload]) => [type, payload])).toEqual([
      ['early', 1],
      ['early', 2],
      ['now', 1],
      ['now', 2],
      ['now', 3],
    ])
    expect([link.held, clock.armed]).toEqual([0, 0])
    transport.receive('["live",1]')
    expect(events).toHaveLength(6)
  })

  it('delivers nothing more once something held was malformed', () => {
    link.holdThisTurn()
    for (const frame of ['["a",1]', '["a","malformed"]', '["a",3]']) transport.receive(frame)
    clock.advance(0)
    expect(events).toEqual([['receive', 'a', 1, undefined], ...VIOLATION])
  })

  it('goes on when something held makes our own code fail', () => {
    link.holdThisTurn()
    for (const frame of ['["a","fails"]', '["a",2]']) transport.receive(frame)
    clock.advance(0)
    expect(events).toEqual([
      ['failed', 'wse.server.msg-processing-error'],
      ['receive', 'a', 2, undefined],
    ])
  })

  it('comes before the end, where the other end closed after it had sent', () => {
    link.holdThisTurn([['early', 1]])
    transport.receive('["now",2]')
    transport.closed(1000, 'bye')
    clock.advance(0)
    expect(events.map(([what, detail]) => [what, detail])).toEqual([
      ['receive', 'early'],
      ['receive', 'now'],
      ['ended', 1000],
    ])
    expect(clock.armed).toBe(0)
  })

  it('ends with the link when that is closed from here, and leaves no timer', () => {
    link.holdThisTurn([['early', 1]])
    link.terminate()
    clock.advance(10)
    expect(events).toEqual([['ended', 1006, '']])
    expect(clock.armed).toBe(0)
  })
})
