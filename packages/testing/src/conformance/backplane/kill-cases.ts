import { nodeSubject } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { NodeWatch } from './node-watch.js'
import { present } from './reading.js'
import { type Scene, WIDE } from './scene.js'

const needs = ['kill'] as const

/** A node that dies without a word. */
export const KILL_CASES: readonly BackplaneCase[] = [
  { name: 'tells once that a node has died, when its lease has run out', needs, run: tells },
  { name: 'takes back whom a node has noted that died', needs, run: takesBack },
  { name: 'counts no node that has died', needs: ['kill', 'receivers'], run: countsNone },
  { name: 'keeps what a node has published that died, and its fences', needs, run: keeps },
  { name: 'tells nodes that come later nothing of who died before', needs, run: laterNodes },
]

/** One node dies; resolves once its lease has run out. */
async function kill(scene: Scene, { backplane }: NodeWatch): Promise<void> {
  const run = scene.cluster.kill
  ok(typeof run === 'function', 'there is no kill()')
  await run.call(scene.cluster, backplane)
  await scene.fault('passLease')
}

async function tells(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const three = await scene.node()
  await scene.meet(one, two, three)
  await kill(scene, three)
  await scene.meet(one, two)
  await scene.settle()
  for (const watch of [one, two]) equal(watch.told(three.id, 'down'), 1, 'times it was told to be down')
  equal(one.told(two.id, 'down') + two.told(one.id, 'down'), 0, 'times others were told to be down')
}

async function takesBack(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter('s', [{ id: 'ann', value: '' }])
  await two.backplane.enter('s', [{ id: 'bob', value: '' }])
  await kill(scene, two)
  await scene.meet(one)
  equal(await present(one, 's'), [`ann  ${one.id}`], 'who is present')
  const others = await one.backplane.enter('s', [{ id: 'eve', value: '' }])
  equal(
    others?.map(({ id }) => id),
    ['ann'],
    'who was there',
  )
}

async function countsNone(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await kill(scene, two)
  await scene.meet(one)
  const counted = [(await one.give('s', 'x')).receivers, (await one.give(nodeSubject(two.id), 'x')).receivers]
  equal(counted, [1, 0], 'receivers')
}

async function keeps(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await two.keep('s', 'last', { history: WIDE })
  await two.backplane.claim('f', 'of two', 600_000)
  await kill(scene, two)
  await scene.meet(one)
  equal((await one.read('s', null)).items.length, 1, 'messages kept')
  equal((await one.backplane.claim('f', 'of one', 600_000))?.before, 'of two', 'what the fence has')
}

async function laterNodes(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await kill(scene, two)
  await scene.meet(one)
  const three = await scene.node()
  await scene.meet(one, three)
  await scene.settle()
  equal(three.told(two.id, 'up') + three.told(two.id, 'down'), 0, 'times it was told of the one that died')
}
