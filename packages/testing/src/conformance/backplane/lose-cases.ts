import { ALL, nodeSubject } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { NodeWatch } from './node-watch.js'
import { present, texts } from './reading.js'
import { type Scene, WIDE } from './scene.js'

const needs = ['lose'] as const

/** An engine that was started again, with nothing in it. */
export const LOSE_CASES: readonly BackplaneCase[] = [
  { name: 'tells that the engine lost what it held, of all that is attached', needs, run: tells },
  { name: 'goes on once the engine has lost what it held', needs, run: goesOn },
  { name: 'has other epochs then, from which nothing before is complete', needs, run: otherEpochs },
  { name: 'takes no blank history for the one before', needs, run: blankBefore },
  { name: 'has all nodes again', needs, run: nodesAgain },
  { name: 'has nobody present until they enter again', needs, run: nobodyPresent },
  { name: 'has fences that nobody has', needs, run: freshFences },
  { name: 'gives a fence that was lost to the last who claimed it, whoever keeps it first', needs, run: lastClaim },
]

/** Loses what the engine has, and waits until these have told so. */
async function lose(scene: Scene, ...nodes: readonly NodeWatch[]): Promise<void> {
  await scene.fault('lose')
  for (const { backplane, gaps } of nodes) {
    await scene.until(() => gaps.some(({ lost }) => lost), 'it is told that the engine lost what it held')
    await scene.until(() => backplane.state === 'up', 'a node is up again')
  }
}

async function tells(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s', 't')
  await lose(scene, one, two)
  for (const { id, gaps, until } of [one, two]) {
    const attached = [ALL, nodeSubject(id), 's', 't']
    const told = () => gaps.filter(({ lost }) => lost).flatMap(({ subjects }) => subjects)
    await until(() => told().length >= attached.length, 'a gap of all that is attached is told')
    await scene.settle()
    equal(told().sort(), attached.sort(), 'subjects that gaps were told of')
  }
}

async function goesOn(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await lose(scene, one, two)
  await one.give('s', 'x')
  await one.give(nodeSubject(two.id), 'y')
  await two.got(2)
  equal([...two.bodies].sort(), ['x', 'y'], 'messages')
  ok(two.order.indexOf('gap') < two.order.indexOf('message'), 'something arrived before the gap was told')
}

async function otherEpochs(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const before = await one.keep('s', 'a', { history: WIDE })
  await one.keep('t', 'b', { history: WIDE })
  await lose(scene, one, two)
  const after = await one.keep('s', 'c', { history: WIDE })
  equal(after.offset, 1, 'offset of the first message')
  ok(after.epoch !== before.epoch, 'the epoch is that of the history that was lost')
  for (const offset of [0, 1]) {
    equal((await two.read('s', { ...before, offset })).complete, false, `whether it is complete behind ${offset}`)
  }
  equal(texts((await two.read('s', null)).items), ['1 c'], 'what is kept')
  equal(await two.backplane.tops(['s', 't']), [after, null], 'where they stand')
}

async function blankBefore(scene: Scene): Promise<void> {
  const one = await scene.node()
  const { top } = await one.read('s', null)
  await lose(scene, one)
  const read = await one.read('s', top)
  equal(read.complete, false, 'whether it is complete behind the beginning of what was lost')
  ok(read.top.epoch !== top.epoch, 'the epoch is that of the history that was lost')
}

async function nodesAgain(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await lose(scene, one, two)
  await scene.meet(one, two)
  await scene.settle()
  for (const [watch, other] of [
    [one, two],
    [two, one],
  ] as const) {
    equal(watch.told(other.id, 'up') - watch.told(other.id, 'down'), 1, 'times it was told to be up, and not down')
  }
  const three = await scene.node()
  await scene.meet(one, two, three)
}

async function nobodyPresent(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter('s', [{ id: 'ann', value: '' }])
  await lose(scene, one, two)
  equal(await present(two, 's'), [], 'who is present')
  equal(await one.backplane.enter('s', [{ id: 'ann', value: 'again' }]), [], 'who was there')
  equal(await present(two, 's'), [`ann again ${one.id}`], 'who is present once they entered again')
}

async function freshFences(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.claim('f', 'of one', 600_000)
  await lose(scene, one, two)
  const fence = await two.backplane.claim('f', 'of two', 600_000)
  equal(fence?.before, null, 'what was written before')
  equal(await two.backplane.keep('f', fence?.generation ?? -1, 'more', 600_000), true, 'whether it is kept')
}

async function lastClaim(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await one.backplane.claim('f', 'of one', 600_000)
  const last = await two.backplane.claim('f', 'of two', 600_000)
  await lose(scene, one, two)
  const keep = ({ backplane }: NodeWatch, fence: typeof first) =>
    backplane.keep('f', fence?.generation ?? -1, 'kept', 600_000)
  await keep(one, first)
  equal(await keep(two, last), true, 'whether the last may write')
  equal(await keep(one, first), false, 'whether the first may write then')
}
