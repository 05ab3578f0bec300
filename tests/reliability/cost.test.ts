import type { Data, Transport } from '@wse/protocol'
import { WseServer } from '@wse/server'
import { createTestClock, type TestClock } from '@wse/testing'
import { describe, expect, it } from 'vitest'
import { collectedHeap } from '../fixtures/heap.js'
import { figure } from './figures.js'

/** A client's transport that says what it is told to, and counts what comes. */
class Wire implements Transport {
  readonly state = 'open'
  readonly protocol = 'wse-default-json'
  readonly bufferedAmount = 0
  onOpen: (() => void) | null = null
  onMessage: ((data: Data) => void) | null = null
  onClose: ((code: number, reason: string) => void) | null = null
  onDrain: (() => void) | null = null
  onError: ((error: unknown) => void) | null = null
  writes = 0
  send(): void {
    this.writes++
  }
  close(code: number, reason: string): void {
    this.onClose?.(code, reason)
  }
  terminate(): void {
    this.onClose?.(1006, '')
  }
}

function serverOn(clock: TestClock, heartbeat: false | object = false): WseServer {
  return new WseServer({ clock, heartbeat, identify: ({ identity, accept }) => accept(identity) })
}

function arrive(server: WseServer, n: number, keep: boolean): Wire {
  const wire = new Wire()
  server.accept(wire, { headers: {} })
  const hi = { identity: `user ${n}`, v: 5, instance: `instance ${n}`, attempt: 1, keep }
  wire.onMessage?.(JSON.stringify(['~wse:hi', hi]))
  if (keep) wire.onMessage?.('["~wse:ack",0]')
  return wire
}

describe('what a session that survives its links costs', () => {
  it('adds no write, promise or timer to a message, but an acknowledgement for 64 of them', async () => {
    const clock = createTestClock()
    const server = serverOn(clock)
    server.channel.on('m', () => {})
    const wire = arrive(server, 1, true)
    const [conn] = server.clients.get('user 1')?.conns.values() ?? []
    let timers = 0
    const setTimer = clock.setTimer.bind(clock)
    clock.setTimer = (run, ms) => {
      timers++
      return setTimer(run, ms)
    }
    const promises = countPromises(() => {
      wire.writes = 0
      for (let i = 0; i < 64_000; i++) wire.onMessage?.('["m",1]')
      expect(wire.writes).toBe(1_000)
      wire.writes = 0
      for (let i = 0; i < 64_000; i++) conn?.send('m', 1)
      expect(wire.writes).toBe(64_000)
    })
    expect([promises, timers]).toEqual([0, 1])
    wire.terminate()
    await server.close()
    expect(clock.timers).toEqual([])
  })

  it('costs at most 1 KB more while it is idle than one that ends with its link', async () => {
    const [plain, kept] = [await heapOfIdle(false), await heapOfIdle(true)]
    figure('cost-idle', {
      plainBytes: Math.round(plain),
      resumableBytes: Math.round(kept),
      more: Math.round(kept - plain),
    })
    expect(kept - plain).toBeLessThanOrEqual(1_024)
  })
})

/** Promises made while `run` runs, by our code and the runtime's. */
function countPromises(run: () => void): number {
  const Original = globalThis.Promise
  let made = 0
  globalThis.Promise = new Proxy(Original, {
    construct(target, args) {
      made++
      return Reflect.construct(target, args)
    },
  })
  try {
    run()
  } finally {
    globalThis.Promise = Original
  }
  return made
}

/** Bytes of heap an idle connection holds, its wire included. */
async function heapOfIdle(keep: boolean): Promise<number> {
  const many = 3_000
  const server = serverOn(createTestClock(), { interval: 25_000 })
  // What is made once is not to be counted.
  const first = Array.from({ length: 100 }, (_, i) => arrive(server, -1 - i, keep))
  const before = collectedHeap()
  const wires = Array.from({ length: many }, (_, i) => arrive(server, i, keep))
  const bytes = (collectedHeap() - before) / many
  for (const wire of [...wires, ...first]) wire.terminate()
  await server.close()
  return bytes
}
