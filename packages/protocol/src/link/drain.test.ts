import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import type { Flushable } from '../transport/transport.js'
import { Link, type LinkOwner } from './link.js'

const HIGH = LINK_LIMITS.highWaterBytes

/** One that has turns, and is told when somebody wants to know. */
class AskedTransport extends FakeTransport {
  asked = 0
  waiting: Flushable[] = []

  tellDrain(): void {
    this.asked++
  }

  afterTurn = (waiting: Flushable): void => {
    this.waiting.push(waiting)
  }

  /** What was unsent has been handed to the network. */
  drain(): void {
    this.bufferedAmount = 0
    this.onDrain?.()
  }
}

let transport: AskedTransport
let link: Link
let drained: number

beforeEach(() => {
  transport = new AskedTransport()
  drained = 0
  const owner: LinkOwner = { receive() {}, ended() {}, failed() {}, drained: () => drained++ }
  link = new Link(transport, { codec: jsonCodec, clock: new FakeClock(), limits: LINK_LIMITS }, owner)
  link.join()
})

describe('a link that is not congested', () => {
  it('wants to know nothing of its transport', () => {
    link.send('a', 1)
    expect([transport.asked, transport.onDrain, link.congested]).toEqual([0, null, false])
  })

  it('sends what waits for the end of the turn when it is asked whether it is drained', () => {
    link.send('a', 1)
    expect(transport.sent).toEqual([])
    expect(link.awaitDrain()).toBe(false)
    expect([transport.sent, transport.asked]).toEqual([['["a",1]'], 0])
  })

  it('is not congested by what only waits for the end of the turn', () => {
    link.send('a', 'x'.repeat(HIGH))
    expect(link.congested).toBe(false)
    expect(transport.sent.length).toBe(1)
  })
})

describe('a link that is congested', () => {
  it('tells its owner once, when nothing is unsent any more', () => {
    transport.bufferedAmount = HIGH + 1
    expect([link.send('a', 1), link.send('a', 2), link.congested]).toEqual(['queued', 'queued', true])
    expect([transport.asked, drained]).toEqual([1, 0])
    transport.drain()
    transport.drain()
    expect(drained).toBe(1)
  })

  it('tells again after it was congested again', () => {
    for (const times of [1, 2]) {
      transport.bufferedAmount = HIGH + 1
      link.send('a', times)
      transport.drain()
      expect([transport.asked, drained]).toEqual([times, times])
    }
  })

  it('tells the owner of the moment, and nobody once it has ended', () => {
    transport.bufferedAmount = HIGH + 1
    link.send('a', 1)
    let told = 0
    link.handOver({ receive() {}, ended() {}, failed() {}, drained: () => told++ })
    transport.drain()
    expect([drained, told]).toEqual([0, 1])
    transport.bufferedAmount = HIGH + 1
    link.send('a', 1)
    link.terminate()
    transport.drain()
    expect(told).toBe(1)
  })
})

describe('a batch', () => {
  it('leaves in one frame as it ends, whatever else the turn brings', () => {
    const result = link.batch(() => {
      link.send('a', 1)
      link.send('b', 2)
      return 'result'
    })
    link.send('c', 3)
    expect([result, transport.sent]).toEqual(['result', ['[["a",1],["b",2]]']])
    for (const waiting of transport.waiting) waiting.flush()
    expect(transport.sent).toEqual(['[["a",1],["b",2]]', '["c",3]'])
  })

  it('takes along what waited before it', () => {
    link.send('a', 1)
    link.batch(() => link.send('b', 2))
    expect(transport.sent).toEqual(['[["a",1],["b",2]]'])
  })

  it('within another leaves with that', () => {
    link.batch(() => {
      link.send('a', 1)
      link.batch(() => link.send('b', 2))
      expect(transport.sent).toEqual([])
      link.send('c', 3)
    })
    expect(transport.sent).toEqual(['[["a",1],["b",2],["c",3]]'])
  })

  it('leaves what it has sent if it throws, and lets go', () => {
    const failing = () =>
      link.batch(() => {
        link.send('a', 1)
        throw new Error('in the midst')
      })
    expect(failing).toThrow('in the midst')
    expect(transport.sent).toEqual(['["a",1]'])
    link.send('b', 2)
    for (const waiting of transport.waiting) waiting.flush()
    expect(transport.sent).toEqual(['["a",1]', '["b",2]'])
  })

  it('is one frame on a transport without turns, too', () => {
    const plain = new FakeTransport()
    const other = new Link(
      plain,
      { codec: jsonCodec, clock: new FakeClock(), limits: LINK_LIMITS },
      {
        receive() {},
        ended() {},
        failed() {},
      },
    )
    other.join()
    other.batch(() => {
      other.send('a', 1)
      other.send('b', 2)
    })
    other.send('c', 3)
    expect(plain.sent).toEqual(['[["a",1],["b",2]]', '["c",3]'])
  })

  it('in which the link is closed leaves before the close', () => {
    link.batch(() => {
      link.send('a', 1)
      link.close(1000, '')
      link.send('b', 2)
    })
    expect([transport.sent, transport.closes]).toEqual([['["a",1]'], [[1000, '']]])
  })
})
