import { beforeEach, describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import { Bench, begun, type Line, PingedOwner, PingingOwner } from './session.test-helper.js'

let bench: Bench
let line: Line

beforeEach(() => {
  bench = begun(true)
  line = bench.bound()
})

function take(count: number, frame = '["a"]', on: Line = line): void {
  for (let i = 0; i < count; i++) on.transport.receive(frame)
}

describe('what was taken is acknowledged', () => {
  it('with the 64th frame, before that frame has an effect', () => {
    take(63)
    expect(line.wrote).toEqual([])
    bench.owner.onReceive = () => expect(line.wrote).toEqual([[FRAME.ACK, 64]])
    take(1)
    expect(line.wrote).toEqual([[FRAME.ACK, 64]])
    take(64)
    expect(line.wrote.at(-1)).toEqual([FRAME.ACK, 128])
  })

  it('after 32 KiB, however few frames that were', () => {
    const frame = JSON.stringify(['a', 'x'.repeat(16_384 - 8)])
    take(1, frame)
    expect([frame.length, line.wrote]).toEqual([16_384, []])
    take(1, frame)
    expect(line.wrote).toEqual([[FRAME.ACK, 2]])
    take(1, frame)
    expect(line.wrote).toHaveLength(1)
    take(1, frame)
    expect(line.wrote).toHaveLength(2)
  })

  it('counts those bytes on each link by itself', () => {
    take(1, JSON.stringify(['a', 'x'.repeat(30_000)]))
    bench.session.release()
    const next = bench.bound()
    take(1, JSON.stringify(['a', 'x'.repeat(10_000)]), next)
    expect(next.wrote).toEqual([])
  })

  it('also of frames that were held for a turn: they owed their acknowledgement for a second', () => {
    const fresh = begun(true)
    const late = fresh.bound()
    fresh.session.link?.holdThisTurn()
    take(3, JSON.stringify(['a', 'x'.repeat(20_000)]), late)
    expect([fresh.owner.got.length, late.wrote]).toEqual([0, []])
    fresh.clock.advance(0)
    expect([fresh.owner.got.length, late.wrote]).toEqual([3, [[FRAME.ACK, 2]]])
  })

  it('else within a second, once', () => {
    take(3)
    bench.clock.advance(999)
    expect(line.wrote).toEqual([])
    bench.clock.advance(1)
    expect(line.wrote).toEqual([[FRAME.ACK, 3]])
    bench.clock.advance(60_000)
    expect([line.wrote.length, bench.clock.armed]).toEqual([1, 0])
  })

  it('never by what does not count', () => {
    take(100, '["~wse:volatile",["c"]]')
    take(1, JSON.stringify([FRAME.VOLATILE, ['c', 'x'.repeat(40_000)]]))
    bench.clock.advance(2_000)
    expect([line.wrote, bench.clock.set]).toEqual([[], 0])
  })

  it('by a ping too, so that nothing is owed any more', () => {
    take(3)
    bench.session.ping(41)
    bench.clock.advance(2_000)
    expect(line.wrote).toEqual([[FRAME.PING, { sent: 0, received: 3, rtt: 41 }]])
  })

  it('when that is asked for, owed or not', () => {
    bench.session.acknowledge()
    expect(line.wrote).toEqual([])
    bench.session.confirm()
    take(1)
    bench.session.acknowledge()
    expect(line.wrote).toEqual([
      [FRAME.ACK, 0],
      [FRAME.ACK, 1],
    ])
  })

  it('not in a session that ends with its link, which counts all the same', () => {
    const other = begun(false)
    const on = other.bound()
    take(200, '["a"]', on)
    other.clock.advance(2_000)
    expect([on.wrote, other.session.ledger.received, other.clock.set]).toEqual([[], 200, 0])
  })

  it.each([
    ['lost', () => line.transport.closed(1006, '')],
    ['ended here', () => line.link.terminate()],
    ['let go of', () => bench.session.release()],
    ['that of a session that ended', () => bench.session.end()],
  ])('to nobody where the link was %s, and no timer is left', (_, end) => {
    take(3)
    expect(bench.clock.armed).toBe(1)
    end()
    expect([bench.clock.armed, bench.acks.size]).toEqual([0, 0])
    bench.session.acknowledge()
    bench.session.confirm()
    expect(line.wrote).toEqual([])
  })

  it('no timer is left where the link is closed while a frame is handled', () => {
    bench.owner.onReceive = () => line.link.close(1000, '')
    take(2)
    expect([bench.session.ledger.received, bench.acks.size, bench.clock.armed]).toEqual([1, 0, 1])
    // The timer left is that of the close.
    line.transport.closed(1000, '')
    expect(bench.clock.armed).toBe(0)
  })
})

describe('an acknowledgement from the other end', () => {
  beforeEach(() => {
    for (let i = 1; i <= 4; i++) bench.session.write('a', i)
  })

  it('makes room, and is told even if it says nothing new', () => {
    for (const position of [0, 2, 2, 4]) line.transport.receive(JSON.stringify([FRAME.ACK, position]))
    expect([bench.session.ledger.kept, bench.session.bytes]).toEqual([0, 0])
    expect(bench.owner.told).toEqual(Array(4).fill(['acknowledged']))
  })

  it.each([1, 5])('of %i after one of 2 closes with 4006', (position) => {
    line.transport.receive('["~wse:ack",2]')
    line.transport.receive(JSON.stringify([FRAME.ACK, position]))
    expect(line.transport.closes).toEqual([[4006, 'wse.desync']])
    expect(bench.owner.told).toEqual([['acknowledged'], ['lost', 4006, 'wse.desync']])
  })
})

describe('a ping', () => {
  let pinged: Bench<PingedOwner>
  let on: Line

  beforeEach(() => {
    pinged = new Bench(new PingedOwner())
    pinged.session.begin(true)
    on = pinged.bound()
    pinged.session.write('a', 1)
    pinged.session.write('b', 2)
    on.transport.receive('["c"]')
    on.transport.receive('["~wse:ack",1]')
    pinged.owner.told.length = 0
    on.transport.sent.length = 0
  })

  it.each([
    [{ sent: 1, received: 2 }, null],
    [{ sent: 1, received: 1, rtt: 41 }, 41],
    [{ sent: 1, received: 1, rtt: 0 }, 0],
  ])('of %o is answered with both positions', (ping, rtt) => {
    on.transport.receive(JSON.stringify([FRAME.PING, ping]))
    expect(on.wrote).toEqual([[FRAME.PONG, { sent: 2, received: 1 }]])
    expect(pinged.owner.told).toEqual([['acknowledged'], ['pinged', rtt]])
    expect(pinged.session.ledger.acknowledged).toBe(ping.received)
    pinged.clock.advance(5_000)
    expect([on.wrote.length, pinged.clock.armed]).toEqual([1, 0])
  })

  it.each([
    { sent: 0, received: 1 },
    { sent: 2, received: 1 },
    { sent: 1, received: 0 },
    { sent: 1, received: 3 },
  ])('of %o disagrees, closes with 4006 and is not answered', (ping) => {
    on.transport.receive(JSON.stringify([FRAME.PING, ping]))
    expect([on.wrote, on.transport.closes]).toEqual([[], [[4006, 'wse.desync']]])
    expect(pinged.owner.told).toEqual([['lost', 4006, 'wse.desync']])
  })

  it.each([null, { sent: 1 }, { sent: -1, received: 1 }, { sent: 1, received: 1, rtt: -1 }])(
    'of %o is malformed',
    (ping) => {
      on.transport.receive(JSON.stringify([FRAME.PING, ping]))
      expect(on.transport.closes).toEqual([[4500, 'wse.protocol-error']])
    },
  )
})

describe('a pong', () => {
  it.each([
    ['agrees', { sent: 1, received: 2 }, [['acknowledged'], ['ponged']], []],
    ['says more than was sent', { sent: 1, received: 3 }, [['lost', 4006, 'wse.desync']], [[4006, 'wse.desync']]],
    ['sent what was not taken', { sent: 2, received: 2 }, [['lost', 4006, 'wse.desync']], [[4006, 'wse.desync']]],
  ])('%s', (_, pong, told, closes) => {
    const pinging = new Bench(new PingingOwner())
    pinging.session.begin(true)
    const { transport } = pinging.bound()
    pinging.session.write('a', 1)
    pinging.session.write('b', 2)
    transport.receive('["c"]')
    transport.receive(JSON.stringify([FRAME.PONG, pong]))
    expect([pinging.owner.told, transport.closes]).toEqual([told, closes])
  })

  it('below the protocol is told as well', () => {
    const pinging = new Bench(new PingingOwner())
    const { link } = pinging.bound(0, 4)
    link.ping()
    link.transport.onPong?.()
    expect(pinging.owner.told).toEqual([['ponged']])
  })
})
