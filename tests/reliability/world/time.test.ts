import { systemClock } from '@wse/protocol/internal'
import { afterEach, expect, test, vi } from 'vitest'
import { figure } from '../figures.js'
import { inBackground } from './clocks.js'
import { Stage } from './stage.js'

afterEach(() => {
  vi.useRealTimers()
})

const HOUR = 3_600_000
const SHIFTS = { '1 h on': HOUR, '1 h back': -HOUR, '1 day on': 24 * HOUR, '1 day back': -24 * HOUR }

/** A session, an outage, an authorisation renewed, a window that ends; `shift` is called in the midst of each. */
async function life(shift: () => void): Promise<string> {
  const stage = new Stage({
    server: { identify: ({ identity, accept }) => accept(String(identity), null, { expires: 60_000 }) },
  })
  const { world } = stage
  const ann = stage.actor('ann')
  ann.connect(() => 'ann')
  await world.advance(2_000)
  const traffic = stage.traffic(ann)
  await stage.talk(20_000, 500)
  shift()
  await stage.talk(60_000, 500)
  world.refuse(stage.home)
  world.link(ann.client).cut()
  await world.advance(20_000)
  shift()
  await world.advance(20_000)
  world.admit(stage.home)
  await world.advance(20_000)
  expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
  await stage.talk(10_000, 500)
  await world.advance(2_000)
  traffic.expectExact()
  world.refuse(stage.home)
  world.link(ann.client).cut()
  await world.advance(60_000)
  shift()
  expect(stage.home.inspect().suspended).toBe(1)
  await world.advance(60_000)
  expect(stage.home.inspect().suspended).toBe(0)
  shift()
  world.admit(stage.home)
  await world.advance(20_000)
  expect([ann.client.status, ann.reasons]).toEqual(['READY', ['auth-expired']])
  await stage.exactAndClean()
  return world.transcript()
}

test('F21 the time of day may jump at any moment: nothing happens otherwise than without', async () => {
  const still = await life(() => {})
  const day = new Date('2026-03-29T00:59:00Z').getTime()
  for (const ms of Object.values(SHIFTS)) {
    let jumps = 0
    vi.setSystemTime(day)
    const moved = await life(() => vi.setSystemTime(day + ms * (++jumps % 2)))
    expect([jumps, moved === still]).toEqual([4, true])
  }
  figure('F21', { shifts: Object.keys(SHIFTS).join(', '), difference: 'none' })
})

test('F21 the clock of the machine does not follow the time of day', () => {
  const before = systemClock.now()
  vi.setSystemTime(Date.now() - 24 * HOUR)
  expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  vi.setSystemTime(Date.now() + 48 * HOUR)
  expect(systemClock.now() - before).toBeLessThan(HOUR)
})

/** A client in a tab that goes to the background, timers and all. */
async function background() {
  const stage = new Stage()
  let hidden = false
  const ann = await stage.ready('ann', { wrapClock: (clock) => inBackground(clock, () => hidden) })
  stage.traffic(ann)
  await stage.talk(7_000, 500)
  hidden = true
  return { stage, ann }
}

test('F23 a tab in the background, whose timers fire once a minute, stays READY', async () => {
  const { stage, ann } = await background()
  await stage.world.advance(1_800_000)
  await stage.talk(1_800_000, 5_000)
  await stage.world.advance(120_000)
  expect([ann.client.status, ann.codes, ann.reasons]).toEqual(['READY', [], []])
  expect(stage.world.links().length).toBe(1)
  await stage.exactAndClean()
  figure('F23', { minutes: 60, closed4003: 0 })
})

test('F23 a link lost in the background comes back with the next minute, exact', async () => {
  const { stage, ann } = await background()
  await stage.talk(100_000, 500)
  const from = stage.now
  stage.world.link(ann.client).cut()
  await stage.talk(70_000, 500)
  expect(ann.readies.map(({ what }) => what.resumed)).toEqual([false, true])
  expect(ann.readyAfter(from)).toBeLessThan(61_000)
  await stage.world.advance(120_000)
  expect([ann.codes, ann.reasons]).toEqual([[1006], []])
  await stage.exactAndClean()
  figure('F23-lost', { readyMs: ann.readyAfter(from) })
})

/** A path that has died while the tab is in the background. */
async function deadInBackground() {
  const { stage, ann } = await background()
  stage.world.link(ann.client).halfOpen()
  return { stage, ann, died: stage.now }
}

test('F23 a path that died in the background is found out at once when the tab is looked at', async () => {
  const { stage, ann } = await deadInBackground()
  await stage.world.advance(100_000)
  const from = stage.now
  ann.woken('active')
  await stage.world.advance(61_000)
  expect([ann.closedAfter(from), ann.client.status, ann.reasons]).toEqual([0, 'READY', []])
  await stage.clean()
})

test('F23 a path that dies in the background is found out there, too', async () => {
  const { stage, ann, died } = await deadInBackground()
  await stage.world.advance(600_000)
  // A look each minute: the second one after the patience of 35 s has to see it.
  expect(ann.closedAfter(died)).toBeLessThanOrEqual(180_000)
  figure('F23-dead', { foundMs: ann.closedAfter(died) })
  await stage.clean()
})
