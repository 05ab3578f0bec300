import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { createWorld } from '@wse/testing'
import { expect, it } from 'vitest'
import { figure } from './figures.js'

const CLIENTS = 500
const CALLS = 5
const SPREAD = 15_000

function worldOfTwo() {
  return createWorld<WseServer, WseClient>({
    seed: 15,
    latency: 20,
    jitter: 10,
    server: ({ clock }) => {
      const server = new WseServer({ clock, identify: ({ identity, accept }) => accept(identity) })
      server.register('work', (_, ms) => new Promise((resolve) => clock.setTimer(() => resolve(ms), ms)))
      server.register('never', () => new Promise(() => {}))
      return server
    },
    client: (env) => new WseClient({ ...env, re: true }),
  })
}

it(`F15 ${CLIENTS} clients leave a server that drains, with ${CALLS} calls each of 0 to 8 s, and lose none`, async () => {
  const world = worldOfTwo()
  const [one, two] = [world.server('one'), world.server('two')]
  const clients = Array.from({ length: CLIENTS }, () => world.client({ to: one }))
  const connected = clients.map((client, i) => client.connect(`user ${i}`))
  await world.advance(1_000)
  await Promise.all(connected)
  const failures: unknown[] = []
  let answered = 0
  const work = (client: WseClient) =>
    client.call('work', Math.round(world.random() * 8_000), { timeout: 0 }).then(
      () => answered++,
      (error) => failures.push(error),
    )
  for (const client of clients) for (let i = 0; i < CALLS; i++) work(client)
  const moved: number[] = []
  const began = world.clock.now()
  for (const client of clients) client.when.ready(() => moved.push(world.clock.now() - began))
  const drained = one.drain({ timeout: 25_000, spread: SPREAD, to: world.urlOf(two) })
  // Somebody who comes now is sent away, and asked to try again.
  const late = world.client({ to: one })
  const lateCame = late.connect('late').catch((error) => error)
  for (let second = 0; second < 30; second++) {
    await world.advance(1_000)
    if (second % 3 === 0) for (const client of clients.slice(second * 10, second * 10 + 50)) work(client)
  }
  await drained
  await world.advance(10_000)
  const chi = chiSquared(moved, SPREAD, 15)
  figure('F15', {
    clients: CLIENTS,
    calls: answered + failures.length,
    lost: failures.length,
    chiSquaredOf15Bins: Math.round(chi * 10) / 10,
  })
  expect(failures).toEqual([])
  expect(new Set(clients.map(({ status, url }) => `${status} ${url}`))).toEqual(new Set([`READY ${world.urlOf(two)}`]))
  // 14 degrees of freedom: a uniform arrival exceeds 36.1 once in a thousand seeds (NIST handbook, table 1.3.6.7.4).
  expect(chi).toBeLessThan(36.1)
  await late.disconnect()
  expect(await lateCame).toBeInstanceOf(Error)
  expect(await world.close()).toEqual([])
})

it('F15 a second drain waits no longer', async () => {
  const world = worldOfTwo()
  const server = world.server('one')
  const client = world.client({ to: server })
  const connecting = client.connect('ann')
  await world.advance(200)
  await connecting
  const call = client.call('never', null, { timeout: 0 }).catch((error) => error)
  const drained = server.drain({ timeout: 25_000, spread: 0 })
  await world.advance(300)
  const again = server.drain()
  await world.advance(500)
  await Promise.all([drained, again])
  await client.disconnect()
  // It ran, and the server said so before it went.
  expect(await call).toMatchObject({ details: { certainty: 'delivered' } })
  expect(await world.close()).toEqual([])
})

/** How far arrivals over `span` ms are from uniform. */
function chiSquared(times: readonly number[], span: number, bins: number): number {
  const counts = Array.from({ length: bins }, () => 0)
  for (const time of times) {
    const bin = Math.min(bins - 1, Math.floor((time / span) * bins))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const expected = times.length / bins
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
