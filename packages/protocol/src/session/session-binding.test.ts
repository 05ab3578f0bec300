import { describe, expect, it } from 'vitest'
import { FRAME } from '../codes/tables.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { type Bench, begun, type Line } from './session.test-helper.js'

const CONGESTED = LINK_LIMITS.highWaterBytes + 1

/** A session that keeps, had a link, sent `sent` messages on it and lost it. */
function lostAfter(sent: number): Bench {
  const bench = begun(true)
  const { transport } = bench.bound()
  for (let i = 1; i <= sent; i++) bench.session.write('m', i)
  transport.closed(1006, '')
  return bench
}

const payloads = ({ wrote }: Line) => wrote.map((frame) => (frame as unknown[])[1])

describe('on its first link', () => {
  it('what waited goes in order, gets its positions, and waits no longer', () => {
    const bench = begun(true)
    for (const i of [1, 2, 3]) expect(bench.session.write('m', i)).toBe('queued')
    expect([bench.session.queued, bench.session.ledger.sent, bench.session.lastLink]).toEqual([3, 0, null])
    const line = bench.bound()
    expect(payloads(line)).toEqual([1, 2, 3])
    expect([bench.session.queued, bench.session.ledger.sent, bench.session.ledger.kept]).toEqual([0, 3, 3])
    expect([bench.session.link, bench.session.lastLink]).toEqual([line.link, line.link])
  })

  it('what was carried from a session before comes first', () => {
    const [bench, before] = [begun(true), lostAfter(2)]
    bench.session.write('m', 3)
    bench.session.carry(before.session.remains(0).unsent)
    expect(payloads(bench.bound())).toEqual([1, 2, 3])
  })

  it('the link belongs to the session', () => {
    const bench = begun(false)
    const { transport } = bench.bound()
    transport.receive('["a",1]')
    transport.onError?.(new Error('reset'))
    transport.closed(1001, 'gone')
    expect(bench.owner.got).toEqual([['a', 1]])
    expect(bench.owner.told).toEqual([
      ['failed', 'wse.server.connection-error'],
      ['lost', 1001, 'gone'],
    ])
    expect([bench.session.link, bench.session.lastLink?.ended]).toEqual([null, true])
  })
})

describe('on its next link', () => {
  it('what the other end has not taken goes first, then what waited, then what is new', () => {
    const bench = lostAfter(3)
    bench.session.write('m', 4)
    const line = bench.bound(1)
    bench.session.write('m', 5)
    expect(payloads(line)).toEqual([2, 3, 4, 5])
    expect([bench.session.ledger.sent, bench.session.ledger.acknowledged, bench.session.ledger.first]).toEqual([
      5, 1, 2,
    ])
  })

  it('what was sent again is kept until it is acknowledged, and has its position once', () => {
    const bench = lostAfter(2)
    bench.bound(0).transport.closed(1006, '')
    const line = bench.bound(1)
    expect(payloads(line)).toEqual([2])
    line.transport.receive('["~wse:ack",2]')
    expect([bench.session.ledger.sent, bench.session.ledger.kept]).toEqual([2, 0])
  })

  it('bytes are sent again as they were', () => {
    const bench = begun(true)
    const first = bench.bound()
    bench.session.write('blob', new Uint8Array([1, 2]))
    bench.session.write(FRAME.RESPONSE, new Uint8Array(0), 2)
    first.transport.closed(1006, '')
    expect(bench.bound().transport.sent).toEqual(first.transport.sent)
  })

  it('what is volatile is not sent again', () => {
    const bench = lostAfter(0)
    const { transport } = bench.bound()
    bench.session.write(FRAME.VOLATILE, ['c', 1], undefined, { volatile: true })
    transport.closed(1006, '')
    expect(bench.session.write(FRAME.VOLATILE, ['c', 2], undefined, { volatile: true })).toBe('dropped')
    expect(bench.bound().wrote).toEqual([])
  })

  it('an older link has no effect any more', () => {
    const bench = begun(true)
    const old = bench.bound()
    expect(bench.session.release()).toBe(old.link)
    expect(bench.session.release()).toBeNull()
    const line = bench.bound()
    old.transport.receive('["a"]')
    old.transport.closed(1006, '')
    expect([bench.owner.got, bench.owner.told, bench.session.link]).toEqual([[], [], line.link])
  })

  it('a new account forgets what was sent', () => {
    const bench = lostAfter(3)
    bench.session.begin(true)
    expect(bench.bound().wrote).toEqual([])
    expect(bench.session.ledger.sent).toBe(0)
  })
})

describe('what waited and cannot go on the link that came', () => {
  it('is refused, and what is around it goes', () => {
    const bench = begun(true)
    bench.session.write('m', 1)
    bench.session.write('blob', new Uint8Array(3), 7)
    bench.session.write('large', 'x'.repeat(100))
    bench.session.write('m', 2)
    const line = bench.line(4)
    line.link.outboundBytes = 50
    bench.session.bind(line.link, 0)
    expect(payloads(line)).toEqual([1, 2])
    expect(bench.owner.told).toEqual([
      ['refused', 'blob', 'wse.not-supported', { certainty: 'not-sent' }],
      ['refused', 'large', 'wse.too-large', { limit: 50, certainty: 'not-sent' }],
    ])
  })

  it('gets no position', () => {
    const bench = begun(true)
    bench.session.write('large', 'x'.repeat(100))
    bench.session.write('m', 2)
    const line = bench.line()
    line.link.outboundBytes = 50
    bench.session.bind(line.link, 0)
    expect([bench.session.ledger.sent, bench.session.ledger.after(0)]).toEqual([1, ['["m",2]']])
  })

  it('may make its owner close the link: what is behind it goes on waiting', () => {
    const bench = begun(true)
    bench.session.write('large', 'x'.repeat(100))
    bench.session.write('m', 2)
    const line = bench.line()
    line.link.outboundBytes = 50
    bench.owner.onRefused = () => line.link.close(1000, '')
    bench.session.bind(line.link, 0)
    expect([line.wrote, bench.session.queued, bench.session.link]).toEqual([[], 1, null])
    expect(payloads(bench.bound())).toEqual([2])
  })
})

describe('where its owner acts while frames are sent', () => {
  it('a link closed in the midst of a replay loses nothing and repeats nothing', () => {
    const bench = lostAfter(4)
    bench.session.write('m', 5)
    const line = bench.line()
    line.transport.bufferedAmount = CONGESTED
    bench.owner.onCongested = () => line.wrote.length === 2 && line.link.close(4002, '')
    bench.session.bind(line.link, 1)
    expect([payloads(line), bench.session.queued, bench.session.ledger.sent]).toEqual([[2, 3], 1, 4])
    expect(bench.owner.told.at(-1)).toEqual(['lost', 4002, ''])
    expect(payloads(bench.bound(3))).toEqual([4, 5])
  })

  it('a link closed while what waited is sent, likewise', () => {
    const bench = begun(true)
    for (const i of [1, 2, 3]) bench.session.write('m', i)
    const line = bench.line()
    line.transport.bufferedAmount = CONGESTED
    bench.owner.onCongested = () => line.wrote.length === 2 && line.link.close(4002, '')
    bench.session.bind(line.link, 0)
    expect([payloads(line), bench.session.queued, bench.session.ledger.sent]).toEqual([[1, 2], 1, 2])
    expect(payloads(bench.bound(1))).toEqual([2, 3])
  })

  it('a link let go of and another bound in the midst of it take turns, not each other’s frames', () => {
    const bench = begun(true)
    for (const i of [1, 2, 3]) bench.session.write('m', i)
    const [first, next] = [bench.line(), bench.line()]
    first.transport.bufferedAmount = CONGESTED
    bench.owner.onCongested = () => {
      bench.session.release()
      bench.session.bind(next.link, 1)
    }
    bench.session.bind(first.link, 0)
    expect([payloads(first), payloads(next), bench.session.ledger.sent]).toEqual([[1], [2, 3], 3])
  })

  it('a session ended in the midst of it sends nothing more', () => {
    const bench = begun(true)
    for (const i of [1, 2, 3]) bench.session.write('m', i)
    const line = bench.line()
    line.transport.bufferedAmount = CONGESTED
    bench.owner.onCongested = () => bench.session.end()
    bench.session.bind(line.link, 0)
    expect([payloads(line), bench.session.queued, bench.session.bytes]).toEqual([[1], 0, 0])
  })

  it('what it sends where a frame is refused comes after all that waited before it (P-42)', () => {
    const bench = begun(true)
    bench.session.write('large', 'x'.repeat(100))
    bench.session.write('m', 1)
    bench.session.write('m', 2)
    const line = bench.line()
    line.link.outboundBytes = 50
    bench.owner.onRefused = () => bench.session.write('m', 'new')
    bench.session.bind(line.link, 0)
    expect(payloads(line)).toEqual([1, 2, 'new'])
  })

  it('what it sends in the midst of a replay comes after what is sent again (P-57)', () => {
    const bench = lostAfter(3)
    const line = bench.line()
    line.transport.bufferedAmount = CONGESTED
    bench.owner.onCongested = () => {
      bench.owner.onCongested = () => {}
      bench.session.write('m', 'new')
    }
    bench.session.bind(line.link, 0)
    expect(payloads(line)).toEqual([1, 2, 3, 'new'])
    expect(bench.session.ledger.after(0)).toEqual(line.transport.sent)
  })
})
