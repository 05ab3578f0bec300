import { WSE_CLOSE, WSE_ERROR, type WseError } from '@wse/client'
import { expect, test } from 'vitest'
import { figure } from '../figures.js'
import type { Actor } from './actor.js'
import { Stage } from './stage.js'

test('F17 a second link of the same session, while the first is still open at the server: one session, exact', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  const traffic = stage.traffic(ann)
  await stage.talk(2_000, 50)
  const before = stage.conn('ann')
  const old = stage.world.link(ann.client)
  old.stall()
  // On its way on the old link, and to be sent again on the new one.
  traffic.tick(1)
  const from = stage.now
  ann.woken('online')
  expect(old.state('server')).toBe('open')
  await stage.talk(1_000, 50)
  expect([ann.client.status, ann.readies.at(-1)?.what.resumed]).toEqual(['READY', true])
  expect([stage.conn('ann'), before.state]).toEqual([before, 'live'])
  expect(old.state('server')).toBe('closing')
  // What it still brings is heard by nobody.
  old.heal()
  await stage.talk(6_000, 50)
  expect(old.state('server')).toBe('closed')
  await stage.world.advance(2_000)
  expect(stage.words(from)).toEqual(['suspended ann', 'resumed ann'])
  expect(stage.home.inspect()).toMatchObject({ links: 1, connections: 1, clients: 1, instances: 1 })
  expect(ann.reasons).toEqual([])
  figure('F17', { readyMs: ann.readyAfter(from), sessions: 1 })
  await stage.exactAndClean()
})

test('F17 woken again and again in a second: never two links in use, exact', async () => {
  const stage = new Stage()
  const ann = await stage.ready('ann')
  stage.traffic(ann)
  for (let i = 0; i < 40; i++) {
    ann.woken('online')
    await stage.talk(25, 25)
  }
  await stage.world.advance(10_000)
  expect([ann.client.status, ann.reasons]).toEqual(['READY', []])
  expect(stage.words().filter((word) => /^(joined|left|connected|disconnected)/.test(word))).toHaveLength(2)
  expect(stage.home.inspect()).toMatchObject({ links: 1, connections: 1 })
  await stage.exactAndClean()
})

/** It was sent away, and is told so. */
function expectDisplaced({ client, outcome, codes }: Actor): void {
  expect([client.status, codes.at(-1)]).toEqual(['OFFLINE', WSE_CLOSE.DISPLACED])
  if (outcome !== 'connected') expect((outcome as WseError).code).toBe(WSE_ERROR.DISPLACED)
}

/** Two tabs of one user, of which the second has just come. */
async function twoTabs(meanwhile: (stage: Stage, one: Actor) => Promise<void>) {
  const stage = new Stage()
  const [one, two] = [stage.actor('one'), stage.actor('two')]
  one.connect('ann')
  await stage.world.advance(2_000)
  await meanwhile(stage, one)
  two.connect('ann')
  await stage.world.advance(2_000)
  return { stage, one, two }
}

/** Ten minutes, with the first tab looked at now and then: nothing happens. */
async function expectPeace(stage: Stage, one: Actor, two: Actor): Promise<number> {
  const dials = () => stage.world.links().length
  const before = dials()
  for (let minute = 0; minute < 10; minute++) {
    one.woken('online')
    one.woken('active')
    await stage.world.advance(60_000)
  }
  expectDisplaced(one)
  expect([two.client.status, two.codes]).toEqual(['READY', []])
  expect(dials()).toBe(before)
  expect(stage.home.inspect()).toMatchObject({ links: 1, connections: 1, clients: 1, suspended: 0 })
  return before
}

test('F18 of two tabs of one user the first is displaced, and stays away', async () => {
  const { stage, one, two } = await twoTabs(async () => {})
  expectDisplaced(one)
  const dials = await expectPeace(stage, one, two)
  expect(dials).toBe(2)
  const gone = ['reset ann displaced', 'disconnected ann 4505']
  expect(stage.words()).toEqual(['joined ann', 'connected ann', ...gone, 'connected ann'])
  figure('F18', { dials, minutes: 10, displacements: 1 })
  await stage.clean()
})

test('F18 a tab that was away while another came is told so when it comes back', async () => {
  const { stage, one, two } = await twoTabs(async ({ world, home }, first) => {
    world.partition(first.client, home)
    world.link(first.client).cut()
    await world.advance(5_000)
  })
  expect(one.client.status).toBe('RE_CONNECTING')
  stage.world.join(one.client, stage.home)
  await stage.world.advance(30_000)
  await expectPeace(stage, one, two)
  await stage.clean()
})

test('F18 a tab whose path had died is told so as well, once it finds out', async () => {
  const { stage, one, two } = await twoTabs(async ({ world }, first) => {
    world.link(first.client).halfOpen()
  })
  expect(one.client.status).toBe('READY')
  await stage.world.advance(40_000)
  await expectPeace(stage, one, two)
  await stage.clean()
})
