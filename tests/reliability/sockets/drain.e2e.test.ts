import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { figure } from '../figures.js'

const CLIENTS = 100
const CALLS = 5
/** Milliseconds a call takes at most. */
const LONGEST = 1_500

async function worker(): Promise<{ server: WseServer; url: string }> {
  const server = new WseServer({ port: 0, identify: ({ identity, accept }) => accept(identity) })
  server.register('work', (_, ms) => new Promise((resolve) => setTimeout(resolve, ms, ms)))
  const { port } = await server.listen()
  return { server, url: `ws://127.0.0.1:${port}` }
}

it(`F15 ${CLIENTS} clients move to a second server, and lose no call`, { timeout: 60_000 }, async () => {
  const [one, two] = [await worker(), await worker()]
  const clients = Array.from(
    { length: CLIENTS },
    () => new WseClient({ url: one.url, re: true, jumpPolicy: [two.url] }),
  )
  await Promise.all(clients.map((client, i) => client.connect(`user ${i}`)))
  const failures: unknown[] = []
  const work = (client: WseClient) =>
    client.call('work', Math.round(Math.random() * LONGEST), { timeout: 0 }).catch((error) => failures.push(error))
  const before = clients.flatMap((client) => Array.from({ length: CALLS }, () => work(client)))
  const started = performance.now()
  const drained = one.server.drain({ timeout: 6_000, spread: 2_000, to: two.url })
  // Calls go on being made while everybody moves.
  const during: Promise<unknown>[] = []
  const pace = setInterval(() => during.push(...clients.filter((_, i) => i % 10 === 0).map(work)), 50)
  await drained
  clearInterval(pace)
  const seconds = Math.round((performance.now() - started) / 100) / 10
  await Promise.all([...before, ...during])
  figure('F15-sockets', { clients: CLIENTS, calls: before.length + during.length, lost: failures.length, seconds })
  expect(failures).toEqual([])
  expect(clients.map(({ status, url }) => `${status} ${url}`)).toEqual(clients.map(() => `READY ${two.url}`))
  expect([one.server.clients.size, two.server.clients.size]).toEqual([0, CLIENTS])
  await Promise.all(clients.map((client) => client.disconnect()))
  await two.server.close()
})
