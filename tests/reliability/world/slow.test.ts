import type { WorldLink } from '@wse/testing'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import { counted } from './clocks.js'
import { most, Stage } from './stage.js'

/** Clients, and messages each of them says and hears. */
const [CLIENTS, MESSAGES] = [20, 250]

test('F10 latency of 200 to 1,000 ms on a third of the links: 10,000 messages, exact, and nobody is taken for dead', async () => {
  const stage = new Stage({ latency: 20, jitter: 10 })
  let slow = 0
  const dialled = (link: WorldLink) => {
    if (stage.world.random() >= 0.3) return
    slow++
    link.latency(200, 800)
  }
  const actors = Array.from({ length: CLIENTS }, (_, i) => stage.actor(`user ${i}`, { dialled }))
  for (const actor of actors) actor.connect()
  await stage.world.advance(5_000)
  for (const actor of actors) stage.traffic(actor)
  await stage.talk(MESSAGES * 400, 400, 10)
  await stage.world.advance(5_000)
  expect(slow).toBeGreaterThan(CLIENTS / 5)
  expect(actors.flatMap(({ codes, reasons }) => [...codes, ...reasons])).toEqual([])
  expect(stage.world.links().length).toBe(CLIENTS)
  const heard = [...stage.traffics.values()].reduce((sum, { messages }) => sum + messages, 0)
  expect(heard).toBeGreaterThanOrEqual(10_000)
  const latency = most(actors.map(({ client }) => client.latency ?? 0))
  await stage.exactAndClean()
  figure('F10', { links: CLIENTS, slow, messages: heard, closed4003: 0, latencyMs: Math.round(latency) })
})

test('F10 links that stall for up to 8 s time and again are not taken for dead either', async () => {
  const stage = new Stage({ seed: 2, latency: 200, jitter: 800 })
  const ann = await stage.ready('ann')
  stage.traffic(ann)
  const link = stage.world.link(ann.client)
  let longest = 0
  for (let round = 0; round < 20; round++) {
    const silence = stage.world.random() * 8_000
    longest = Math.max(longest, silence)
    link.stall((['up', 'down', 'both'] as const)[round % 3])
    await stage.talk(silence, 200)
    link.heal()
    await stage.talk(2_000, 200)
  }
  await stage.world.advance(5_000)
  expect([ann.codes, ann.reasons]).toEqual([[], []])
  await stage.exactAndClean()
  figure('F10-stalls', { stalls: 20, longestMs: Math.round(longest), closed4003: 0 })
})

test('F11 latency of 150 ± 100 ms and a byte each ms: the handshake and 100 calls work', async () => {
  const stage = new Stage({ latency: 50, jitter: 200 })
  const ann = stage.actor('ann', { dialled: (link) => link.slice({ bytes: 1, every: 1 }) })
  const traffic = stage.traffic(ann)
  ann.connect()
  await stage.world.advance(10_000)
  expect(ann.client.status).toBe('READY')
  const readyMs = ann.readies[0]?.at ?? 0
  const from = stage.now
  for (let i = 0; i < 100; i++) traffic.ask()
  while (traffic.answered < 100) {
    await stage.world.advance(100)
    expect(stage.now - from).toBeLessThan(60_000)
  }
  const callsMs = stage.now - from
  await stage.talk(60_000, 100)
  await stage.world.advance(5_000)
  expect([ann.codes, ann.reasons]).toEqual([[], []])
  const acks = stage.lines(/~wse:ack/).filter((line) => !line.includes('arrives')).length
  const acksPer100 = Math.round((acks / traffic.messages) * 1_000) / 10
  // One a second each way, and one for 64 frames, those with answers included (PROTOCOL.md, "~wse:ack").
  const seconds = Math.ceil((stage.now - readyMs) / 1_000)
  expect(acks).toBeLessThanOrEqual(2 * (seconds + 1) + (2 * traffic.messages) / 64)
  await stage.exactAndClean()
  figure('F11', { readyMs: Math.round(readyMs), calls: 100, callsMs, messages: traffic.messages, acks, acksPer100 })
})

test('F11 acknowledging costs a client one timer a second, not one a frame', async () => {
  const stage = new Stage()
  let fired = 0
  const ann = await stage.ready('ann', { wrapClock: (clock) => counted(clock, () => fired++) })
  const traffic = stage.traffic(ann)
  await stage.world.advance(3_000)
  fired = 0
  for (let i = 0; i < 50; i++) {
    traffic.down()
    await stage.world.advance(10)
  }
  await stage.world.advance(2_000)
  // And those that look after the link.
  expect(fired).toBeLessThanOrEqual(3)
  await stage.exactAndClean()
})
