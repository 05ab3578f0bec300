import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { NodeWatch } from './node-watch.js'
import type { Scene } from './scene.js'

/** Which nodes there are. */
export const MEMBERSHIP_CASES: readonly BackplaneCase[] = [
  { name: 'is up once it has started, and not before', run: starts },
  { name: 'names every node apart, in letters that mean nothing anywhere', run: names },
  { name: 'tells each node of each other, once', run: tellsOnce },
  { name: 'tells nobody of itself', run: notOfItself },
  { name: 'starts many nodes at once', run: manyAtOnce },
  { name: 'tells at once, and once, that a node was closed', run: tellsClosed },
  { name: 'takes a node that starts anew for another', run: startsAnew },
]

async function starts(scene: Scene): Promise<void> {
  const { backplane } = scene.fresh()
  equal(backplane.state, 'starting', 'state before start')
  equal(backplane.nodes.size, 0, 'nodes before start')
  const watch = await scene.node()
  equal(watch.backplane.state, 'up', 'state after start')
  equal([...watch.backplane.nodes], [watch.id], 'nodes after start')
  equal(watch.states.at(-1), 'up', 'the state that was told last')
  equal(watch.gaps, [], 'gaps of a node that has just started')
}

async function names(scene: Scene): Promise<void> {
  const ids = Array.from({ length: 20 }, () => scene.fresh().id)
  equal(new Set(ids).size, ids.length, 'different ids')
  for (const id of ids) ok(/^[\w-]+$/.test(id), `an id has other characters: ${id}`)
}

async function tellsOnce(scene: Scene): Promise<void> {
  const all = [await scene.node(), await scene.node(), await scene.node()]
  await scene.meet(...all)
  await scene.settle()
  for (const watch of all) {
    for (const other of others(all, watch)) equal(watch.told(other.id, 'up'), 1, 'times a node was told to be up')
    equal(watch.news.length, all.length - 1, 'what was told of nodes')
  }
}

async function notOfItself(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await two.backplane.close()
  await one.until(() => one.told(two.id, 'down') === 1, 'the other node is told to be down')
  equal(one.told(one.id, 'up') + one.told(one.id, 'down'), 0, 'times a node was told of itself')
  ok(one.backplane.nodes.has(one.id), 'a node is not among its nodes')
}

async function manyAtOnce(scene: Scene): Promise<void> {
  const all = await Promise.all(Array.from({ length: 5 }, () => scene.node()))
  await scene.meet(...all)
  await scene.settle()
  for (const watch of all) {
    equal(new Set(watch.news.map(([id]) => id)).size, all.length - 1, 'nodes it was told of')
    equal(watch.news.length, all.length - 1, 'what was told of nodes')
  }
}

async function tellsClosed(scene: Scene): Promise<void> {
  const all = [await scene.node(), await scene.node(), await scene.node()]
  await scene.meet(...all)
  const [one, two, gone] = all as [NodeWatch, NodeWatch, NodeWatch]
  await gone.backplane.close()
  await scene.meet(one, two)
  await scene.settle()
  for (const watch of [one, two]) equal(watch.told(gone.id, 'down'), 1, 'times it was told to be down')
  equal(one.told(two.id, 'down') + two.told(one.id, 'down'), 0, 'times others were told to be down')
}

async function startsAnew(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await two.backplane.close()
  const again = await scene.node()
  await scene.meet(one, again)
  await scene.settle()
  equal(one.told(again.id, 'up'), 1, 'times the new one was told to be up')
  ok(again.id !== two.id, 'a new start has the id of the last one')
  equal(again.told(two.id, 'up'), 0, 'times the new one was told of the one before')
}

function others(all: readonly NodeWatch[], self: NodeWatch): NodeWatch[] {
  return all.filter((one) => one !== self)
}
