import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from '../../fixtures/fault-proxy/fault-proxy.js'
import { figure } from '../figures.js'
import { Talk } from './talk.e2e.js'

/** Sessions at once. */
const LANES = 12
/** Rounds of a talk, which takes long enough for pings to come into it. */
const ROUNDS = 4

const talks = new Map<unknown, Talk>()
let server: WseServer
let port: number

beforeAll(async () => {
  // Pings come within the talk, and links that die before they are READY are noticed soon.
  server = new WseServer({
    port: 0,
    identify: ({ identity, accept }) => accept(identity.user),
    heartbeat: { interval: 15, grace: 2_000 },
    limits: { connections: 50_000 },
  })
  Talk.serve(server, talks)
  port = (await server.listen()).port
})

afterAll(() => server.close())

/** One scripted session through a proxy that cuts its first link after `limit` bytes of both directions together. */
async function session(proxy: FaultProxy, limit: number): Promise<{ bytes: number; resumed: boolean; resets: number }> {
  const user = `user ${limit}`
  proxy.toxics = limit === Number.POSITIVE_INFINITY ? {} : { limitTotal: limit, afterLimit: 'cut' }
  const first = proxy.next()
  const client = new WseClient({ url: proxy.url, re: { floor: 1, base: 2, cap: 5 } })
  const talk = new Talk(server, client, user)
  talks.set(user, talk)
  let resumed = false
  client.when.ready((_, how) => {
    resumed ||= how.resumed
  })
  const connecting = client.connect({ user })
  const connection = await first
  proxy.toxics = {}
  await connecting
  for (let round = 0; round < ROUNDS; round++) {
    talk.say()
    if (round % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 8))
  }
  await talk.over()
  const bytes = connection.up + connection.down
  // Who leaves while the link is down cannot know whether the last messages came, and is told so.
  const { resets } = talk
  await client.disconnect()
  talks.delete(user)
  return { bytes, resumed, resets }
}

it('F7 a session cut after every byte of it is exact both ways', { timeout: 180_000 }, async () => {
  const proxies = await Promise.all(Array.from({ length: LANES }, () => createFaultProxy(port)))
  const [probe] = proxies as [FaultProxy]
  const { bytes } = await session(probe, Number.POSITIVE_INFINITY)
  let next = 0
  let [cut, resumed, resets] = [0, 0, 0]
  const started = performance.now()
  const lane = async (proxy: FaultProxy) => {
    for (let limit = next++; limit <= bytes; limit = next++) {
      const result = await session(proxy, limit)
      if (result.bytes <= limit) cut++
      if (result.resumed) resumed++
      resets += result.resets
    }
  }
  try {
    await Promise.all(proxies.map(lane))
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10
  figure('F7', { offsets: bytes + 1, cut, resumed, resets, exact: bytes + 1, seconds })
  expect(resumed).toBeGreaterThan(bytes / 4)
  // A link lost before the client had a session costs nothing; one after that never costs the session.
  expect(resets).toBe(0)
})
