import { jsonCodec, LINK_LIMITS, Link } from '@wse/protocol/internal'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../protocol/src/fake-clock.test-helper.js'
import { FakeTransport } from '../../../protocol/src/fake-transport.test-helper.js'
import { serverLimits } from './server-limits.js'
import { SlowReaders } from './slow-readers.js'

const MIB = 1_048_576
const FRAME = 'x'.repeat(1_024)

/** One whose network takes what a test says. */
class SlowTransport extends FakeTransport {
  bytesWritten: number | undefined

  takes(bytes: number): void {
    this.bufferedAmount -= bytes
    if (this.bytesWritten !== undefined) this.bytesWritten += bytes
  }
}

let clock: FakeClock
let slow: SlowReaders

beforeEach(() => {
  clock = new FakeClock()
  slow = new SlowReaders(clock, serverLimits(undefined))
})

/** A link with that much unsent; `bytesWritten`: what its transport says of the network. */
function congested(bytesWritten?: number): { transport: SlowTransport; link: Link; errors: string[]; more(): void } {
  const transport = new SlowTransport()
  transport.bytesWritten = bytesWritten
  transport.bufferedAmount = 2 * MIB
  const errors: string[] = []
  const owner = {
    receive() {},
    ended: () => slow.forget(link),
    failed: ({ code }: { code: string }) => errors.push(code),
  }
  const link: Link = new Link(transport, { codec: jsonCodec, clock, limits: LINK_LIMITS }, owner)
  const more = () => {
    transport.bufferedAmount += FRAME.length
    slow.congested(link, transport.bufferedAmount, FRAME)
  }
  more()
  return { transport, link, errors, more }
}

describe.each([
  ['tells what the network took', 5_000],
  ['does not', undefined],
])('a reader whose transport %s', (_, bytesWritten) => {
  it('is closed with 4002 after five seconds in which it took nothing, and that is reported', () => {
    const { transport, errors } = congested(bytesWritten)
    clock.advance(4_000)
    expect([transport.closes, slow.size]).toEqual([[], 1])
    clock.advance(1_000)
    expect([transport.closes, errors, slow.size]).toEqual([[[4002, 'wse.slow-reader']], ['wse.server.slow-reader'], 0])
  })

  it('is closed though more and more is sent to it', () => {
    const { transport, more } = congested(bytesWritten)
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 10; i++) more()
      clock.advance(1_000)
    }
    expect(transport.closes.length).toBe(1)
  })

  it('is kept while it takes 240 bytes a second, and closed with one less', () => {
    for (const [rate, closes] of [
      [240, 0],
      [239, 1],
    ] as const) {
      const { transport, link } = congested(bytesWritten)
      for (let second = 0; second < 20; second++) {
        transport.takes(rate)
        clock.advance(1_000)
      }
      expect([rate, transport.closes.length]).toEqual([rate, closes])
      slow.forget(link)
    }
  })

  it('may take all of it at once, at the end of the grace', () => {
    const { transport } = congested(bytesWritten)
    for (let round = 0; round < 5; round++) {
      clock.advance(4_500)
      transport.takes(1_200)
      clock.advance(500)
    }
    expect(transport.closes).toEqual([])
  })

  it('is looked at no more once it has caught up', () => {
    const { transport } = congested(bytesWritten)
    transport.takes(1.5 * MIB)
    clock.advance(10_000)
    expect([transport.closes, slow.size, clock.armed]).toEqual([[], 0, 0])
  })

  it('is closed at once above four times the largest message', () => {
    const { transport, link } = congested(bytesWritten)
    transport.bufferedAmount = 4 * MIB + 1
    slow.congested(link, transport.bufferedAmount, FRAME)
    expect(transport.closes.length).toBe(1)
  })

  it('is not judged by a time in which this process stood still', () => {
    const { transport, link } = congested(bytesWritten)
    clock.advance(1_000)
    clock.sleep(60_000)
    expect(transport.closes).toEqual([])
    clock.advance(4_000)
    expect(transport.closes).toEqual([])
    clock.advance(1_000)
    expect([transport.closes.length, link.ended]).toEqual([1, true])
  })
})

it('a write under way counts, though not a byte of what is buffered was let go of', () => {
  const { transport } = congested(0)
  for (let second = 0; second < 60; second++) {
    transport.bytesWritten = (transport.bytesWritten ?? 0) + 1_000
    clock.advance(1_000)
  }
  expect(transport.closes).toEqual([])
})

it('a server may ask for more, or for less', () => {
  slow = new SlowReaders(clock, serverLimits({ slowReader: { bytesPerSecond: 10_000, grace: 2_000 } }))
  const [quick, late] = [congested(0), congested(0)]
  for (let second = 0; second < 4; second++) {
    quick.transport.takes(10_000)
    late.transport.takes(9_999)
    clock.advance(1_000)
  }
  expect([quick.transport.closes.length, late.transport.closes.length]).toEqual([0, 1])
  slow.forget(quick.link)
})

it.each([{ grace: 999 }, { bytesPerSecond: 0 }, { grace: '1' }, { patience: 5_000 }, 5_000])(
  'a policy of %j is refused',
  (slowReader) => {
    expect(() => serverLimits({ slowReader } as never)).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
  },
)
