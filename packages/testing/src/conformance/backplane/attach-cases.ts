import { ALL, nodeSubject } from '@wse/protocol/backplane'
import { equal } from '../assert.js'
import type { BackplaneCase } from './backplane-case.js'
import type { Scene } from './scene.js'

/** Subjects attached at once, and of them those that something is published to. */
const MANY = 10_000
const SAMPLE = 97

/** Who receives what. */
export const ATTACH_CASES: readonly BackplaneCase[] = [
  { name: 'delivers only to nodes that are attached', run: onlyAttached },
  { name: 'counts the nodes that received something', needs: ['receivers'], run: countsReceivers },
  { name: 'is attached from its start to what all are, and to a subject of its own', run: fromStart },
  { name: 'is attached once attach resolves', run: onceResolved },
  { name: 'attaches once what is attached twice', run: twice },
  { name: 'delivers nothing that is published after detach', run: detached },
  { name: 'detaches what was never attached', run: neverAttached },
  { name: 'detaches one node, and no other', run: otherNode },
  { name: 'attaches 10,000 subjects at once', run: many },
  { name: 'ends attached after attach, detach and attach at once', run: endsAttached },
  { name: 'ends detached after attach and detach at once', run: endsDetached },
  { name: 'attaches nothing', run: nothing },
]

async function onlyAttached(scene: Scene): Promise<void> {
  const [one, two] = [await scene.node('s', 'both'), await scene.node('t', 'both')]
  for (const subject of ['s', 't', 'none', 'both']) one.backplane.publish(subject, subject)
  await one.got(2)
  await two.got(2)
  await scene.settle()
  equal([...one.bodies].sort(), ['both', 's'], 'messages on one node')
  equal([...two.bodies].sort(), ['both', 't'], 'messages on the other')
}

async function countsReceivers(scene: Scene): Promise<void> {
  const [one] = [await scene.node('s', 'both'), await scene.node('both')]
  const counted: number[] = []
  for (const subject of ['both', 's', 'none']) counted.push((await one.give(subject, 'x')).receivers)
  equal(counted, [2, 1, 0], 'receivers')
}

async function fromStart(scene: Scene): Promise<void> {
  const [one, two] = [await scene.node(), await scene.node()]
  await one.give(ALL, 'to all')
  await one.give(nodeSubject(two.id), 'to two')
  await one.give(nodeSubject(one.id), 'to one')
  await one.got(2)
  await two.got(2)
  await scene.settle()
  equal([...one.bodies].sort(), ['to all', 'to one'], 'messages on one node')
  equal([...two.bodies].sort(), ['to all', 'to two'], 'messages on the other')
}

async function onceResolved(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (let i = 0; i < 30; i++) {
    equal(await two.backplane.attach([`s${i}`]), true, 'what attach resolved with')
    one.backplane.publish(`s${i}`, `${i}`)
    await two.until(() => two.on(`s${i}`).length > 0, 'what is published right after attach resolved arrives')
  }
  equal(two.messages.length, 30, 'messages')
}

async function twice(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const { backplane } = two
  equal(await Promise.all([backplane.attach(['s', 's']), backplane.attach(['s'])]), [true, true], 'attach')
  equal(await backplane.attach(['s']), true, 'attach')
  one.backplane.publish('s', 'x')
  await two.got(1)
  backplane.detach(['s'])
  await scene.settle()
  one.backplane.publish('s', 'y')
  await scene.settle()
  equal(two.bodies, ['x'], 'messages')
}

async function detached(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s', 't')
  two.backplane.detach(['s'])
  await scene.settle()
  await one.give('s', 'not for two')
  await one.give('t', 'for both')
  await two.got(1)
  await scene.settle()
  equal(two.bodies, ['for both'], 'messages')
}

async function neverAttached(scene: Scene): Promise<void> {
  const one = await scene.node('s')
  one.backplane.detach(['none', 'none', 's ', 'S'])
  one.backplane.detach([])
  await scene.settle()
  one.backplane.publish('s', 'x')
  await one.got(1)
}

async function otherNode(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair('s')
  one.backplane.detach(['s'])
  await scene.settle()
  one.backplane.publish('s', 'x')
  await two.got(1)
  await scene.settle()
  equal(one.bodies, [], 'messages on the node that was detached')
}

async function many(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  const subjects = Array.from({ length: MANY }, (_, at) => `topic ${at}`)
  equal(await two.backplane.attach(subjects), true, 'what attach resolved with')
  const sample = subjects.filter((_, at) => at % SAMPLE === 0)
  for (const subject of sample) one.backplane.publish(subject, subject)
  await two.got(sample.length)
  equal([...two.bodies].sort(), [...sample].sort(), 'messages')
  two.backplane.detach(subjects.slice(1))
  await scene.settle()
  for (const subject of sample) one.backplane.publish(subject, 'again')
  await two.got(sample.length + 1)
  await scene.settle()
  equal(two.messages.length, sample.length + 1, 'messages, after all subjects but one were detached')
}

async function endsAttached(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (let i = 0; i < 10; i++) {
    void two.backplane.attach([`s${i}`])
    two.backplane.detach([`s${i}`])
    equal(await two.backplane.attach([`s${i}`]), true, 'what the last attach resolved with')
    one.backplane.publish(`s${i}`, 'x')
    await two.got(i + 1)
  }
  await scene.settle()
  await one.give('s0', 'again')
  await two.got(11)
}

async function endsDetached(scene: Scene): Promise<void> {
  const [one, two] = await scene.pair()
  for (let i = 0; i < 10; i++) {
    const attaching = two.backplane.attach([`s${i}`])
    two.backplane.detach([`s${i}`])
    await attaching
  }
  await scene.settle()
  for (let i = 0; i < 10; i++) await one.give(`s${i}`, 'x')
  await scene.settle()
  equal(two.bodies, [], 'messages')
}

async function nothing(scene: Scene): Promise<void> {
  const one = await scene.node()
  equal(await one.backplane.attach([]), true, 'what attach resolved with')
}
