import { WseServer } from '@wse/server'
import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'
import { collectedHeap } from '../fixtures/heap.js'
import { memoryClient } from '../fixtures/memory-client.js'

it('T66 ten thousand clients that come, call and go leave nothing behind', { timeout: 60_000 }, async () => {
  const clock = createTestClock()
  const server = new WseServer({ identify: anyone, clock })
  server.register('add', (_, { a, b }) => a + b)
  const cycle = async (n: number) => {
    for (let i = 0; i < n; i++) {
      const client = memoryClient(server, clock)
      await client.connect('ann')
      expect(await client.call('add', { a: i, b: 1 })).toBe(i + 1)
      await client.disconnect()
    }
    await clock.settle()
  }
  await cycle(2_000)
  const before = collectedHeap()
  await cycle(10_000)
  expect(collectedHeap() - before).toBeLessThan(1_048_576)
  expect(Object.entries(server.inspect()).filter(([, count]) => count !== 0)).toEqual([])
  expect(clock.timers).toEqual([])
  await server.close()
})
