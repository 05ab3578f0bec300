import { ALL, nodeSubject } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { type NodeWatch, Results } from './node-watch.js'
import { present, texts } from './reading.js'
import { type Scene, WIDE } from './scene.js'
import { unable } from './unable.js'

const needs = ['freeze'] as const

/** An engine that does not answer, and answers again. */
export const FREEZE_CASES: readonly BackplaneCase[] = [
  { name: 'is down where the engine does not answer, and can do nothing', needs, run: isDown },
  { name: 'settles what is published before it knows that the engine does not answer', needs, run: underWay },
  { name: 'never delivers what it said was not published', needs, run: neverDelivers },
  { name: 'is up once the engine answers, and tells one gap of all that is attached', needs, run: comesBack },
  { name: 'is attached again before the gap is told', needs, run: attachedBefore },
  { name: 'attaches and detaches then what was attached and detached meanwhile', needs, run: meanwhile },
  { name: 'has what it held: histories, presence, fences', needs, run: hasAll },
  { name: 'takes back then who left meanwhile', needs, run: leftMeanwhile },
  { name: 'starts once the engine answers', needs, run: startsThen },
  { name: 'closes while the engine does not answer', needs, run: closesMeanwhile },
  { name: 'survives that again and again', needs, run: again },
]

/** Freezes the engine, and waits until these have noticed. */
async function freeze(scene: Scene, ...nodes: readonly NodeWatch[]): Promise<void> {
  await scene.fault('freeze')
  for (const { backplane } of nodes) await scene.until(() => backplane.state === 'down', 'a node is down')
}

/** Lets it answer again, and waits until these have noticed, and told of a gap. */
async function thaw(scene: Scene, ...nodes: readonly NodeWatch[]): Promise<void> {
  const before = nodes.map(({ gaps }) => gaps.length)
  await scene.fault('thaw')
  for (const [at, { backplane, gaps }] of nodes.entries()) {
    await scene.until(() => backplane.state === 'up', 'a node is up again')
    await scene.until(() => gaps.length > (before[at] as number), 'a gap is told')
  }
}

async function isDown(scene: Scene): Promise<void> {
  const [one] = await scene.pair('s')
  await freeze(scene, one)
  await one.until(() => one.states.at(-1) === 'down', 'it is told that it is down')
  await unable(scene, one)
  ok(one.backplane.stats.failed > 0, 'nothing failed')
  await scene.fault('thaw')
}

async function underWay(scene: Scene): Promise<void> {
  const [one] = await scene.pair('s')
  const results = new Results()
  await scene.fault('freeze')
  for (let i = 0; i < 10; i++) one.backplane.publish('s', `${i}`, i < 5 ? undefined : { history: WIDE }, results)
  const asked = [one.backplane.history('s', null), one.backplane.barrier('s'), one.backplane.attach(['t'])]
  await one.until(() => results.all.length >= 10, 'all receipts are settled')
  equal(
    results.all.some((result) => result.ok),
    false,
    'whether anything was published',
  )
  equal(await Promise.all(asked), [null, false, false], 'what was asked')
  await scene.fault('thaw')
  await one.until(() => one.backplane.state === 'up', 'it is up again')
  await scene.settle()
  equal(results.all.length, 10, 'receipts settled')
}

async function neverDelivers(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await freeze(scene, one, two)
  for (let i = 0; i < 10; i++) {
    const result = await one.publish('s', 'never', { history: WIDE })
    equal(result.ok === false && result.reason, 'down', 'what became of it')
  }
  await thaw(scene, one, two)
  await one.give('s', 'x', { history: WIDE })
  await two.got(1)
  await scene.settle()
  equal([one.bodies, two.bodies], [['x'], ['x']], 'messages')
  equal(texts((await one.read('s', null)).items), ['1 x'], 'what is kept')
}

async function comesBack(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s', 't')
  await freeze(scene, one, two)
  await thaw(scene, one, two)
  for (const watch of [one, two]) {
    await watch.until(() => watch.states.at(-1) === 'up', 'it is told that it is up')
    const attached = [ALL, nodeSubject(watch.id), 's', 't']
    await watch.until(() => toldOf(watch).length >= attached.length, 'a gap of all that is attached is told')
    await scene.settle()
    equal(toldOf(watch).sort(), attached.sort(), 'subjects that gaps were told of')
    for (const { lost, forMs } of watch.gaps) {
      equal(lost, false, 'whether the engine lost what it held')
      ok(forMs >= 0, `nothing arrived for ${forMs} ms`)
    }
    equal([watch.told(one.id, 'down'), watch.told(two.id, 'down')], [0, 0], 'times a node was told to be down')
  }
  await scene.meet(one, two)
}

async function attachedBefore(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await freeze(scene, one, two)
  await thaw(scene, one, two)
  await one.give('s', 'to all')
  await two.got(1)
  ok(two.order.indexOf('gap') < two.order.indexOf('message'), 'something arrived before the gap was told')
  await two.give(nodeSubject(one.id), 'to one')
  await two.give(ALL, 'to all')
  await one.got(3)
}

async function meanwhile(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s', 'gone')
  await freeze(scene, one, two)
  equal(await two.backplane.attach(['later', 'not at all']), false, 'what attach resolved with')
  two.backplane.detach(['gone', 'not at all'])
  await thaw(scene, one, two)
  await two.until(() => toldOf(two).includes('later'), 'a gap is told of what was attached meanwhile')
  for (const subject of ['gone', 'not at all', 'later', 's']) await one.give(subject, subject)
  await two.got(2)
  await scene.settle()
  equal([...two.bodies].sort(), ['later', 's'], 'messages')
  const wrong = toldOf(two).filter((subject) => subject === 'gone' || subject === 'not at all')
  equal(wrong, [], 'subjects that gaps were told of, though they are not attached')
}

async function hasAll(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const position = await one.keep('s', 'a', { history: WIDE })
  await one.backplane.enter('s', [{ id: 'ann', value: '' }])
  const fence = await one.backplane.claim('f', 'of one', 600_000)
  await freeze(scene, one, two)
  await thaw(scene, one, two)
  const { items, complete } = await two.read('s', { ...position, offset: 0 })
  equal([texts(items), complete], [['1 a'], true], 'what is kept')
  equal(await present(two, 's'), [`ann  ${one.id}`], 'who is present')
  const kept = await one.backplane.keep('f', fence?.generation ?? -1, 'kept', 600_000)
  equal([kept, (await two.backplane.claim('f', '', 1_000))?.before], [true, 'kept'], 'what the fence has')
}

async function leftMeanwhile(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter(
    's',
    ['ann', 'bob'].map((id) => ({ id, value: '' })),
  )
  await freeze(scene, one, two)
  one.backplane.leave('s', ['ann'])
  await thaw(scene, one, two)
  equal(await present(one, 's'), [`bob  ${one.id}`], 'who is present')
}

async function startsThen(scene: Scene): Promise<void> {
  const one = await scene.node()
  await freeze(scene, one)
  const late = scene.fresh()
  let started = false
  const starting = late.backplane.start(late).then(() => {
    started = true
  })
  await scene.settle()
  equal(started, false, 'whether it started while the engine did not answer')
  equal(await late.backplane.attach(['s']), false, 'what attach resolved with')
  await thaw(scene, one)
  await starting
  await scene.meet(one, late)
  await late.until(() => toldOf(late).includes('s'), 'a gap is told of what was attached before')
  await one.give('s', 'x')
  await late.got(1)
}

async function closesMeanwhile(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await freeze(scene, one, two)
  const told = one.order.length
  await one.backplane.close()
  equal(one.backplane.state, 'closed', 'state')
  await thaw(scene, two)
  await scene.settle()
  equal(one.order.slice(told), [], 'what was told after close')
}

async function again(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (let i = 1; i <= 3; i++) {
    await freeze(scene, one, two)
    await thaw(scene, one, two)
    await one.give('s', `${i}`)
    await two.got(i)
    equal(two.gaps.filter(({ subjects }) => subjects.includes('s')).length, i, 'gaps told of a subject')
  }
}

/** Subjects that gaps were told of, as often as they were. */
function toldOf({ gaps }: NodeWatch): string[] {
  return gaps.flatMap(({ subjects }) => subjects)
}
