import { createMemoryHub } from '@wse/protocol/backplane'
import { FRAME_LIMITS, jsonCodec } from '@wse/protocol/internal'
import { createTestClock } from '@wse/testing'
import { expect, it } from 'vitest'
import { Cluster } from '../../backplane/cluster.js'
import { Fences } from './fences.js'

const NOBODY = {
  topic: () => {},
  prefix: () => {},
  said: () => {},
  node: () => {},
  gap: () => {},
  became: () => {},
  state: () => {},
  failed: () => {},
  answer: () => undefined,
}

/** Fences of some servers, and which sessions they were told to be of no more use. */
async function servers(count: number) {
  const clock = createTestClock({ seed: 1 })
  const hub = createMemoryHub({ clock })
  const all = Array.from({ length: count }, () => {
    const cluster = new Cluster({ backplane: hub.backplane(), clock, codecs: [jsonCodec], limits: FRAME_LIMITS })
    const lost: string[] = []
    const older: unknown[] = []
    const events = { lost: (conn_id: string) => lost.push(conn_id), older: (...of: unknown[]) => older.push(of) }
    return { cluster, lost, older, fences: new Fences(cluster, events) }
  })
  await Promise.all([...all.map(({ cluster }) => cluster.start(NOBODY)), clock.settle()])
  return {
    clock,
    hub,
    servers: all,
    async keep() {
      for (const { fences } of all) fences.keep()
      await clock.advance(100)
    },
    async close() {
      for (const { fences } of all) fences.stop()
      await Promise.all([...all.map(({ cluster }) => cluster.close()), clock.settle()])
      return all.map(({ fences }) => fences.timers)
    },
  }
}

it('leaves a session to the server that heard the last hello of its client', async () => {
  const { servers: all, keep, close } = await servers(2)
  const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
  await one.fences.claim('a', 'ann', 'i', 1)
  await two.fences.claim('b', 'ann', 'i', 2)
  await keep()
  expect([one.lost, two.lost, one.fences.size, two.fences.size]).toEqual([['a'], [], 0, 1])
  expect(await close()).toEqual([0, 0])
})

it('leaves it there, though an older hello, which its client gave up, was heard later elsewhere', async () => {
  const { servers: all, keep, close } = await servers(2)
  const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
  await one.fences.claim('a', 'ann', 'i', 2)
  await two.fences.claim('b', 'ann', 'i', 1)
  two.fences.drop('b')
  await keep()
  expect([one.lost, two.lost, one.fences.size, two.fences.size]).toEqual([[], ['b'], 1, 0])
  expect(await close()).toEqual([0, 0])
})

it('tells the one that heard less, whichever of both looks first', async () => {
  for (const isLate of [false, true]) {
    const { servers: all, keep, close } = await servers(2)
    const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
    await one.fences.claim('a', 'ann', 'i', isLate ? 2 : 1)
    await two.fences.claim('b', 'ann', 'i', isLate ? 1 : 2)
    await keep()
    await keep()
    expect([one.lost, two.lost]).toEqual(isLate ? [[], ['b']] : [['a'], []])
    expect(await close()).toEqual([0, 0])
  }
})

it('knows a hello that came later by the same session', async () => {
  const { servers: all, keep, close } = await servers(2)
  const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
  await one.fences.claim('a', 'ann', 'i', 1)
  one.fences.attempted('a', 5)
  await two.fences.claim('b', 'ann', 'i', 4)
  await keep()
  await keep()
  expect([one.lost, two.lost]).toEqual([[], ['b']])
  await close()
})

it('has each of them again once the engine has lost all', async () => {
  const { servers: all, keep, hub, close } = await servers(2)
  const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
  await one.fences.claim('a', 'ann', 'i', 1)
  await two.fences.claim('b', 'ben', 'i', 1)
  hub.lose()
  await keep()
  expect([one.lost, two.lost, one.fences.size, two.fences.size]).toEqual([[], [], 1, 1])
  expect(await close()).toEqual([0, 0])
})

it('tells of the older one, where that was found to stand before the newer could be claimed', async () => {
  for (const isOlderFirst of [true, false]) {
    const { servers: all, clock, hub, close } = await servers(2)
    const [one, two] = all as [(typeof all)[0], (typeof all)[0]]
    await one.fences.claim('a', 'ann', 'i', 1)
    hub.freeze()
    await two.fences.claim('b', 'ann', 'i', 2)
    hub.thaw()
    await clock.advance(100)
    const looked = isOlderFirst ? [one, two] : [two, one]
    for (const { fences } of looked) {
      fences.keep()
      await clock.advance(100)
    }
    expect([one.lost, one.older, two.lost]).toEqual([isOlderFirst ? [] : ['a'], [], []])
    expect(two.older).toEqual([['ann', 'a']])
    expect(await close()).toEqual([0, 0])
  }
})
