import { equal } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { Results } from './node-watch.js'
import { type Scene, WIDE } from './scene.js'

/** What is published again under the same key. */
export const KEY_CASES: readonly BackplaneCase[] = [
  { name: 'publishes once what is published again under its key', run: again },
  { name: 'knows a key on every node', run: otherNode },
  { name: 'publishes once what is published twice at once', run: atOnce },
  { name: 'keeps keys apart, and by their subjects', run: apart },
  { name: 'forgets a key with its message', run: forgotten },
]

async function again(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const first = await one.give('s', 'a', { history: WIDE, key: 'k' })
  await one.give('s', 'b', { history: WIDE })
  const second = await one.give('s', 'again', { history: WIDE, key: 'k' })
  equal([first.repeated === true, second.repeated], [false, true], 'whether they are repeated')
  equal(second.position, first.position, 'position of what was repeated')
  await one.keep('s', 'c', { history: WIDE })
  await two.got(3)
  await scene.settle()
  equal(two.bodies, ['a', 'b', 'c'], 'messages')
  equal((await one.read('s', null)).items.length, 3, 'messages kept')
}

async function otherNode(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const setup = { history: WIDE, key: 'schlüssel 😀:{1}' }
  const position = await one.keep('s', 'a', setup)
  const repeated = await two.give('s', 'a', setup)
  equal([repeated.position, repeated.repeated], [position, true], 'what another node is told')
  await one.got(1)
  await scene.settle()
  equal(one.bodies, ['a'], 'messages')
}

async function atOnce(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const results = new Results()
  for (let i = 0; i < 10; i++) {
    for (const { backplane } of [one, two, one]) {
      backplane.publish('s', `${i}`, { history: WIDE, key: `key ${i}` }, results)
    }
  }
  await one.until(() => results.all.length === 30, 'all receipts are settled')
  equal(results.all.filter((result) => result.ok && result.repeated === true).length, 20, 'how many are repeated')
  await two.got(10)
  await scene.settle()
  equal(two.messages.length, 10, 'messages')
}

async function apart(scene: Scene): Promise<void> {
  const one = await scene.node()
  for (const key of ['1', '2', '__proto__', 'constructor']) {
    for (const subject of ['s', 't']) {
      const { repeated } = await one.give(subject, 'x', { history: WIDE, key })
      equal(repeated === true, false, `whether ${key} on ${subject} is repeated`)
    }
  }
  equal(
    (await one.backplane.tops(['s', 't']))?.map((top) => top?.offset),
    [4, 4],
    'where the histories stand',
  )
}

async function forgotten(scene: Scene): Promise<void> {
  const one = await scene.node()
  const history = { ...WIDE, size: 2 }
  await one.keep('s', 'a', { history, key: 'k' })
  await one.keep('s', 'b', { history })
  equal((await one.give('s', 'again', { history, key: 'k' })).repeated, true, 'whether it is repeated')
  await one.keep('s', 'c', { history })
  const anew = await one.give('s', 'anew', { history, key: 'k' })
  equal([anew.repeated === true, anew.position?.offset], [false, 4], 'what is told once its message is gone')
  equal((await one.give('s', 'again', { history, key: 'k' })).position?.offset, 4, 'offset of what has the key now')
}
