import type { Entry } from '@wse/protocol/backplane'
import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { listed, present } from './reading.js'
import type { Scene } from './scene.js'

/** Who is present. */
export const PRESENCE_CASES: readonly BackplaneCase[] = [
  { name: 'notes who is present, for every node', run: notes },
  { name: 'gives who enters all that were there before', run: gives },
  { name: 'lets nobody enter unseen, be it at once', run: atOnce },
  { name: 'replaces the value of who enters again', run: replaces },
  { name: 'takes back who leaves, and nobody else', run: leaves },
  { name: 'takes back only what the node itself has noted', run: ownOnly },
  { name: 'keeps presence apart, by subjects', run: apart },
  { name: 'takes back what a node has noted that was closed', run: closed },
  { name: 'notes many at once, of any text', run: many },
]

async function notes(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  equal(await one.backplane.present('s'), [], 'who is present before anybody entered')
  await one.backplane.enter('s', [entry('ann', 'a')])
  await two.backplane.enter('s', [entry('bob', 'b')])
  for (const watch of [one, two]) {
    equal(await present(watch, 's'), [`ann a ${one.id}`, `bob b ${two.id}`], 'who is present')
  }
}

async function gives(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  equal(await one.backplane.enter('s', [entry('ann'), entry('eve')]), [], 'who was there before the first')
  const others = await two.backplane.enter('s', [entry('bob')])
  equal(listed(others), [`ann  ${one.id}`, `eve  ${one.id}`], 'who was there, on another node')
  const again = await one.backplane.enter('s', [entry('ann', 'new'), entry('joe')])
  equal(listed(again), [`bob  ${two.id}`, `eve  ${one.id}`], 'who was there, of other ids')
}

async function atOnce(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (let i = 0; i < 20; i++) {
    const [first, second] = i % 2 === 0 ? [one, two] : [two, one]
    const seen = await Promise.all([
      first.backplane.enter(`s${i}`, [entry(`of ${first.id}`)]),
      second.backplane.enter(`s${i}`, [entry(`of ${second.id}`)]),
    ])
    ok(!seen.includes(null), 'nobody could enter')
    const sizes = seen.map((entries) => entries?.length ?? 0).sort()
    equal(sizes, [0, 1], 'how many each of two saw that entered at once')
  }
}

async function replaces(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (const value of ['first', '', 'ä😀 "x"\n']) {
    await one.backplane.enter('s', [entry('ann', value)])
    equal(await present(two, 's'), [`ann ${value} ${one.id}`], 'who is present')
  }
}

async function leaves(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter('s', ['ann', 'bob', 'eve'].map(entryOf))
  one.backplane.leave('s', ['ann', 'eve', 'nobody'])
  equal(await present(one, 's'), [`bob  ${one.id}`], 'who is present for the node that took back')
  equal(await present(two, 's'), [`bob  ${one.id}`], 'who is present for another')
  one.backplane.leave('s', ['bob'])
  one.backplane.leave('none', ['bob'])
  one.backplane.leave('s', [])
  equal(await present(one, 's'), [], 'who is present when all have left')
  equal(await one.backplane.enter('s', [entry('ann')]), [], 'who was there when one came back')
}

async function ownOnly(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter('s', [entry('ann')])
  two.backplane.leave('s', ['ann'])
  await two.backplane.present('s')
  equal(await present(one, 's'), [`ann  ${one.id}`], 'who is present')
}

async function apart(scene: Scene): Promise<void> {
  const one = await scene.node()
  await one.backplane.enter('s', [entry('ann')])
  equal(await one.backplane.enter('t', [entry('ann'), entry('bob')]), [], 'who was there on another subject')
  one.backplane.leave('s', ['ann'])
  equal(await present(one, 's'), [], 'who is present on the one')
  equal(await present(one, 't'), [`ann  ${one.id}`, `bob  ${one.id}`], 'who is present on the other')
}

async function closed(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.backplane.enter('s', [entry('ann')])
  await two.backplane.enter('s', [entry('bob')])
  await one.backplane.close()
  await two.until(() => two.told(one.id, 'down') === 1, 'the closed node is told to be down')
  equal(await present(two, 's'), [`bob  ${two.id}`], 'who is present')
  equal(await two.backplane.enter('s', [entry('eve')]), [{ ...entry('bob'), node: two.id }], 'who was there')
}

async function many(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const ids = ['__proto__', 'constructor', 'ä€漢😀', 'a b:{c}', ...Array.from({ length: 1_000 }, (_, at) => `id ${at}`)]
  equal(await one.backplane.enter('s', ids.map(entryOf)), [], 'who was there')
  const all = (await two.backplane.present('s'))?.map(({ id }) => id)
  equal(all?.sort(), [...ids].sort(), 'who is present')
  one.backplane.leave('s', ids.slice(1))
  equal(await present(one, 's'), [`__proto__  ${one.id}`], 'who is present when all but one have left')
}

function entry(id: string, value = ''): Omit<Entry, 'node'> {
  return { id, value }
}

function entryOf(id: string): Omit<Entry, 'node'> {
  return entry(id)
}
