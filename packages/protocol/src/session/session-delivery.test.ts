import { beforeEach, describe, expect, it } from 'vitest'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { type Bench, begun, type Line } from './session.test-helper.js'

const HIGH = LINK_LIMITS.highWaterBytes

let bench: Bench
let line: Line

beforeEach(() => {
  bench = begun(true)
  line = bench.bound()
})

/** The network takes no more, then all of it. */
function congest(on = line): void {
  on.transport.bufferedAmount = HIGH + 1
}

function drain(on = line): void {
  on.transport.bufferedAmount = 0
  on.transport.onDrain?.()
}

/** What a session says of a state. */
const say = (key: string, n: number) => bench.session.write('at', n, undefined, { latest: key })
const frame = (n: number) => ({ data: `["at",${n}]` })

describe('a message of which the newest counts', () => {
  it('goes its way like any other while there is room', () => {
    expect([say('ann', 1), say('ann', 2)]).toEqual(['sent', 'sent'])
    expect([line.wrote, bench.session.ledger.sent, bench.session.queued]).toEqual([
      [
        ['at', 1],
        ['at', 2],
      ],
      2,
      0,
    ])
  })

  it('is held back on a congested link, without a position, and gives way to a newer one', () => {
    congest()
    expect([say('ann', 1), say('bob', 2), say('ann', 3)]).toEqual(['queued', 'queued', 'queued'])
    expect([line.wrote, bench.session.ledger.sent, bench.session.queued]).toEqual([[], 0, 2])
    drain()
    expect([line.wrote, bench.session.ledger.sent, bench.session.queued]).toEqual([
      [
        ['at', 3],
        ['at', 2],
      ],
      2,
      0,
    ])
  })

  it('is overtaken by what has no policy', () => {
    congest()
    say('ann', 1)
    expect(bench.session.write('chat', 'hi')).toBe('queued')
    drain()
    expect(line.wrote).toEqual([
      ['chat', 'hi'],
      ['at', 1],
    ])
  })

  it('does not starve while there is always something unsent: it goes as soon as there is room', () => {
    congest()
    say('ann', 1)
    line.transport.bufferedAmount = HIGH - 100
    expect(bench.session.write('chat', 'hi')).toBe('sent')
    expect(line.wrote).toEqual([
      ['at', 1],
      ['chat', 'hi'],
    ])
  })

  it('goes after one of its key that was held back, though there is room again', () => {
    congest()
    say('ann', 1)
    say('bob', 2)
    line.transport.bufferedAmount = 10
    expect(say('ann', 3)).toBe('sent')
    expect(line.wrote).toEqual([
      ['at', 1],
      ['at', 2],
      ['at', 3],
    ])
  })

  it('leaves no faster than there is room', () => {
    congest()
    for (const key of ['a', 'b', 'c']) say(key, 1)
    line.transport.bufferedAmount = 0
    line.transport.send = (data) => {
      line.transport.sent.push(data)
      if (line.transport.sent.length === 2) congest()
    }
    line.transport.onDrain?.()
    expect([line.wrote.length, bench.session.queued]).toEqual([2, 1])
    drain()
    expect([line.wrote.length, bench.session.queued]).toEqual([3, 0])
  })

  it('that others are sent as well is held back likewise', () => {
    congest()
    const { session } = bench
    expect([1, 2].map((n) => session.writeShared('at', frame(n), { latest: 'ann' }))).toEqual(['queued', 'queued'])
    drain()
    expect(line.wrote).toEqual([['at', 2]])
  })

  it('waits for a link as one of its key, behind what waits without a policy', () => {
    bench.session.release()
    expect([say('ann', 1), say('ann', 2)]).toEqual(['queued', 'queued'])
    bench.session.write('chat', 'hi')
    bench.session.writeShared('at', frame(3), { latest: 'ann' })
    const next = bench.bound()
    expect([next.wrote, bench.session.ledger.sent, bench.session.queued]).toEqual([
      [
        ['chat', 'hi'],
        ['at', 3],
      ],
      2,
      0,
    ])
  })

  it('that was held back when the link was lost goes on the next, after what is sent again', () => {
    bench.session.write('chat', 'hi')
    congest()
    say('ann', 1)
    bench.session.release()
    say('ann', 2)
    const next = bench.bound(0)
    expect([next.wrote, bench.session.ledger.sent]).toEqual([
      [
        ['chat', 'hi'],
        ['at', 2],
      ],
      2,
    ])
  })

  it('goes as any other where more keys are held back than may be', () => {
    bench = begun(true, { bounds: { bytes: 10_000, frames: 2 } })
    line = bench.bound()
    congest()
    expect(['a', 'b', 'c'].map((key) => say(key, 1))).toEqual(['queued', 'queued', 'queued'])
    expect([line.wrote.length, bench.session.queued]).toEqual([1, 2])
  })

  it('without a session is dropped with its link', () => {
    bench = begun(false)
    line = bench.bound()
    congest()
    say('ann', 1)
    bench.session.release()
    expect(say('ann', 2)).toBe('dropped')
    bench.session.end()
    expect(bench.session.queued).toBe(0)
  })

  it('that is held back when the session ends is told as not sent', () => {
    congest()
    say('ann', 1)
    say('ann', 2)
    const remains = bench.session.remains(0)
    expect(bench.session.lossOf('window', remains).notSent).toEqual([{ type: 'at', payload: 2 }])
  })
})

describe('a message with a queue of its own', () => {
  const put = (n: number, overflow: 'drop-newest' | 'drop-oldest' | 'close') =>
    bench.session.write('log', n, undefined, { queue: { frames: 2, overflow } })

  it('beyond its bound is not taken, and says so', () => {
    congest()
    expect([1, 2, 3].map((n) => put(n, 'drop-newest'))).toEqual(['queued', 'queued', 'dropped'])
    drain()
    expect(line.wrote).toEqual([
      ['log', 1],
      ['log', 2],
    ])
  })

  it('beyond its bound has the oldest give way', () => {
    congest()
    expect([1, 2, 3].map((n) => put(n, 'drop-oldest'))).toEqual(['queued', 'queued', 'queued'])
    drain()
    expect(line.wrote).toEqual([
      ['log', 2],
      ['log', 3],
    ])
  })

  it('beyond its bound costs a server the session, and is told with the rest', () => {
    congest()
    bench.owner.onExhausted = () =>
      bench.owner.told.push([...bench.session.lossOf('server-buffer', bench.session.remains(null)).notSent])
    expect([1, 2, 3].map((n) => put(n, 'close'))).toEqual(['queued', 'queued', 'dropped'])
    expect(bench.owner.told).toEqual([['exhausted'], [1, 2, 3].map((payload) => ({ type: 'log', payload }))])
  })

  it('beyond its bound is refused by a client', () => {
    const bounds = { bytes: 10_000, frames: 100 }
    bench = begun(true, { refuseBeyond: bounds })
    line = bench.bound()
    congest()
    put(1, 'close')
    put(2, 'close')
    expect(() => put(3, 'close')).toThrow(
      expect.objectContaining({ code: 'wse.queue-full', details: { certainty: 'not-sent', frames: 2 } }),
    )
    expect(bench.owner.told).toEqual([])
  })
})

describe('who is told', () => {
  it('that there is room again: once, after something had to wait', () => {
    drain()
    congest()
    bench.session.write('a', 1)
    bench.session.write('a', 2)
    drain()
    drain()
    expect(bench.owner.told).toEqual([['drained']])
  })

  it('that there is room again, after it was asked for', () => {
    expect(bench.session.takesMore()).toBe(true)
    congest()
    expect(bench.session.takesMore()).toBe(false)
    drain()
    expect([bench.owner.told, bench.session.takesMore()]).toEqual([[['drained']], true])
  })

  it('that what waited for a link is gone: once those who bound it are done', async () => {
    bench.session.release()
    expect(bench.session.takesMore()).toBe(false)
    bench.session.write('a', 1)
    bench.bound()
    expect(bench.owner.told).toEqual([])
    await Promise.resolve()
    expect(bench.owner.told).toEqual([['drained']])
  })

  it('that all is handed over: at once if it is', async () => {
    await bench.session.whenDrained()
    bench.session.write('a', 1)
    await bench.session.whenDrained()
    expect(line.transport.onDrain).toBeNull()
  })

  it('that all is handed over: when the network has it, what is held back included', async () => {
    congest()
    say('ann', 1)
    let done = 0
    const both = [bench.session.whenDrained(), bench.session.whenDrained()].map((drain) => drain.then(() => done++))
    await Promise.resolve()
    expect(done).toBe(0)
    drain()
    await Promise.all(both)
    expect([done, line.wrote]).toEqual([2, [['at', 1]]])
  })

  it('that all is handed over: after another link has taken what the lost one had', async () => {
    bench.session.write('a', 1)
    bench.session.release()
    let done = false
    const drained = bench.session.whenDrained().then(() => {
      done = true
    })
    await Promise.resolve()
    expect([done, bench.session.buffered]).toEqual([false, '["a",1]'.length])
    bench.bound(0)
    await drained
  })

  it('that it never will be, since it ended', async () => {
    congest()
    bench.session.write('a', 1)
    const drained = bench.session.whenDrained()
    bench.session.end()
    const closed = { code: 'wse.closed' }
    await expect(drained).rejects.toMatchObject(closed)
    await expect(bench.session.whenDrained()).rejects.toMatchObject(closed)
  })
})

describe('what is buffered', () => {
  it('counts what the network has not taken and what is held back', () => {
    congest()
    say('ann', 1)
    expect(bench.session.buffered).toBe(HIGH + 1 + '["at",1]'.length)
    drain()
    expect(bench.session.buffered).toBe(0)
  })

  it('counts, without a link, all that may have to be sent again', () => {
    bench.session.write('a', 1)
    expect(bench.session.buffered).toBe(0)
    bench.session.release()
    say('ann', 1)
    bench.session.write('b', 1)
    expect(bench.session.buffered).toBe('["a",1]["at",1]["b",1]'.length)
  })
})
