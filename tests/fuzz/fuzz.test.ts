import { WseClient } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { type Codec, FRAME_LIMITS, jsonCodec } from '@wse/protocol/wire'
import { type Identify, WseServer } from '@wse/server'
import { createTestClock, createTransportPair, type MemoryTransport, type TestClock } from '@wse/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectedHeap } from '../fixtures/heap.js'
import { memoryClient } from '../fixtures/memory-client.js'
import { corpus, Mutants } from './frames.js'
import { MsgpackMutants, msgpackCorpus } from './msgpack-frames.js'

/** Frames thrown at each end in each state, of JSON and of MessagePack: 150,000 in all. */
const [TEXTS, BYTES] = [25_000, 12_500]
/** Heap an end may have grown by when all of it is over, in bytes. */
const HEAP = 5 * 1_048_576
/** Given by `FUZZ_SEED=…` to repeat a run; every failure names it. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120)

/** Where mutants come from, and how many are thrown: the same ones each time it is asked. */
type Source = () => Mutating

interface Mutating {
  readonly count: number
  next(): string | Uint8Array
}

const texts = corpus()
const bytes = msgpackCorpus()
const SOURCES: readonly [Codec, Source][] = [
  [jsonCodec, () => counted(new Mutants(texts, SEED), TEXTS)],
  [msgpack, () => counted(new MsgpackMutants(bytes, SEED), BYTES)],
]
let clock: TestClock

beforeEach(() => {
  clock = createTestClock({ seed: SEED })
})

afterEach(() => {
  expect(clock.timers, `seed ${SEED}`).toEqual([])
})

describe.each(SOURCES)(`mutated frames of $name (seed ${SEED})`, (codec, source) => {
  const say = (type: string, payload?: unknown) => codec.encode(type, payload, undefined, FRAME_LIMITS)

  it('do a server no harm before authentication', { timeout: 60_000 }, async () => {
    await withServer(codec, source, async (server, mutants) => {
      await bombard(mutants, async () => open(server))
    })
  })

  it('do a server no harm after it', { timeout: 60_000 }, async () => {
    await withServer(codec, source, async (server, mutants) => {
      await bombard(mutants, async () => {
        const end = open(server)
        end.send(say('~wse:hi', { identity: 'mallory', meta: {}, v: 5 }))
        await quiet()
        return end
      })
    })
  })

  it('do a client no harm before it is let in', { timeout: 60_000 }, async () => {
    await bombardClients(codec, source, async (end) => end)
  })

  it('do a client no harm after it', { timeout: 60_000 }, async () => {
    await bombardClients(codec, source, async (end) => {
      const session = { v: 5, id: 's', cid: 'ann', epoch: 'e', resumed: false, received: 0, limit: 1e6, timeout: 2e4 }
      end.send(say('~wse:session', session))
      end.send(say('~wse:welcome'))
      await clock.settle()
      return end
    })
  })
})

function counted(mutants: Omit<Mutating, 'count'>, count: number): Mutating {
  return { count, next: () => mutants.next() }
}

async function withServer(
  protocol: Codec,
  source: Source,
  run: (server: WseServer, mutants: Mutating) => Promise<void>,
): Promise<void> {
  const identify: Identify = ({ identity, accept }) => accept(String(identity))
  const server = new WseServer({ clock, connPerUser: 5, identify, protocol })
  server.register('add', (_, { a, b }) => a + b)
  server.register('later', () => new Promise(() => {}))
  server.channel.on('chat', (conn, payload) => conn.send('chat', payload))
  await heapStays(() => run(server, source()))
  await expectAlive(server, protocol)
  await server.close()
  expect(Object.entries(server.inspect()).filter(([, count]) => count !== 0)).toEqual([])
}

async function bombardClients(
  protocol: Codec,
  source: Source,
  prepare: (end: MemoryTransport) => Promise<MemoryTransport>,
): Promise<void> {
  const ends: MemoryTransport[] = []
  const client = new WseClient({ clock, protocol, transport: () => pairFor(ends, protocol.name) })
  client.register('confirm', () => true)
  client.channel.on('note', () => {})
  await heapStays(() =>
    bombard(source(), async () => {
      await client.disconnect()
      client.connect('ann').catch(() => {})
      return prepare(ends.pop() as MemoryTransport)
    }),
  )
  await client.disconnect()
  expect(Object.entries(client.inspect()).filter(([, count]) => count !== 0)).toEqual([])
}

/** Throws mutants at what is opened, and opens anew whatever they closed. */
async function bombard(mutants: Mutating, openEnd: () => Promise<MemoryTransport>): Promise<void> {
  let end = await openEnd()
  for (let i = 0; i < mutants.count; i++) {
    if (end.state !== 'open') end = await openEnd()
    end.send(mutants.next())
    await quiet()
    if (i % 500 === 0) await clock.settle()
  }
  end.terminate()
  await clock.settle()
}

/** Runs once to warm up and once to measure: what is left after a forced collection must not have grown. */
async function heapStays(run: () => Promise<void>): Promise<void> {
  await run()
  const before = collectedHeap()
  await run()
  expect(collectedHeap() - before, `heap growth with seed ${SEED}`).toBeLessThan(HEAP)
}

/** One end of a pair whose other end the server takes. */
function open(server: WseServer): MemoryTransport {
  const [end, other] = createTransportPair({ clock, protocol: server.protocol.name })
  end.onMessage = () => {}
  server.accept(other)
  return end
}

function pairFor(ends: MemoryTransport[], protocol: string): MemoryTransport {
  const [end, other] = createTransportPair({ clock, protocol })
  other.onMessage = () => {}
  ends.push(other)
  return end
}

/** Lets in-memory frames, their answers and a close arrive: a few microtasks. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve()
}

async function expectAlive(server: WseServer, protocol: Codec): Promise<void> {
  const client = memoryClient(server, clock, { protocol })
  await client.connect('alice')
  expect(await client.call('add', { a: 1, b: 2 }), `seed ${SEED}`).toBe(3)
  await client.disconnect()
}
