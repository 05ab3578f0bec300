import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { Results } from './node-watch.js'
import { type Scene, WIDE } from './scene.js'

/** What is told of what was published. */
export const RECEIPT_CASES: readonly BackplaneCase[] = [
  { name: 'settles every receipt, once', run: once },
  { name: 'settles no receipt inside publish', run: notInside },
  { name: 'settles receipts of one subject in order', run: inOrder },
  { name: 'settles a receipt where nobody receives anything', run: nobody },
  { name: 'settles one receipt for each time it was given', run: shared },
]

async function once(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  const all = Array.from({ length: 100 }, () => new Results())
  for (const [at, results] of all.entries()) {
    one.backplane.publish('s', 'x', at % 2 === 0 ? { history: WIDE, key: `${at % 10}` } : undefined, results)
  }
  await one.until(() => all.every(({ all }) => all.length > 0), 'all receipts are settled')
  await scene.settle()
  for (const [at, results] of all.entries()) {
    equal(results.all.length, 1, `times receipt ${at} was settled`)
    ok(results.all[0]?.ok === true, `message ${at} was not published`)
  }
}

async function notInside(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  const results = new Results()
  one.backplane.publish('s', 'x', undefined, results)
  one.backplane.publish('s', 'x', { history: WIDE }, results)
  equal(results.all.length, 0, 'receipts settled inside publish')
  await one.until(() => results.all.length === 2, 'both receipts are settled')
}

async function inOrder(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  const order: number[] = []
  for (let i = 0; i < 60; i++) {
    one.backplane.publish('s', 'x', i % 3 === 0 ? { history: WIDE } : undefined, { settle: () => void order.push(i) })
  }
  await one.until(() => order.length === 60, 'all receipts are settled')
  equal(
    order,
    Array.from({ length: 60 }, (_, at) => at),
    'order of receipts',
  )
}

async function nobody(scene: Scene): Promise<void> {
  const one = await scene.node()
  const plain = await one.give('s', 'x')
  const kept = await one.give('s', 'x', { history: WIDE })
  equal([plain.position, kept.position?.offset], [undefined, 1], 'positions')
}

async function shared(scene: Scene): Promise<void> {
  const one = await scene.node()
  const results = new Results()
  for (let i = 0; i < 5; i++) one.backplane.publish(`s${i}`, 'x', { history: WIDE }, results)
  await one.until(() => results.all.length >= 5, 'it is settled five times')
  await scene.settle()
  equal(results.all.length, 5, 'times it was settled')
}
