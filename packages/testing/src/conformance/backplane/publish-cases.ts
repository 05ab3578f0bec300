import { equal, ok } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { Scene } from './scene.js'

/** What 512 bytes of a subject hold at the most of characters that take four each. */
const LONGEST = '😀'.repeat(128)

/** Subjects that something on the way may take for something else. */
const SUBJECTS = [
  'with spaces  in it',
  ' at both ends ',
  'room:{1}:a',
  '{room}',
  '{}',
  'ä€漢😀',
  'a\tb\nc\r\nd\u0000e',
  '"quoted\\',
  '__proto__',
  'constructor',
  'a.b.*',
  'a.b.>',
  'a/+/#',
  'x'.repeat(512),
  LONGEST,
]

/** What is published, and reaches who is attached. */
export const PUBLISH_CASES: readonly BackplaneCase[] = [
  { name: 'delivers what one node publishes in order', run: inOrder },
  { name: 'delivers in one order on every node, whoever publishes', run: oneOrder },
  { name: 'delivers to the publisher, if it is attached', run: echo },
  { name: 'delivers nothing inside publish', run: notInside },
  { name: 'says who published, and on what', run: saysWho },
  { name: 'has no position for what is in no history', run: noPosition },
  { name: 'answers from inside incoming', run: answers },
  { name: 'takes any subject of up to 512 bytes, and mistakes none for another', run: anySubject },
  { name: 'takes no subject for a pattern', run: noPattern },
  { name: 'takes the longest subject and the longest key that may be, with a history', run: longest },
  { name: 'counts what it has published and received', run: counts },
]

async function inOrder(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const bodies = Array.from({ length: 300 }, (_, at) => `message ${at}`)
  for (const body of bodies) one.backplane.publish('s', body)
  await two.got(bodies.length)
  equal(two.bodies, bodies, 'messages')
}

async function oneOrder(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const three = await scene.node('s')
  for (let i = 0; i < 100; i++) {
    one.backplane.publish('s', `one ${i}`)
    two.backplane.publish('s', `two ${i}`)
    if (i % 10 === 0) await scene.settle()
  }
  for (const watch of [one, two, three]) await watch.got(200)
  equal(two.bodies, one.bodies, 'order on the second node')
  equal(three.bodies, one.bodies, 'order on a node that publishes nothing')
  for (const name of ['one', 'two']) {
    const of = one.bodies.filter((body) => String(body).startsWith(name))
    equal(
      of,
      Array.from({ length: 100 }, (_, at) => `${name} ${at}`),
      `what node ${name} published`,
    )
  }
}

async function echo(scene: Scene): Promise<void> {
  const one = await scene.node('mine')
  one.backplane.publish('not mine', 'x')
  one.backplane.publish('mine', 'y')
  await one.got(1)
  await scene.settle()
  equal(one.bodies, ['y'], 'own messages')
  equal(one.messages[0]?.from, one.id, 'who published it')
}

async function notInside(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  one.backplane.publish('s', 'x')
  equal(one.messages.length, 0, 'messages delivered inside publish')
  await one.got(1)
}

async function saysWho(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s', 't')
  one.backplane.publish('s', 'of one')
  two.backplane.publish('t', 'of two')
  for (const watch of [one, two]) {
    await watch.got(2)
    const said = watch.messages.map(({ subject, from, body }) => `${subject} ${from} ${String(body)}`)
    equal(said.sort(), [`s ${one.id} of one`, `t ${two.id} of two`], 'messages')
  }
}

async function noPosition(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  const { position, repeated } = await one.give('s', 'x')
  equal([position, repeated === true], [undefined, false], 'position, and whether it is repeated')
  await one.got(1)
  equal(one.messages[0]?.position, undefined, 'position of the message')
}

async function answers(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const answer = (body: unknown) => `${Number(body) + 1}`
  one.react = ({ from, body }) => {
    if (from === two.id && Number(body) < 20) one.backplane.publish('s', answer(body))
  }
  two.react = ({ from, body }) => {
    if (from === one.id && Number(body) < 20) two.backplane.publish('s', answer(body))
  }
  one.backplane.publish('s', '1')
  await one.got(20)
  equal(
    one.bodies,
    Array.from({ length: 20 }, (_, at) => `${at + 1}`),
    'questions and answers',
  )
}

async function anySubject(scene: Scene): Promise<void> {
  const one = await scene.node(...SUBJECTS)
  for (const [at, subject] of SUBJECTS.entries()) one.backplane.publish(subject, `${at}`)
  await one.got(SUBJECTS.length)
  await scene.settle()
  for (const [at, subject] of SUBJECTS.entries()) equal(one.on(subject), [`${at}`], `messages on ${subject}`)
  equal(one.messages.length, SUBJECTS.length, 'messages in all')
}

async function noPattern(scene: Scene): Promise<void> {
  const one = await scene.node('a*', 'a?', 'a[b]', 'a.>', 'a/#', 'ab')
  for (const subject of ['a[b]', 'a.b', 'a/b', 'ac', 'abc', 'ab']) one.backplane.publish(subject, subject)
  await one.got(2)
  await scene.settle()
  equal([...one.bodies].sort(), ['a[b]', 'ab'], 'messages')
}

async function longest(scene: Scene): Promise<void> {
  const one = await scene.node(LONGEST)
  const setup = { history: { size: 10, ttl: 60_000, bytes: 10_000 }, key: LONGEST }
  const position = await one.keep(LONGEST, 'x', setup)
  const again = await one.give(LONGEST, 'y', setup)
  equal([again.position, again.repeated], [position, true], 'position of what was repeated')
  equal((await one.read(LONGEST, null)).items.length, 1, 'messages kept')
}

async function counts(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  const before = [one.backplane.stats, two.backplane.stats]
  for (let i = 0; i < 10; i++) await one.give('s', 'x')
  await two.got(10)
  await one.backplane.attach(['t', 'u', 's'])
  const [after, received] = [one.backplane.stats, two.backplane.stats]
  ok(after.published - (before[0]?.published ?? 0) >= 10, `published only ${after.published}`)
  ok(received.received - (before[1]?.received ?? 0) >= 10, `received only ${received.received}`)
  equal(after.subjects - (before[0]?.subjects ?? 0), 2, 'subjects attached in addition')
  equal(after.failed, before[0]?.failed, 'failed')
}
