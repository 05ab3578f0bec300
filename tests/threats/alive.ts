import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'

/** A server is alive if a fresh client gets in and completes a call. It must have `add` registered. */
export async function expectAlive(ends: Ends, url: string): Promise<void> {
  const client = ends.client(url)
  await client.connect('someone new')
  expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  await client.disconnect()
}

/** A server with `add` to prove its life by. */
export async function startServer(ends: Ends, options: Parameters<Ends['server']>[0] = {}) {
  const started = await ends.server(options)
  started.server.register('add', (_, { a, b }) => a + b)
  return started
}
