import { createTestClock } from '@wse/testing'
import { describe, expect, it } from 'vitest'
import { made, timersSet } from '../fixtures/counts.js'
import { collectedHeap } from '../fixtures/heap.js'
import { arrive, serverOn, Wire } from '../fixtures/wire.js'
import { figure } from './figures.js'

describe('what a session that survives its links costs', () => {
  it('adds no write, promise or timer to a message, but an acknowledgement for 64 of them', async () => {
    const clock = createTestClock()
    const server = serverOn(clock)
    server.channel.on('m', () => {})
    const wire = arrive(server, 1, true, new Wire())
    const [conn] = server.clients.get('user 1')?.conns.values() ?? []
    const timers = timersSet(clock)
    const promises = made('Promise', () => {
      wire.writes = 0
      for (let i = 0; i < 64_000; i++) wire.onMessage?.('["m",1]')
      expect(wire.writes).toBe(1_000)
      wire.writes = 0
      for (let i = 0; i < 64_000; i++) conn?.send('m', 1)
      expect(wire.writes).toBe(64_000)
    })
    expect([promises, timers()]).toEqual([0, 1])
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

/** Bytes of heap an idle connection holds, its wire included. */
async function heapOfIdle(keep: boolean): Promise<number> {
  const many = 3_000
  const server = serverOn(createTestClock(), { interval: 25_000 })
  // What is made once is not to be counted.
  const first = Array.from({ length: 100 }, (_, i) => arrive(server, -1 - i, keep, new Wire()))
  const before = collectedHeap()
  const wires = Array.from({ length: many }, (_, i) => arrive(server, i, keep, new Wire()))
  const bytes = (collectedHeap() - before) / many
  for (const wire of [...wires, ...first]) wire.terminate()
  await server.close()
  return bytes
}
