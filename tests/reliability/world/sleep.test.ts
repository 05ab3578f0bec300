import type { WorldLink } from '@wse/testing'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { counted } from './clocks.js'
import { Stage } from './stage.js'

const SECOND = 1_000
/** How long the machine sleeps, and whether its session is still there. */
const NAPS = [
  { name: '10 s', ms: 10 * SECOND, ends: false },
  { name: '100 s', ms: 100 * SECOND, ends: false },
  { name: '10 min', ms: 600 * SECOND, ends: true },
  { name: '2 h', ms: 7_200 * SECOND, ends: true },
]
/** Timers that may fire in the second after waking; what was to be done every second of the sleep would be far more. */
const FEW = 10

/** A machine sleeps and wakes; `dead`: its network forgets its links meanwhile. */
async function nap(ms: number, clock: 'jumps' | 'stops', dead: boolean, ends: boolean) {
  const stage = new Stage()
  const { world } = stage
  let [fired, together] = [0, 0]
  const ann = await stage.ready('ann', {
    wrapClock: (own) => counted(own, () => fired++),
    dialled: (link) => {
      const others = (one: WorldLink) => one !== link && ['connecting', 'open'].includes(one.state('client'))
      if (world.links().some(others)) together++
    },
  })
  const traffic = stage.traffic(ann)
  await stage.talk(10_000, 500)
  if (dead) world.link(ann.client).halfOpen()
  world.sleep(ann.client)
  if (!ends) traffic.down(20)
  await world.advance(ms)
  fired = 0
  const from = stage.now
  world.wake(ann.client, { clock })
  await world.advance(SECOND)
  const burst = fired
  await world.advance(40_000)
  expect(ann.client.status).toBe('READY')
  expect([together, world.links().length <= 2]).toEqual([0, true])
  expect(ann.reasons).toEqual(ends ? ['window'] : [])
  expect(burst).toBeLessThanOrEqual(FEW)
  await stage.talk(10_000, 500)
  await world.advance(2_000)
  expect(world.links().length).toBeLessThanOrEqual(2)
  const readyMs = ann.codes.length === 0 ? 0 : Math.round(ann.readyAfter(from))
  await stage.exactAndClean()
  return { readyMs, burst }
}

for (const clock of ['jumps', 'stops'] as const) {
  for (const { name, ms, ends } of NAPS) {
    test(`F22 a sleep of ${name}, in which the clock ${clock}: at most one way back`, async () => {
      const alive = await nap(ms, clock, false, ends)
      const dead = await nap(ms, clock, true, ends)
      expect(alive.readyMs).toBeLessThanOrEqual(2 * SECOND)
      // A clock that stood still has nothing to tell of the silence.
      expect(dead.readyMs).toBeLessThanOrEqual(clock === 'jumps' && ms > 35 * SECOND ? 2.5 * SECOND : 37 * SECOND)
      figure(`F22-${name.replace(' ', '')}-${clock}`, {
        outcome: ends ? 'reset window' : 'resumed',
        readyMs: alive.readyMs,
        readyDeadPathMs: dead.readyMs,
        timersOnWaking: Math.max(alive.burst, dead.burst),
      })
    })
  }
}

test('F22 a sleep in the midst of coming back: at whatever step, one session, exact', async () => {
  for (let step = 0; step <= 100; step += 10) {
    const stage = new Stage()
    const { world } = stage
    const ann = await stage.ready('ann', { re: { floor: 100, base: 100, cap: 100 } })
    const traffic = stage.traffic(ann)
    await stage.talk(2_000, 100)
    world.link(ann.client).cut()
    traffic.tick(1)
    await world.advance(100 + step)
    world.sleep(ann.client)
    await world.advance(60 * SECOND)
    world.wake(ann.client)
    await world.advance(2 * SECOND)
    expect([step, ann.client.status, ann.reasons]).toEqual([step, 'READY', []])
    expect(stage.words().filter((word) => /^(error|reset|disconnected|left)/.test(word))).toEqual([])
    await stage.talk(2_000, 100)
    await world.advance(2 * SECOND)
    await stage.exactAndClean()
  }
})
