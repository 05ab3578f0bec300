import { equal, neverThrows, ok } from '../assert.js'
import { type NodeWatch, Results } from './node-watch.js'
import { type Scene, WIDE } from './scene.js'

/** Checks that a node can do nothing, and says so. */
export async function unable(scene: Scene, { backplane }: NodeWatch): Promise<void> {
  const results = new Results()
  neverThrows(() => backplane.publish('s', 'x', { history: WIDE, key: 'k' }, results), 'publish')
  neverThrows(() => backplane.publish('s', 'x'), 'publish')
  neverThrows(() => backplane.detach(['none']), 'detach')
  neverThrows(() => backplane.leave('none', ['ann']), 'leave')
  ok(typeof backplane.cursor('s') === 'object', 'there is no cursor')
  await scene.until(() => results.all.length > 0, 'what was published is settled')
  const [result] = results.all
  equal(result?.ok === false && result.reason, 'down', 'what became of what was published')
  equal(await backplane.attach(['later']), false, 'what attach resolved with')
  equal(await backplane.barrier('s'), false, 'what a barrier resolved with')
  const asked = [
    backplane.history('s', null),
    backplane.tops(['s']),
    backplane.present('s'),
    backplane.enter('s', [{ id: 'ann', value: '' }]),
    backplane.claim('f', '', 1_000),
    backplane.keep('f', 1, '', 1_000),
    backplane.drop('f', 1),
  ]
  equal(
    await Promise.all(asked),
    asked.map(() => null),
    'what was read or written',
  )
  equal(results.all.length, 1, 'times it was settled')
}
