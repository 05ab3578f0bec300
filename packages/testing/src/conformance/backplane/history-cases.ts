import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { soundItems, texts } from './reading.js'
import { type Scene, WIDE } from './scene.js'

const KEPT = { history: WIDE }

/** What is kept, and where it stands. */
export const HISTORY_CASES: readonly BackplaneCase[] = [
  { name: 'gives what is kept offsets without holes, from 1, in one epoch', run: offsets },
  { name: 'says the same positions to the publisher, to all nodes and in the history', run: samePositions },
  { name: 'keeps without holes what several nodes publish at once', run: severalPublishers },
  { name: 'has what is behind a position', run: since },
  { name: 'has all of it, if it is asked for all', run: all },
  { name: 'is not complete from another epoch', run: anotherEpoch },
  { name: 'is not complete from an offset that there has not been', run: future },
  { name: 'begins with its first reading, and goes on from there', run: blank },
  { name: 'keeps histories apart, by their subjects', run: apart },
  { name: 'is not disturbed by what is published without a history', run: notKept },
  { name: 'has what was published before it was read', run: inOrder },
  { name: 'tells where many histories stand, and where there is none', run: tops },
  { name: 'keeps what nobody is attached to, and for those that come later', run: forLater },
]

async function offsets(scene: Scene): Promise<void> {
  const one = await scene.node()
  const positions = []
  for (let i = 0; i < 5; i++) positions.push(await one.keep('s', `${i}`, KEPT))
  equal(
    positions.map(({ offset }) => offset),
    [1, 2, 3, 4, 5],
    'offsets',
  )
  equal(new Set(positions.map(({ epoch }) => epoch)).size, 1, 'number of epochs')
  ok(positions[0]?.epoch !== '', 'the epoch is empty')
}

async function samePositions(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const positions = [await one.keep('s', 'x', KEPT), await two.keep('s', 'y', KEPT)]
  for (const watch of [one, two]) {
    await watch.got(2)
    equal(
      watch.messages.map(({ position }) => ({ epoch: position?.epoch, offset: position?.offset })),
      positions,
      'positions of what arrived',
    )
    const { items, top } = await watch.read('s', null)
    equal(texts(items), ['1 x', '2 y'], 'what is kept')
    equal(top, positions[1], 'where the history stands')
  }
}

async function severalPublishers(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (let i = 0; i < 50; i++) {
    one.backplane.publish('s', `one ${i}`, KEPT)
    two.backplane.publish('s', `two ${i}`, KEPT)
  }
  for (const watch of [one, two]) await watch.got(100)
  const { items } = await one.read('s', null)
  equal(
    items.map(({ offset }) => offset),
    Array.from({ length: 100 }, (_, at) => at + 1),
    'offsets',
  )
  for (const watch of [one, two]) {
    equal(
      watch.messages.map(({ body, position }) => `${position?.offset} ${String(body)}`),
      texts(items),
      'what arrived, with its offsets, beside what is kept',
    )
  }
}

async function since(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (const body of ['a', 'b', 'c']) await one.keep('s', body, KEPT)
  const { epoch } = (await one.read('s', null)).top
  for (const watch of [one, two]) {
    for (const [offset, expected] of [['1 a', '2 b', '3 c'], ['2 b', '3 c'], ['3 c'], []].entries()) {
      const { items, complete, top } = await watch.read('s', { epoch, offset })
      equal(texts(items), expected, `what is behind ${offset}`)
      equal([complete, top], [true, { epoch, offset: 3 }], `whether it is complete behind ${offset}, and where it ends`)
    }
  }
}

async function all(scene: Scene): Promise<void> {
  const one = await scene.node()
  for (const body of ['a', 'b', 'c']) await one.keep('s', body, { history: { ...WIDE, size: 2 } })
  const { items, complete } = await one.read('s', null)
  equal([texts(items), complete], [['2 b', '3 c'], true], 'all of it, and whether that is complete')
}

async function anotherEpoch(scene: Scene): Promise<void> {
  const one = await scene.node()
  const { epoch } = await one.keep('s', 'a', KEPT)
  for (const offset of [0, 1, 2]) {
    const read = await one.read('s', { epoch: `${epoch}x`, offset })
    equal(read.complete, false, `whether it is complete behind ${offset} of another epoch`)
    equal(read.top, { epoch, offset: 1 }, 'where it stands')
    soundItems(read)
  }
}

async function future(scene: Scene): Promise<void> {
  const one = await scene.node()
  const { epoch } = await one.keep('s', 'a', KEPT)
  for (const offset of [2, 1_000_000]) {
    const read = await one.read('s', { epoch, offset })
    equal(read.complete, false, `whether it is complete behind ${offset}, where there is only 1`)
    soundItems(read)
  }
}

async function blank(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const first = await one.read('s', null)
  equal([first.items, first.complete, first.top.offset], [[], true, 0], 'what a blank history has')
  equal(await two.read('s', null), first, 'what another node reads')
  const again = await one.read('s', first.top)
  equal([again.complete, again.top], [true, first.top], 'what is behind the beginning, before there is anything')
  equal(await one.backplane.tops(['s']), [first.top], 'where it stands')
  const position = await two.keep('s', 'a', KEPT)
  equal(position, { epoch: first.top.epoch, offset: 1 }, 'position of the first message')
  const { items, complete } = await one.read('s', first.top)
  equal([texts(items), complete], [['1 a'], true], 'what is behind the beginning')
}

async function apart(scene: Scene): Promise<void> {
  const one = await scene.node()
  await one.keep('s', 'a', KEPT)
  await one.keep('s', 'b', KEPT)
  equal((await one.keep('t', 'c', KEPT)).offset, 1, 'offset of the first message of another subject')
  equal(texts((await one.read('s', null)).items), ['1 a', '2 b'], 'what one has')
  equal(texts((await one.read('t', null)).items), ['1 c'], 'what the other has')
}

async function notKept(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  await one.keep('s', 'kept', KEPT)
  equal((await one.give('s', 'not kept')).position, undefined, 'position of what is not kept')
  const position = await one.keep('s', 'kept, too', KEPT)
  equal(position.offset, 2, 'offset of the next that is kept')
  await two.got(3)
  equal(
    two.messages.map((message) => message.position?.offset),
    [1, undefined, 2],
    'offsets of what arrived',
  )
  equal(texts((await one.read('s', null)).items), ['1 kept', '2 kept, too'], 'what is kept')
}

async function inOrder(scene: Scene): Promise<void> {
  const one = await scene.node()
  for (let i = 1; i <= 20; i++) {
    one.backplane.publish('s', `${i}`, KEPT)
    const { top, items } = await one.read('s', null)
    equal([top.offset, items.length], [i, i], 'what the publisher reads right behind its message')
  }
}

async function tops(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const s = await one.keep('s', 'a', KEPT)
  await one.keep('t', 'b', KEPT)
  const t = await one.keep('t', 'c', KEPT)
  await one.give('plain', 'x')
  for (const { backplane } of [one, two]) {
    equal(await backplane.tops(['t', 'none', 's', 'plain', 't']), [t, null, s, null, t], 'where they stand')
    equal(await backplane.tops([]), [], 'where none of them stand')
  }
  const many = await one.backplane.tops(Array.from({ length: 1_000 }, (_, at) => (at === 999 ? 's' : `none ${at}`)))
  equal([many?.length, many?.[0], many?.[999]], [1_000, null, s], 'where many stand')
}

async function forLater(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.keep('s', 'a', KEPT)
  await one.backplane.close()
  equal(texts((await two.read('s', null)).items), ['1 a'], 'what is kept of a node that was closed')
  const three = await scene.node()
  equal(texts((await three.read('s', null)).items), ['1 a'], 'what a node has that came later')
}
