import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { most, Stage } from './stage.js'

const CLIENTS = 20
/** Moments between two pings at which something stands still, in ms. */
const PHASES = [0, 3_100, 8_200, 12_300, 17_400, 22_500]

/** Links that the server ended for silence: on each, who said so first. */
function endedByServer(stage: Stage): number {
  const first = new Map<string, string>()
  for (const line of stage.lines(/ close 4003/)) {
    const [, link = '', way = ''] = /(#\d+) +(up|down)/.exec(line) ?? []
    if (!first.has(link)) first.set(link, way)
  }
  return [...first.values()].filter((way) => way === 'down').length
}

/** The server does nothing for `ms`, while its clients go on. */
async function standstill(phase: number, ms: number) {
  const stage = new Stage()
  const actors = Array.from({ length: CLIENTS }, (_, i) => stage.actor(`user ${i}`))
  for (const actor of actors) actor.connect()
  await stage.world.advance(30_000)
  for (const actor of actors) stage.traffic(actor)
  await stage.talk(phase + 500, 500)
  stage.world.sleep(stage.home)
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (const traffic of stage.traffics.values()) traffic.up()
    await stage.world.advance(1_000)
  }
  stage.world.wake(stage.home)
  await stage.talk(60_000, 1_000)
  await stage.world.advance(2_000)
  expect(actors.filter(({ client }) => client.status !== 'READY')).toEqual([])
  expect(actors.flatMap(({ reasons }) => reasons)).toEqual([])
  const lost = actors.flatMap(({ codes }) => codes).length
  const byServer = endedByServer(stage)
  await stage.exactAndClean()
  return { lost, byServer }
}

test('F20 a server that stood still for 5 s ends no link, nor does any client', async () => {
  for (const phase of PHASES) expect(await standstill(phase, 5_000)).toEqual({ lost: 0, byServer: 0 })
  figure('F20', { clients: CLIENTS * PHASES.length, blockedMs: 5_000, lost: 0 })
})

test('F20 one that stood still for 30 s blames nobody for its own silence', async () => {
  let lost = 0
  for (const phase of PHASES) {
    const result = await standstill(phase, 30_000)
    expect(result.byServer).toBe(0)
    lost += result.lost
  }
  figure('F20-long', { clients: CLIENTS * PHASES.length, blockedMs: 30_000, byServer: 0, byClients: lost })
})

test('F20 a client that stood still for 60 s is back within two seconds, exact', async () => {
  const back: number[] = []
  for (const [seed, phase] of PHASES.entries()) {
    const stage = new Stage({ seed })
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    await stage.talk(phase + 500, 500)
    stage.world.sleep(ann.client)
    for (let second = 0; second < 60; second++) {
      traffic.down()
      await stage.world.advance(1_000)
    }
    const from = stage.now
    stage.world.wake(ann.client)
    await stage.world.advance(2_000)
    expect([ann.client.status, ann.readies.at(-1)?.what.resumed]).toEqual(['READY', true])
    back.push(ann.readyAfter(from))
    await stage.talk(60_000, 500)
    await stage.world.advance(2_000)
    expect([ann.codes.length, ann.reasons, stage.world.links().length]).toEqual([1, [], 2])
    await stage.exactAndClean()
  }
  expect(most(back)).toBeLessThanOrEqual(2_000)
  figure('F20-client', { blockedMs: 60_000, readyMs: most(back) })
})

test('F20 a client that stood still for 5 s keeps its link', async () => {
  for (const phase of PHASES) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    await stage.talk(phase + 500, 500)
    stage.world.sleep(ann.client)
    traffic.down(10)
    await stage.world.advance(5_000)
    stage.world.wake(ann.client)
    await stage.talk(60_000, 500)
    await stage.world.advance(2_000)
    expect([ann.codes, ann.reasons]).toEqual([[], []])
    await stage.exactAndClean()
  }
})
