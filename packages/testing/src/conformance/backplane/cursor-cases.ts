import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { Scene } from './scene.js'

/** Numbers of what is published, and how far a node is. */
export const CURSOR_CASES: readonly BackplaneCase[] = [
  { name: 'numbers what a node publishes, so that the others see it grow', run: grows },
  { name: 'covers by its cursor what was taken in', run: covers },
  { name: 'covers by its cursor nothing that has not arrived', run: coversNoMore },
  { name: 'covers by its cursor what the node itself has published', run: coversOwn },
  { name: 'gives a cursor that does not change any more', run: staysPut },
  { name: 'has taken in, once a barrier is passed, what was published before', run: barrier },
  { name: 'has taken in then what the node itself has published', run: ownBarrier },
  { name: 'passes a barrier where nothing is published, and nothing attached', run: idleBarrier },
]

async function grows(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const seqs = Array.from({ length: 50 }, (_, at) => one.backplane.publish('s', `${at}`))
  ok(
    seqs.every((seq, at) => Number.isSafeInteger(seq) && seq > (seqs[at - 1] ?? Number.NEGATIVE_INFINITY)),
    `numbers do not grow: ${seqs.join(' ')}`,
  )
  for (const watch of [one, two]) {
    await watch.got(seqs.length)
    equal(
      watch.messages.map(({ seq }) => seq),
      seqs,
      'numbers of what arrived',
    )
  }
}

async function covers(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (let i = 1; i <= 10; i++) {
    const seqs = [one.backplane.publish('s', 'x'), two.backplane.publish('s', 'y')]
    await two.got(2 * i)
    const cursor = two.backplane.cursor('s')
    for (const [at, id] of [one.id, two.id].entries()) {
      ok((cursor[id] ?? 0) >= (seqs[at] as number), `the cursor has ${cursor[id]}, and ${seqs[at]} was taken in`)
    }
  }
}

async function coversNoMore(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const first = one.backplane.publish('s', 'x')
  await two.got(1)
  const before = two.backplane.cursor('s')
  const second = one.backplane.publish('s', 'y')
  await two.got(2)
  const reached = before[one.id] ?? 0
  ok(reached >= first && reached < second, `the cursor had ${reached}: not ${first}, or ${second} already`)
}

async function coversOwn(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const seq = one.backplane.publish('s', 'x')
  equal(one.backplane.cursor('s')[one.id], seq, 'own number right after publishing')
  await two.got(1)
  equal(one.backplane.cursor('s')[one.id], seq, 'own number after it arrived')
}

async function staysPut(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const seq = one.backplane.publish('s', 'x')
  await two.got(1)
  const cursor = two.backplane.cursor('s')
  one.backplane.publish('s', 'y')
  await two.got(2)
  equal(cursor[one.id], seq, 'number in a cursor that was taken before')
}

async function barrier(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  for (let i = 1; i <= 20; i++) {
    // No other way to wait, which would take in more.
    await new Promise<unknown>((settle) => one.backplane.publish('s', `${i}`, undefined, { settle }))
    equal(await two.backplane.barrier('s'), true, 'what the barrier resolved with')
    equal(two.messages.length, i, 'messages that were taken in when it resolved')
  }
}

async function ownBarrier(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  for (let i = 1; i <= 20; i++) {
    const seq = one.backplane.publish('s', `${i}`)
    equal(await one.backplane.barrier('s'), true, 'what the barrier resolved with')
    equal([one.messages.length, one.messages.at(-1)?.seq], [i, seq], 'messages that were taken in when it resolved')
  }
}

async function idleBarrier(scene: Scene): Promise<void> {
  const one = await scene.node()
  const passed = await Promise.all(['s', 't', 's'].map((subject) => one.backplane.barrier(subject)))
  equal(passed, [true, true, true], 'what the barriers resolved with')
  await scene.settle()
  equal(one.messages, [], 'messages')
}
