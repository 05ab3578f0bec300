import { beforeEach, describe, expect, it } from 'vitest'
import { jsonCodec } from '../codec/json.js'
import { FakeClock } from '../fake-clock.test-helper.js'
import { FakeTransport } from '../fake-transport.test-helper.js'
import { LINK_LIMITS } from '../limits/link-limits.js'
import { trimmed, vectors } from '../vectors.test-helper.js'
import { Link } from './link.js'

interface Batches {
  valid: { name: string; frame: string; envelopes: unknown[][] }[]
  invalid: { name: string; frame: string; handled: unknown[][] }[]
}

const { valid, invalid } = vectors<Batches>('batches')
let transport: FakeTransport
let link: Link
let handled: unknown[][]
let ends: number[]

beforeEach(() => {
  transport = new FakeTransport()
  handled = []
  ends = []
  link = new Link(
    transport,
    { codec: jsonCodec, clock: new FakeClock(), limits: LINK_LIMITS },
    {
      receive: (...envelope) => {
        handled.push(trimmed(envelope))
        if (envelope[1] === 'close') link.close(4506, '')
        if (envelope[1] === 'fails') throw new Error('a fault of ours')
      },
      ended: (code) => ends.push(code),
      failed: () => {},
    },
  )
})

describe('batches of the vectors', () => {
  it.each(valid)('are handled in order: $name', ({ frame, envelopes }) => {
    transport.receive(frame)
    expect([handled, ends]).toEqual([envelopes, []])
  })

  it.each(invalid)('close with 4500 after what came before: $name', ({ frame, ...vector }) => {
    transport.receive(frame)
    expect([handled, ends]).toEqual([vector.handled, [4500]])
  })
})

it('a batch stops where the link is closed', () => {
  transport.receive('[["a","close"],["b",2]]')
  expect([handled, ends]).toEqual([[['a', 'close']], [4506]])
})

it('a batch goes on where our own code fails: it is as many frames', () => {
  transport.receive('[["a","fails"],["b",2]]')
  expect([handled, ends]).toEqual([
    [
      ['a', 'fails'],
      ['b', 2],
    ],
    [],
  ])
})

it('a batch is one frame for the limit of size', () => {
  link.inboundBytes = 20
  transport.receive('[["a",1],["b",2]]')
  transport.receive('[["a",1],["b",2],["c",3]]')
  expect([handled.length, ends]).toEqual([2, [4500]])
})

it('a batch of a WSE 4 peer is malformed', () => {
  link.version = 4
  transport.receive('[["a",1],["b",2]]')
  expect([handled, ends.length]).toEqual([[], 1])
})
