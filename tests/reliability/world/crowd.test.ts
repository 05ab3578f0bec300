import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import type { Actor } from './actor.js'
import { Stage } from './stage.js'

const [CROWD, AT_ONCE] = [1_000, 200]

/** Resolves when all of them are READY again; how long that took, of real time, in ms. */
async function comeBack(stage: Stage, actors: readonly Actor[]): Promise<number> {
  const started = performance.now()
  for (const actor of actors) actor.woken('online')
  await stage.world.advance(700)
  const took = performance.now() - started
  expect(actors.filter(({ client }) => client.status !== 'READY')).toEqual([])
  return took
}

test('F29 of 1,000 suspended sessions 200 resume at once: all exact', async () => {
  const stage = new Stage()
  const { world, home } = stage
  const re = { floor: 60_000, base: 60_000, cap: 60_000 }
  const actors = Array.from({ length: CROWD }, (_, i) => stage.actor(`user ${i}`, { re }))
  for (const actor of actors) actor.connect()
  await world.advance(200)
  expect(home.inspect()).toMatchObject({ links: CROWD, connections: CROWD })
  for (const actor of actors) stage.traffic(actor).tick(1)
  await world.advance(10)
  for (const link of world.links()) link.cut()
  await world.settle()
  expect(home.inspect()).toMatchObject({ links: 0, suspended: CROWD })
  for (const traffic of stage.traffics.values()) for (let i = 0; i < 3; i++) traffic.tick(3)
  const took = await comeBack(stage, actors.slice(0, AT_ONCE))
  expect(home.inspect()).toMatchObject({ links: AT_ONCE, suspended: CROWD - AT_ONCE })
  await comeBack(stage, actors.slice(AT_ONCE))
  await world.advance(2_000)
  expect(home.inspect()).toMatchObject({ links: CROWD, suspended: 0, suspendedBytes: 0 })
  expect(actors.flatMap(({ reasons }) => reasons)).toEqual([])
  expect(actors.every(({ readies }) => readies.length === 2 && readies[1]?.what.resumed)).toBe(true)
  await stage.exactAndClean()
  figure('F29', { suspended: CROWD, atOnce: AT_ONCE, resumesPerSecond: Math.round((AT_ONCE / took) * 1_000) })
}, 20_000)
