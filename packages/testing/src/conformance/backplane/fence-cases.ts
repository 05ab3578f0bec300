import type { FenceRecord } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { NodeWatch } from './node-watch.js'
import type { Scene } from './scene.js'

/** Longer than a case takes, and short enough to wait for, in ms. */
const LONG = 600_000
const SHORT = 1_000
const MOST_OF_IT = 700

/** Who may write. */
export const FENCE_CASES: readonly BackplaneCase[] = [
  { name: 'lets whoever claims a fence have it, and what was written there', run: claims },
  { name: 'lets one node claim again what it has', run: claimsAgain },
  { name: 'refuses whoever had a fence before', run: refuses },
  { name: 'gives each of those who claim at once a generation of its own', run: atOnce },
  { name: 'gives a fence back, and never its generation', run: drops },
  { name: 'keeps fences apart', run: apart },
  { name: 'forgets a fence at its time, and never its generation', run: runsOut },
  { name: 'puts that time off when a fence is kept', run: putsOff },
  { name: 'keeps any record, under any name', run: anyText },
]

async function claims(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await claim(one, 'f', 'of one')
  equal(first.before, null, 'what was written before the first')
  equal(await one.backplane.keep('f', first.generation, 'of one, later', LONG), true, 'whether it is kept')
  const second = await claim(two, 'f', 'of two')
  equal(second.before, 'of one, later', 'what was written before the second')
  grows(first, second)
}

async function claimsAgain(scene: Scene): Promise<void> {
  const one = await scene.node()
  const first = await claim(one, 'f', 'first')
  const second = await claim(one, 'f', 'second')
  equal(second.before, 'first', 'what was written before')
  grows(first, second)
  equal(await one.backplane.keep('f', first.generation, 'late', LONG), false, 'whether the first claim may write')
  equal(await one.backplane.keep('f', second.generation, 'more', LONG), true, 'whether the second may')
}

async function refuses(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await claim(one, 'f', 'of one')
  const second = await claim(two, 'f', 'of two')
  equal(await one.backplane.keep('f', first.generation, 'late', LONG), false, 'whether the first may write')
  equal(await one.backplane.drop('f', first.generation), false, 'whether the first may give it back')
  equal((await claim(one, 'f', 'again')).before, 'of two', 'what was written before')
  equal(await two.backplane.keep('f', second.generation, 'late', LONG), false, 'whether the second may write then')
}

async function atOnce(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (let i = 0; i < 10; i++) {
    const got = await Promise.all([
      claim(one, `f${i}`, 'one'),
      claim(two, `f${i}`, 'two'),
      claim(one, `f${i}`, 'three'),
    ])
    equal(new Set(got.map(({ generation }) => generation)).size, 3, 'different generations')
    const order = [...got].sort((a, b) => a.generation - b.generation)
    equal(order[0]?.before, null, 'what was written before the first of them')
    ok(order[1]?.before !== null && order[2]?.before !== null, 'nothing was written before a later one')
  }
}

async function drops(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await claim(one, 'f', 'of one')
  const second = await claim(two, 'f', 'of two')
  equal(await two.backplane.drop('f', second.generation), true, 'whether it is given back')
  equal(await one.backplane.keep('f', first.generation, 'late', LONG), false, 'whether the first may write then')
  const third = await claim(one, 'f', 'of one again')
  equal(third.before, null, 'what was written before, once it was given back')
  grows(second, third)
  equal(await two.backplane.keep('f', second.generation, 'late', LONG), false, 'whether the second may write then')
}

async function apart(scene: Scene): Promise<void> {
  const one = await scene.node()
  const first = await claim(one, 'f', 'of f')
  equal((await claim(one, 'g', 'of g')).before, null, 'what was written before on another')
  equal(await one.backplane.keep('f', first.generation, 'more', LONG), true, 'whether the first is still kept')
}

async function runsOut(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await claim(one, 'f', 'of one', MOST_OF_IT)
  await scene.cluster.pass(SHORT)
  const second = await claim(two, 'f', 'of two')
  equal(second.before, null, 'what was written before, once that ran out')
  grows(first, second)
  equal(await one.backplane.keep('f', first.generation, 'late', LONG), false, 'whether the first may write then')
  equal(await one.backplane.drop('f', first.generation), false, 'whether the first may give it back')
}

async function putsOff(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const { generation } = await claim(one, 'f', 'of one', SHORT)
  await scene.cluster.pass(MOST_OF_IT)
  equal(await one.backplane.keep('f', generation, 'kept', SHORT), true, 'whether it is kept')
  await scene.cluster.pass(MOST_OF_IT)
  equal((await claim(two, 'f', 'of two')).before, 'kept', 'what was written before')
}

async function anyText(scene: Scene): Promise<void> {
  const one = await scene.node()
  for (const text of ['', 'ä€漢😀', '"\\\n\u0000', '__proto__', 'a b:{c}', 'x'.repeat(10_000)]) {
    const fence = `f ${text}`.slice(0, 200)
    await claim(one, fence, text)
    equal((await claim(one, fence, '')).before, text, 'what was written before')
  }
}

async function claim({ backplane }: NodeWatch, fence: string, record: string, ttl = LONG): Promise<FenceRecord> {
  const got = await backplane.claim(fence, record, ttl)
  ok(got !== null, 'a fence cannot be claimed')
  return got
}

function grows(one: FenceRecord, next: FenceRecord): void {
  ok(next.generation > one.generation, `the generation was ${one.generation}, and is ${next.generation} now`)
}
