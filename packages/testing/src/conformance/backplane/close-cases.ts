import { nodeSubject } from '@wse/protocol/backplane'
import { equal } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { Results } from './node-watch.js'
import { type Scene, WIDE } from './scene.js'
import { unable } from './unable.js'

/** What is left of a node that was closed: nothing. */
export const CLOSE_CASES: readonly BackplaneCase[] = [
  { name: 'tells nothing after close, and does nothing', run: does },
  { name: 'calls no handler once close was called', run: silent },
  { name: 'closes once', run: twice },
  { name: 'settles what is under way when it is closed', run: settles },
  { name: 'lets go out what was published right before close', run: lastWords },
  { name: 'closes what never started, and what is starting', run: notStarted },
  { name: 'starts nothing that is closed', run: startsNothing },
  { name: 'closes from inside a handler', run: closesInside },
  { name: 'never throws, closed or not started', run: neverThrowsAnywhere },
  { name: 'is attached to nothing once it was closed', needs: ['receivers'], run: noReceivers },
]

async function does(scene: Scene): Promise<void> {
  const [one] = await scene.pair('s')
  await one.backplane.close()
  equal(one.backplane.state, 'closed', 'state')
  await unable(scene, one)
}

async function silent(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  two.backplane.publish('s', 'under way')
  const closing = one.backplane.close()
  const told = one.order.length
  two.backplane.publish('s', 'later')
  await two.got(2)
  await two.backplane.close()
  await closing
  await scene.settle()
  equal(one.order.slice(told), [], 'what was told after close')
}

async function twice(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await Promise.all([one.backplane.close(), one.backplane.close()])
  await one.backplane.close()
  await two.until(() => two.told(one.id, 'down') > 0, 'the other node is told')
  await scene.settle()
  equal(two.told(one.id, 'down'), 1, 'times the other node was told')
}

async function settles(scene: Scene): Promise<void> {
  const one = await scene.node()
  const results = new Results()
  const asked = [
    one.backplane.attach(['t']),
    one.backplane.barrier('s'),
    one.backplane.history('s', null),
    one.backplane.tops(['s']),
    one.backplane.present('s'),
    one.backplane.enter('s', [{ id: 'ann', value: '' }]),
    one.backplane.claim('f', '', 1_000),
  ]
  one.backplane.publish('s', 'x', { history: WIDE }, results)
  one.backplane.publish('s', 'x', undefined, results)
  await one.backplane.close()
  await Promise.all(asked)
  await one.until(() => results.all.length >= 2, 'what was published before close is settled')
  await scene.settle()
  equal(results.all.length, 2, 'receipts settled')
}

async function lastWords(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (let i = 0; i < 20; i++) one.backplane.publish('s', `${i}`)
  await one.backplane.close()
  await two.got(20)
  equal(two.bodies.length, 20, 'messages')
}

async function notStarted(scene: Scene): Promise<void> {
  const [never, starting] = [scene.fresh(), scene.fresh()]
  await never.backplane.close()
  const started = starting.backplane.start(starting)
  await starting.backplane.close()
  await started
  for (const watch of [never, starting]) equal(watch.backplane.state, 'closed', 'state')
  const one = await scene.node()
  await scene.settle()
  equal([...one.backplane.nodes], [one.id], 'nodes that are here')
}

async function startsNothing(scene: Scene): Promise<void> {
  const watch = scene.fresh()
  await watch.backplane.close()
  await watch.backplane.start(watch)
  await scene.settle()
  equal([watch.backplane.state, watch.order], ['closed', []], 'state, and what was told')
}

async function closesInside(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  one.react = () => void one.backplane.close()
  for (let i = 0; i < 5; i++) two.backplane.publish('s', `${i}`)
  await two.got(5)
  await scene.meet(two)
  equal(one.bodies, ['0'], 'messages')
}

async function neverThrowsAnywhere(scene: Scene): Promise<void> {
  const watch = scene.fresh()
  await unable(scene, watch)
  await watch.backplane.start(watch)
  await watch.backplane.close()
  await unable(scene, watch)
}

async function noReceivers(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await two.backplane.close()
  await scene.settle()
  const counted = [(await one.give('s', 'x')).receivers, (await one.give(nodeSubject(two.id), 'x')).receivers]
  equal(counted, [1, 0], 'receivers')
}
