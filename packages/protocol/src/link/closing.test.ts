import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { legacyClose } from '../codes/legacy-close.js'
import { WSE_CLOSE } from '../codes/tables.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { vectors } from '../vectors.test-helper.js'
import { Link } from './link.js'

let clock: FakeClock
let transport: FakeTransport
let link: Link
let ends: [number, string][]

function make(side: 'server' | 'client'): void {
  clock = new FakeClock()
  transport = new FakeTransport()
  ends = []
  const setup = { codec: jsonCodec, clock, limits: LINK_LIMITS, ...(side === 'server' ? { legacyClose } : {}) }
  link = new Link(transport, setup, {
    receive: () => {},
    ended: (code, reason) => ends.push([code, reason]),
    failed: () => {},
  })
}

beforeEach(() => make('server'))

/** Whether a promise is settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open')
  return (await Promise.race([promise, Promise.resolve(open)])) !== open
}

describe('a close from here', () => {
  it('ends the link at once, and tells once', async () => {
    link.close(4506, 'bye')
    link.close(4500, 'again')
    expect([ends, transport.closes, link.open, link.ended]).toEqual([[[4506, 'bye']], [[4506, 'bye']], false, true])
    expect(await settled(link.gone)).toBe(false)
    transport.closed(1000, 'what the other end said')
    expect(await settled(link.gone)).toBe(true)
    expect(ends).toHaveLength(1)
    expect(clock.armed).toBe(0)
  })

  it('delivers nothing that arrives after it', () => {
    link.handOver({ receive: () => expect.unreachable(), ended: () => {}, failed: () => expect.unreachable() })
    link.close(4506, 'bye')
    transport.receive('["chat",1]')
    transport.receive('{nope')
    expect(transport.closes).toHaveLength(1)
  })

  it('that nobody answers terminates the transport after 5 s', () => {
    link.close(4506, 'bye')
    clock.advance(4_999)
    expect(transport.terminated).toBe(0)
    clock.advance(1)
    expect([transport.terminated, ends.length, clock.armed]).toEqual([1, 1, 0])
  })

  it.each([
    ['too long', 'x'.repeat(124), 'x'.repeat(123)],
    ['too long in bytes', 'é'.repeat(62), 'é'.repeat(61)],
    ['no text', new Float32Array(200), ''],
    ['nothing', undefined, ''],
  ])('with a reason that is %s does not throw', (_, reason, kept) => {
    link.close(4506, reason)
    expect(transport.closes).toEqual([[4506, kept]])
  })

  it('when the transport is already gone does nothing', () => {
    transport.closed(1006, '')
    link.close(4506, 'bye')
    link.terminate()
    link.fault('late')
    expect([ends, transport.closes, clock.armed]).toEqual([[[1006, '']], [], 0])
  })
})

describe('an end from the other side', () => {
  it('is told once, with its own code and reason', async () => {
    transport.closed(1001, 'page gone')
    expect(ends).toEqual([[1001, 'page gone']])
    expect(await settled(link.gone)).toBe(true)
  })
})

describe('terminating', () => {
  it('ends without a closing handshake, as 1006 unless it is said otherwise', () => {
    link.terminate()
    expect([ends, transport.closes, transport.terminated]).toEqual([[[1006, '']], [], 1])
    make('server')
    link.terminate(4003, 'wse.no-pong')
    expect(ends).toEqual([[4003, 'wse.no-pong']])
  })

  it('after a close does not wait for the answer', () => {
    link.close(4506, 'bye')
    link.terminate()
    expect([transport.terminated, ends, clock.armed]).toEqual([1, [[4506, 'bye']], 0])
  })
})

describe('a fault', () => {
  it('closes with 4500, and is told as one', () => {
    const failed: string[] = []
    link.handOver({
      receive: () => {},
      ended: (code, reason) => ends.push([code, reason]),
      failed: ({ code, details }) => failed.push(code, String(details.why)),
    })
    link.fault('for a reason')
    link.fault('again')
    expect(failed).toEqual(['wse.server.protocol-violation', 'for a reason'])
    expect(ends).toEqual([[4500, 'wse.protocol-error']])
  })
})

describe('to a WSE 4 client', () => {
  type Row = { code: number; reason: string; toWse4: [number, string] | 'terminate' }
  const rows = vectors<{ codes: Row[] }>('closing').codes.filter(({ code }) => code >= 4001)

  it.each(rows)('$code is $toWse4', ({ code, reason, toWse4 }) => {
    link.version = 4
    link.close(code, reason)
    if (toWse4 === 'terminate') expect([transport.closes, transport.terminated]).toEqual([[], 1])
    else expect([transport.closes, transport.terminated]).toEqual([[toWse4], 0])
    expect(ends).toHaveLength(1)
  })

  it('a reason that is too long is cut too', () => {
    link.version = 4
    link.close(WSE_CLOSE.DROPPED, 'x'.repeat(200))
    expect(transport.closes).toEqual([[1000, 'x'.repeat(123)]])
  })
})

it('to a WSE 4 server a client says what it says to any', () => {
  make('client')
  link.version = 4
  link.close(4000, 'jump')
  expect(transport.closes).toEqual([[4000, 'jump']])
})
