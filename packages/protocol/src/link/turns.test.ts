import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import type { Data, Flushable } from '../transport/transport.js'
import { Link } from './link.js'

/** A transport with turns, on a network that takes `room` bytes at once. */
class SlowTransport extends FakeTransport {
  readonly acts: string[] = []
  room = Number.POSITIVE_INFINITY
  #waiting: Flushable[] = []

  override send(data: Data): void {
    if (this.state !== 'open') return
    super.send(data)
    this.acts.push(String(data))
    this.bufferedAmount += data.length
    const taken = Math.min(this.room, this.bufferedAmount)
    this.room -= taken
    this.bufferedAmount -= taken
  }

  override close(code: number, reason: string): void {
    this.acts.push(`close ${code}`)
    super.close(code, reason)
  }

  override terminate(): void {
    this.acts.push('terminate')
    super.terminate()
  }

  readonly afterTurn = (one: Flushable) => {
    this.#waiting.push(one)
  }

  turn(): void {
    for (const one of this.#waiting.splice(0)) one.flush()
  }
}

let transport: SlowTransport
let link: Link
let congested: number[]

beforeEach(() => {
  transport = new SlowTransport()
  congested = []
  const limits = { ...LINK_LIMITS, highWaterBytes: 30 }
  link = new Link(
    transport,
    { codec: jsonCodec, clock: new FakeClock(), limits },
    { receive: () => {}, ended: () => {}, failed: () => {}, congested: (unsent) => congested.push(unsent) },
  )
  link.join()
})

describe('what is written in one turn', () => {
  it('leaves as a batch when the turn is over', () => {
    expect([link.send('a', 1), link.send('b', 2)]).toEqual(['sent', 'sent'])
    expect([transport.acts, link.unsent]).toEqual([[], 14])
    transport.turn()
    expect([transport.acts, link.unsent]).toEqual([['[["a",1],["b",2]]'], 0])
  })

  it('leaves before a close, and before a termination', () => {
    link.send('a', 1)
    link.send('b', 2)
    link.close(4506, 'bye')
    expect(transport.acts).toEqual(['[["a",1],["b",2]]', 'close 4506'])
    transport.turn()
    expect(transport.acts).toHaveLength(2)
  })

  it('leaves before a termination', () => {
    link.send('a', 1)
    link.terminate()
    transport.turn()
    expect(transport.acts).toEqual(['["a",1]', 'terminate'])
  })

  it('is never a batch for a WSE 4 peer', () => {
    const old = new Link(
      transport,
      { codec: jsonCodec, clock: new FakeClock(), limits: LINK_LIMITS },
      { receive: () => {}, ended: () => {}, failed: () => {} },
    )
    old.version = 4
    old.join()
    old.send('a', 1)
    old.send('b', 2)
    transport.turn()
    expect(transport.acts).toEqual(['["a",1]', '["b",2]'])
  })

  it('keeps frames of the link out of the batch, in their place', () => {
    link.send('a', 1)
    link.tell('~wse:ack', 1)
    link.send('b', 2)
    transport.turn()
    expect(transport.acts).toEqual(['["a",1]', '["~wse:ack",1]', '["b",2]'])
  })

  it('goes nowhere on a link that ended meanwhile', () => {
    link.send('a', 1)
    transport.closed(1006, '')
    transport.turn()
    expect(transport.acts).toEqual([])
  })
})

describe('backpressure', () => {
  it('is of the network, not of the turn: what it takes at once is sent', () => {
    for (let i = 0; i < 10; i++) expect(link.send('a', 1)).toBe('sent')
    transport.turn()
    expect([transport.sent.length > 1, congested]).toEqual([true, []])
  })

  it('is told with exactly what the network did not take', () => {
    transport.room = 10
    expect(link.send('a', 'x'.repeat(23))).toBe('sent')
    expect(link.send('b', 'x'.repeat(23))).toBe('queued')
    // Two frames of 31 bytes, less what was taken.
    expect([congested, link.unsent]).toEqual([[52], 52])
    expect(link.send('c', 1, undefined, { volatile: true })).toBe('dropped')
  })
})
