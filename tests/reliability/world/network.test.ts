import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { most, Stage } from './stage.js'

/** Moments between two pings, in ms. */
const PHASES = [0, 2_000, 4_000, 7_000, 9_000, 12_000, 14_000, 17_000, 19_000, 22_000, 24_000]

/** The path of a client is gone without a word, and another works. `told`: the machine says so. */
async function change(seed: number, phase: number, told: boolean) {
  const stage = new Stage({ seed })
  const ann = await stage.ready('ann')
  stage.traffic(ann)
  await stage.talk(phase + 500, 500)
  stage.world.link(ann.client).halfOpen()
  const from = stage.now
  if (told) ann.woken('online')
  await stage.talk(37_000, 500)
  await stage.world.advance(2_000)
  expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
  expect(ann.readies.map(({ what }) => what.resumed)).toEqual([false, true])
  await stage.exactAndClean()
  return { detected: ann.closedAfter(from), ready: ann.readyAfter(from) }
}

test('F25 another network: READY within a second where the machine says so, else once the silence is noticed', async () => {
  const online = []
  const silent = []
  for (const [seed, phase] of PHASES.entries()) {
    online.push(await change(seed, phase, true))
    silent.push(await change(seed, phase, false))
  }
  const onlineMs = most(online.map(({ ready }) => ready))
  const detectedMs = most(silent.map(({ detected }) => detected))
  const readyMs = most(silent.map(({ ready }) => ready))
  expect(onlineMs).toBeLessThan(1_000)
  expect(detectedMs).toBeLessThanOrEqual(35_000)
  // And the first wait of the backoff, and the handshake.
  expect(readyMs).toBeLessThanOrEqual(35_000 + 1_000 + 80)
  figure('F25', { onlineMs, detectedMs, readyMs })
})

test('F25 a client that waits for its next try is told as well, and tries at once', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  stage.world.refuse(stage.home)
  stage.world.link(ann.client).cut()
  await stage.world.advance(50_000)
  stage.world.admit(stage.home)
  const from = stage.now
  expect((ann.retries.at(-1)?.at ?? 0) + (ann.retries.at(-1)?.what.delay ?? 0) - from).toBeGreaterThan(1_000)
  ann.woken('online')
  await stage.world.advance(1_000)
  expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
  figure('F25-waiting', { readyMs: ann.readyAfter(from) })
  await stage.clean()
})

test('F26 an authorisation that ends during an outage: one new identity for the way back, and the session goes on', async () => {
  const seen: { refresh: boolean; resume: unknown; identity: unknown }[] = []
  const stage = new Stage({
    server: {
      identify: ({ identity, refresh, resume, accept }) => {
        seen.push({ refresh, resume, identity })
        accept('ann', null, { expires: 60_000 })
      },
    },
  })
  let asked = 0
  // Away for long, and then one attempt.
  const ann = stage.actor('ann', { re: { floor: 100_000, base: 100_000, cap: 100_000 } })
  ann.connect(() => `token ${++asked}`)
  await stage.world.advance(2_000)
  const traffic = stage.traffic(ann)
  await stage.talk(8_000, 500)
  stage.world.link(ann.client).cut()
  const from = stage.now
  traffic.up(5)
  traffic.down(5)
  await stage.world.advance(99_900)
  expect(asked).toBe(1)
  await stage.world.advance(2_000)
  expect([ann.client.status, ann.reasons, asked]).toEqual(['READY', [], 2])
  expect(ann.readies.at(-1)?.what.resumed).toBe(true)
  expect(seen.at(-1)).toEqual({ refresh: false, resume: { cid: 'ann' }, identity: 'token 2' })
  expect(stage.words(from)).toEqual(['suspended ann', 'resumed ann'])
  await stage.talk(10_000, 500)
  // The new authorisation has its own time, and is renewed on the link.
  await stage.world.advance(30_000)
  expect([asked, seen.at(-1)]).toEqual([3, { refresh: true, resume: null, identity: 'token 3' }])
  await stage.talk(60_000, 500)
  await stage.world.advance(2_000)
  expect(ann.codes).toEqual([1006])
  figure('F26', { identityReadForTheWayBack: 1, resumed: 'yes', readyMs: ann.readyAfter(from) })
  await stage.exactAndClean()
})
