import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { createTestClock, createTransportPair, type MemoryTransport, type TestClock } from '@wse/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectedHeap } from '../fixtures/heap.js'
import { memoryClient } from '../fixtures/memory-client.js'
import { corpus, Mutants } from './frames.js'

/** Frames thrown at each end in each state: 100,000 in all. */
const FRAMES = 25_000
/** Heap an end may have grown by when all of it is over, in bytes. */
const HEAP = 5 * 1_048_576
/** Given by `FUZZ_SEED=…` to repeat a run; every failure names it. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120)

const frames = corpus()
let clock: TestClock

beforeEach(() => {
  clock = createTestClock({ seed: SEED })
})

afterEach(() => {
  expect(clock.timers, `seed ${SEED}`).toEqual([])
})

describe(`mutated frames (seed ${SEED})`, () => {
  it('do a server no harm before authentication', { timeout: 60_000 }, async () => {
    await withServer(async (server, mutants) => {
      await bombard(mutants, async () => open(server))
    })
  })

  it('do a server no harm after it', { timeout: 60_000 }, async () => {
    await withServer(async (server, mutants) => {
      await bombard(mutants, async () => {
        const end = open(server)
        end.send('["~wse:hi",{"identity":"mallory","meta":{},"v":5}]')
        await quiet()
        return end
      })
    })
  })

  it('do a client no harm before it is let in', { timeout: 60_000 }, async () => {
    await bombardClients(async (end) => end)
  })

  it('do a client no harm after it', { timeout: 60_000 }, async () => {
    await bombardClients(async (end) => {
      const session = { v: 5, id: 's', cid: 'ann', epoch: 'e', resumed: false, received: 0, limit: 1e6, timeout: 2e4 }
      end.send(JSON.stringify(['~wse:session', session]))
      end.send('["~wse:welcome"]')
      await clock.settle()
      return end
    })
  })
})

async function withServer(run: (server: WseServer, mutants: Mutants) => Promise<void>): Promise<void> {
  const server = new WseServer({ clock, connPerUser: 5, identify: ({ identity, accept }) => accept(String(identity)) })
  server.register('add', (_, { a, b }) => a + b)
  server.register('later', () => new Promise(() => {}))
  server.channel.on('chat', (conn, payload) => conn.send('chat', payload))
  await heapStays(() => run(server, new Mutants(frames, SEED)))
  await expectAlive(server)
  await server.close()
  expect(Object.entries(server.inspect()).filter(([, count]) => count !== 0)).toEqual([])
}

async function bombardClients(prepare: (end: MemoryTransport) => Promise<MemoryTransport>): Promise<void> {
  const ends: MemoryTransport[] = []
  const client = new WseClient({ clock, transport: () => pairFor(ends) })
  client.register('confirm', () => true)
  client.channel.on('note', () => {})
  await heapStays(() =>
    bombard(new Mutants(frames, SEED), async () => {
      await client.disconnect()
      client.connect('ann').catch(() => {})
      return prepare(ends.pop() as MemoryTransport)
    }),
  )
  await client.disconnect()
  expect(Object.entries(client.inspect()).filter(([, count]) => count !== 0)).toEqual([])
}

/** Throws mutants at what is opened, and opens anew whatever they closed. */
async function bombard(mutants: Mutants, openEnd: () => Promise<MemoryTransport>): Promise<void> {
  let end = await openEnd()
  for (let i = 0; i < FRAMES; i++) {
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
  const [end, other] = createTransportPair({ clock })
  end.onMessage = () => {}
  server.accept(other)
  return end
}

function pairFor(ends: MemoryTransport[]): MemoryTransport {
  const [end, other] = createTransportPair({ clock })
  other.onMessage = () => {}
  ends.push(other)
  return end
}

/** Lets in-memory frames, their answers and a close arrive: a few microtasks. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve()
}

async function expectAlive(server: WseServer): Promise<void> {
  const client = memoryClient(server, clock)
  await client.connect('alice')
  expect(await client.call('add', { a: 1, b: 2 }), `seed ${SEED}`).toBe(3)
  await client.disconnect()
}
