import { WSE_ERROR } from '@wse/client'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import type { Actor } from './actor.js'
import { most, Stage } from './stage.js'

const CONNECT_TIMEOUT = 10_000
/** The longest wait of the backoff, and the way there. */
const CAP = 15_000 + 200

test('F12 a server that takes no link: 10 s, then another try by backoff', async () => {
  const stage = new Stage()
  const ann = stage.actor('ann')
  stage.world.partition(ann.client, stage.home)
  ann.connect()
  await stage.world.advance(120_000)
  const causes = ann.retries.map(({ what }) => what.cause.code)
  expect(causes.length).toBeGreaterThan(5)
  expect(new Set(causes)).toEqual(new Set([WSE_ERROR.CONNECT_TIMEOUT]))
  expectBackoff(ann)
  // Each try has its 10 s, however long the last took.
  const starts = ann.retries.map(({ at, what }) => at + what.delay)
  const took = ann.retries.map(({ at }, i) => at - (i === 0 ? 0 : (starts[i - 1] ?? 0)))
  expect(new Set(took)).toEqual(new Set([CONNECT_TIMEOUT]))
  const joined = stage.now
  stage.world.join(ann.client, stage.home)
  await stage.world.advance(CAP + CONNECT_TIMEOUT)
  expect([ann.client.status, ann.outcome]).toEqual(['READY', 'connected'])
  expect(stage.home.inspect().connections).toBe(1)
  figure('F12', { tries: causes.length, timeoutMs: most(took), readyMs: ann.readyAfter(joined) })
  await stage.clean()
})

test('F12 a server that takes the link and never answers: the same, and one session in the end', async () => {
  const stage = new Stage()
  const silent = new Set<number>([1, 2])
  const ann = stage.actor('ann', {
    // The hello is on its way when the path stalls, and arrives in the end, with the end of its link behind it.
    dialled: (link) => {
      if (silent.has(link.id)) stage.world.clock.setTimer(() => link.stall(), 41)
    },
  })
  ann.connect()
  await stage.world.advance(40)
  expect(stage.world.link(ann.client).state('client')).toBe('open')
  await stage.world.advance(40_000)
  const details = ann.retries.map(({ what }) => [what.attempt, what.cause.code, what.cause.details?.while])
  expect(details).toEqual([1, 2].map((attempt) => [attempt, WSE_ERROR.CONNECT_TIMEOUT, 'greeting']))
  expect(ann.client.status).toBe('READY')
  const traffic = stage.traffic(ann)
  for (const link of stage.world.links()) link.heal()
  await stage.talk(15_000, 500)
  await stage.world.advance(1_000)
  expect([ann.codes.slice(2), ann.reasons, traffic.failed]).toEqual([[], [], []])
  expect(stage.home.inspect()).toMatchObject({ links: 1, connections: 1, clients: 1, suspended: 0, handshakes: 0 })
  await stage.exactAndClean()
})

/** Each wait is between the floor and a bound that doubles up to the cap. */
function expectBackoff({ retries }: Actor): void {
  for (const { what } of retries) {
    expect(what.delay).toBeGreaterThanOrEqual(250)
    expect(what.delay).toBeLessThanOrEqual(Math.min(15_000, 1_000 * 2 ** (what.attempt - 1)))
  }
}

test('F16 a server that crashes 300 ms after each start: nobody is stuck, and a short READY resets no backoff', async () => {
  const stage = new Stage({ latency: 5, jitter: 5 })
  const { world } = stage
  let server = stage.home
  const actors = Array.from({ length: 50 }, (_, i) => stage.actor(`user ${i}`))
  for (const actor of actors) actor.connect()
  await world.advance(300)
  for (let round = 0; round < 20; round++) {
    world.crash(server)
    await world.advance(2_000)
    server = world.restart(server)
    if (round < 19) await world.advance(300)
  }
  const last = stage.now
  const shortReadies = actors.reduce((sum, { readies }) => sum + readies.length, 0) - actors.length
  expect(shortReadies).toBeGreaterThan(20)
  for (const actor of actors) {
    // Never back to 1, whatever was READY in between.
    expect(actor.retries.map(({ what }) => what.attempt)).toEqual(actor.retries.map((_, i) => i + 1))
    expectBackoff(actor)
  }
  await world.advance(CAP)
  expect(actors.filter(({ client }) => client.status !== 'READY')).toEqual([])
  expect(server.inspect()).toMatchObject({ clients: 50, connections: 50, suspended: 0 })
  const attempts = actors.map(({ retries }) => retries.length)
  const readyMs = Math.round(most(actors.map((actor) => actor.readyAfter(last))))
  // Once a link has held for 10 s, the next loss counts as the first again.
  await world.advance(10_000)
  for (const actor of actors) world.link(actor.client).cut()
  await world.settle()
  expect(new Set(actors.map(({ retries }) => retries.at(-1)?.what.attempt))).toEqual(new Set([1]))
  await world.advance(2_000)
  await stage.clean()
  figure('F16', { clients: 50, crashes: 20, shortReadies, attempts: most(attempts), readyMs })
})
