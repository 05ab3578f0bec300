import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { createTestClock } from '@wse/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from '../../fixtures/fault-proxy/fault-proxy.js'
import { figure } from '../figures.js'
import { Talk } from './talk.e2e.js'

/** Sessions at once. */
const LANES = 12
/** Rounds of a talk, which takes long enough for pings to come into it. */
const ROUNDS = 4

/** Sessions that are cut twice. */
const PAIRS = 2_000

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

interface Result {
  /** What its first link carried. */
  readonly bytes: number
  readonly resumed: boolean
  readonly resets: number
}

/** One scripted session through a proxy that cuts its links, each after so many bytes of both directions together. */
async function session(proxy: FaultProxy, ...limits: number[]): Promise<Result> {
  const user = `user ${limits}`
  suffer(proxy, limits)
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
  // The next link suffers the next limit, whenever it comes, and those behind it none.
  suffer(proxy, limits.slice(1))
  void proxy.next().then(
    () => suffer(proxy, []),
    () => {},
  )
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

function suffer(proxy: FaultProxy, [limit]: readonly number[]): void {
  proxy.toxics = limit === undefined ? {} : { limitTotal: limit, afterLimit: 'cut' }
}

/** Runs sessions of these limits on all lanes at once; what they came to. */
async function runAll(cases: readonly (readonly number[])[]): Promise<Result[]> {
  const proxies = await Promise.all(Array.from({ length: LANES }, () => createFaultProxy(port)))
  const queue = [...cases]
  const results: Result[] = []
  const lane = async (proxy: FaultProxy) => {
    for (let limits = queue.shift(); limits !== undefined; limits = queue.shift()) {
      results.push(await session(proxy, ...limits))
    }
  }
  try {
    await Promise.all(proxies.map(lane))
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
  return results
}

function sumUp(results: readonly Result[]): { resumed: number; resets: number } {
  return {
    resumed: results.filter(({ resumed }) => resumed).length,
    resets: results.reduce((sum, { resets }) => sum + resets, 0),
  }
}

it('F7 a session cut after every byte of it is exact both ways', { timeout: 180_000 }, async () => {
  const [{ bytes = 0 } = {}] = await runAll([[]])
  const started = performance.now()
  const { resumed, resets } = sumUp(await runAll(Array.from({ length: bytes + 1 }, (_, limit) => [limit])))
  const seconds = Math.round((performance.now() - started) / 100) / 10
  figure('F7', { offsets: bytes + 1, exact: bytes + 1, resumed, resets, seconds })
  expect(resumed).toBeGreaterThan(bytes / 4)
  // A link lost before the client had a session costs nothing; one after that never costs the session.
  expect(resets).toBe(0)
})

it('F8 a session cut twice, at two of its bytes drawn by seed, is exact both ways', { timeout: 180_000 }, async () => {
  const [{ bytes = 0 } = {}] = await runAll([[]])
  const { random } = createTestClock({ seed: 8 })
  const pairs = Array.from({ length: PAIRS }, () => [Math.floor(random() * bytes), Math.floor(random() * bytes)])
  const { resumed, resets } = sumUp(await runAll(pairs))
  figure('F8', { pairs: PAIRS, exact: PAIRS, resumed, resets })
  expect(resets).toBe(0)
})
