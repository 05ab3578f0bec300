import type { Ways } from '@wse/testing'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { most, Stage } from './stage.js'

/** Interval and grace of the heartbeat. */
const BOUND = 35_000
/** The first wait of the backoff, and the way there. */
const BACK = 1_000 + 100
/** Moments between two pings at which the path dies, in ms. */
const PHASES = Array.from({ length: 13 }, (_, i) => i * 2_000)

test('F3 half-open both ways: each end finds out by itself within 35 s, and the session goes on', async () => {
  const [client, server, back] = [[], [], []] as [number[], number[], number[]]
  for (const phase of PHASES) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    const traffic = stage.traffic(ann)
    await stage.talk(phase, 500)
    traffic.tick(1)
    stage.world.link(ann.client).halfOpen()
    const from = stage.now
    // Nobody may find out by the other's coming back.
    stage.world.refuse(stage.home)
    await stage.talk(BOUND + 1, 5_000)
    client.push(ann.closedAfter(from))
    server.push(stage.toldAfter('suspended ann', from))
    const admitted = stage.now
    stage.world.admit(stage.home)
    ann.woken('online')
    await stage.world.advance(15_000)
    back.push(ann.readyAfter(admitted))
    expect(ann.readies.map(({ what }) => what.resumed)).toEqual([false, true])
    expect([ann.codes[0], ann.reasons]).toEqual([4003, []])
    await stage.exactAndClean()
  }
  expect(most(client)).toBeLessThanOrEqual(BOUND)
  expect(most(server)).toBeLessThanOrEqual(BOUND)
  figure('F3', { cases: PHASES.length, clientMs: most(client), serverMs: most(server), readyMs: most(back) })
})

/** One direction dies; the other goes on, and whoever is heard keeps talking. */
async function oneWay(way: Ways, quiet: boolean) {
  const [detected, ready] = [[], []] as [number[], number[]]
  const deciders = new Set<string>()
  for (const phase of PHASES) {
    const stage = new Stage()
    const ann = await stage.ready('ann')
    stage.traffic(ann)
    await stage.talk(phase, 500)
    stage.world.link(ann.client).halfOpen(way)
    const from = stage.now
    if (quiet) await stage.world.advance(BOUND + BACK)
    else await stage.talk(BOUND + BACK, 1_000)
    detected.push(Math.max(ann.closedAfter(from), stage.toldAfter('suspended ann', from)))
    ready.push(ann.readyAfter(from))
    // The first to say so; the other answers.
    deciders.add(wayOf(stage.lines(/#1 .* close 4003/)[0]))
    expect(ann.readies.map(({ what }) => what.resumed)).toEqual([false, true])
    await stage.world.advance(1_000)
    await stage.exactAndClean()
  }
  return { detected: most(detected), ready: most(ready), deciders: [...deciders] }
}

/** The way a line of the transcript is about. */
function wayOf(line = ''): string {
  return /#\d+ +(up|down)/.exec(line)?.[1] ?? ''
}

test('F4 half-open one way: who hears nothing ends it within 35 s, however much it says itself', async () => {
  const up = await oneWay('up', false)
  const down = await oneWay('down', false)
  const quietUp = await oneWay('up', true)
  const quietDown = await oneWay('down', true)
  for (const { detected, ready } of [up, down, quietUp, quietDown]) {
    // The close has a way to go.
    expect(detected).toBeLessThanOrEqual(BOUND + 20)
    expect(ready).toBeLessThanOrEqual(BOUND + BACK)
  }
  // The client hears pings, and leaves it to the server to say so; and the other way round.
  expect(up.deciders).toEqual(['down'])
  expect(down.deciders).toEqual(['up'])
  figure('F4', { upMs: up.detected, downMs: down.detected, upReadyMs: up.ready, downReadyMs: down.ready })
})
