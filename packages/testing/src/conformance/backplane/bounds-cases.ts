import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import { soundItems, texts } from './reading.js'
import { type Scene, WIDE } from './scene.js'

/** How long a history keeps something where a case waits for that, and most of it, in ms. */
const TTL = 1_000
const MOST_OF_IT = 700

/** How much is kept, and for how long. */
export const BOUNDS_CASES: readonly BackplaneCase[] = [
  { name: 'keeps as many as it may, the newest, and says what is not complete', run: size },
  { name: 'keeps as many characters and bytes as it may', run: bytes },
  { name: 'keeps the newest, however large', run: newest },
  { name: 'goes by the bounds that were given last', run: lastBounds },
  { name: 'forgets each message at its time', run: ttl },
  { name: 'tells how old a message is', run: age },
  { name: 'never is complete from where nobody knows any more, be all too old', run: allTooOld },
]

async function size(scene: Scene): Promise<void> {
  const one = await scene.node()
  const setup = { history: { ...WIDE, size: 3 } }
  for (let i = 1; i <= 7; i++) await one.keep('s', `m${i}`, setup)
  const { epoch } = (await one.read('s', null)).top
  equal(texts((await one.read('s', null)).items), ['5 m5', '6 m6', '7 m7'], 'what is kept')
  const reached = await one.read('s', { epoch, offset: 4 })
  equal([reached.complete, reached.items.length], [true, 3], 'whether it is complete behind the last that is gone')
  for (const offset of [0, 3]) {
    const beyond = await one.read('s', { epoch, offset })
    equal([beyond.complete, beyond.top.offset], [false, 7], `whether it is complete behind ${offset}, which is too far`)
    soundItems(beyond)
  }
}

async function bytes(scene: Scene): Promise<void> {
  const one = await scene.node()
  const setup = { history: { ...WIDE, bytes: 350 } }
  for (const body of ['a'.repeat(100), new Uint8Array(100).fill(98), 'c'.repeat(100), new Uint8Array(100).fill(100)]) {
    await one.keep('s', body, setup)
  }
  const { items, top } = await one.read('s', null)
  equal(
    items.map(({ offset }) => offset),
    [2, 3, 4],
    'offsets of what is kept in 350, of 100 each',
  )
  equal((await one.read('s', { ...top, offset: 0 })).complete, false, 'whether it is complete from the beginning')
}

async function newest(scene: Scene): Promise<void> {
  const one = await scene.node()
  const setup = { history: { ...WIDE, bytes: 10 } }
  await one.keep('s', 'small', setup)
  await one.keep('s', 'x'.repeat(1_000), setup)
  const { items, top } = await one.read('s', { ...(await one.read('s', null)).top, offset: 1 })
  equal([items.length, items[0]?.offset, top.offset], [1, 2, 2], 'what is kept of one that is larger than the bound')
}

async function lastBounds(scene: Scene): Promise<void> {
  const one = await scene.node()
  for (let i = 1; i <= 5; i++) await one.keep('s', `m${i}`, { history: WIDE })
  await one.keep('s', 'm6', { history: { ...WIDE, size: 2 } })
  equal(texts((await one.read('s', null)).items), ['5 m5', '6 m6'], 'what is kept')
}

async function ttl(scene: Scene): Promise<void> {
  const one = await scene.node()
  const setup = { history: { ...WIDE, ttl: TTL } }
  const { epoch } = await one.keep('s', 'first', setup)
  await scene.cluster.pass(MOST_OF_IT)
  await one.keep('s', 'second', setup)
  await scene.cluster.pass(MOST_OF_IT)
  equal(texts((await one.read('s', null)).items), ['2 second'], 'what is not too old')
  const reached = await one.read('s', { epoch, offset: 1 })
  equal([texts(reached.items), reached.complete], [['2 second'], true], 'what is behind the one that is too old')
  const beyond = await one.read('s', { epoch, offset: 0 })
  equal(beyond.complete, false, 'whether it is complete from the beginning')
  soundItems(beyond)
}

async function age(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  await one.keep('s', 'old', { history: WIDE })
  await scene.cluster.pass(300)
  await one.keep('s', 'new', { history: WIDE })
  for (const watch of [one, two]) {
    const [old, young] = (await watch.read('s', null)).items
    ok((old?.age ?? 0) >= 250 && (old?.age ?? 0) < 30_000, `what is 300 ms old is said to be ${old?.age}`)
    ok((young?.age ?? -1) >= 0 && (young?.age ?? 0) < (old?.age ?? 0), `the younger is said to be ${young?.age}`)
  }
}

async function allTooOld(scene: Scene): Promise<void> {
  const one = await scene.node()
  const setup = { history: { ...WIDE, ttl: MOST_OF_IT } }
  const position = await one.keep('s', 'a', setup)
  await scene.cluster.pass(TTL)
  const start = await one.read('s', { ...position, offset: 0 })
  equal([start.items, start.complete], [[], false], 'what is behind the beginning')
  const next = await one.keep('s', 'b', setup)
  const { items, complete } = await one.read('s', position)
  // It may have forgotten where it stood: then that is another epoch.
  if (next.epoch === position.epoch) equal([texts(items), complete], [['2 b'], true], 'what is behind the first')
  else equal(complete, false, 'whether another epoch is complete')
}
