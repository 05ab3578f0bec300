import { isDeepStrictEqual } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from './chromium.js'
import { ClusterDemo, type NodeName, type Tab } from './cluster-demo.js'

let browser: Browser
let demo: ClusterDemo
let pids: number[]
/** With which code the cluster is to end; null if it is killed. */
let exitCode: number | null

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

beforeEach(async () => {
  demo = await ClusterDemo.start(browser)
  pids = demo.pids
  exitCode = 0
})
afterEach(async () => {
  const more = demo.pids
  expect(await demo.stop(), 'exit code of the cluster').toBe(exitCode)
  await expect.poll(() => [...pids, ...more].filter(lives), { timeout: 10_000 }).toEqual([])
  expect(demo.complaints, 'errors and warnings in the console').toEqual([])
})

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Two tabs, each served by a node of its own. */
async function twoTabs(): Promise<[ann: Tab, bob: Tab, atAnn: NodeName, atBob: NodeName]> {
  const ann = await demo.tab()
  const atAnn = await ann.node()
  const bob = await demo.another(ann)
  for (;;) {
    const atBob = await bob.node()
    if (atBob !== atAnn) return [ann, bob, atAnn, atBob]
    await bob.page.reload()
  }
}

/** What both have heard, once that is the same; nothing was missed, came twice, or was lost. */
async function bothHeard(ann: Tab, bob: Tab): Promise<[name: string, text: string][]> {
  const both = () => Promise.all([ann.said(), bob.said()])
  await expect.poll(async () => isDeepStrictEqual(...(await both()))).toBe(true)
  for (const tab of [ann, bob]) {
    expect(await tab.told('Verdict on the messages').textContent()).toBe('0 missed, 0 twice.')
    expect(await tab.told('Verdict on the calls').textContent()).toBe('0 calls lost.')
  }
  return ann.said()
}

/** Both have counted for a while, and were heard by both: every number once, and in order. */
async function bothCounted(ann: Tab, bob: Tab): Promise<void> {
  await Promise.all([ann, bob].map((tab) => tab.talks(false)))
  for (const tab of [ann, bob]) await tab.told('Place in the history').filter({ hasNotText: 'to be sent' }).waitFor()
  const said = await bothHeard(ann, bob)
  for (const tab of [ann, bob]) {
    const name = await tab.name()
    const numbers = said.filter(([from, text]) => from === name && text.startsWith('number '))
    expect(numbers.length).toBeGreaterThan(2)
    expect(numbers.map(([, text]) => text)).toEqual(numbers.map((_, i) => `number ${i + 1}`))
  }
}

/** Everybody is seen at the right node, and nobody at another. */
async function areAt(places: readonly (readonly [tab: Tab, node: NodeName])[]): Promise<void> {
  const people = await Promise.all(places.map(async ([tab, node]) => `${await tab.name()} ${node}`))
  for (const [tab] of places) await expect.poll(() => tab.people(), { timeout: 10_000 }).toEqual(people.sort())
}

test('what is said at one node is heard at the others, and who is there is known at all of them', async () => {
  const [ann, bob, atAnn, atBob] = await twoTabs()
  await ann.say('Good <b>morning</b>')
  await Promise.all([ann.hears('Good <b>morning</b>'), bob.hears('Good <b>morning</b>')])
  await bob.write('You to')
  const typing = ann.told('Typing')
  await typing.filter({ hasText: `${await bob.name()} is typing …` }).waitFor()
  await bob.say('You too')
  await Promise.all([ann.hears('You too'), bob.hears('You too')])
  await expect.poll(() => typing.textContent()).toBe('')
  const said = [
    [await ann.name(), 'Good <b>morning</b>'],
    [await bob.name(), 'You too'],
  ]
  expect(await bothHeard(ann, bob)).toEqual(said)
  await areAt([
    [ann, atAnn],
    [bob, atBob],
  ])
})

test('a tab whose node is killed comes back at another one: nothing is missed, and nothing comes twice', async () => {
  const [ann, bob, atAnn, atBob] = await twoTabs()
  await Promise.all([ann.talks(true), bob.talks(true)])
  await bob.hears('number 2', 2)
  await bob.press('Kill −9', atAnn)
  await bob.isNode(atAnn, 'down')
  await ann.say('Still here')
  const now = await ann.node(atAnn)
  await bob.hears('Still here')
  await Promise.all([ann.hears('number 4', 2), bob.hears('number 4', 2)])
  await bothCounted(ann, bob)
  expect([await ann.count('Moves'), await ann.count('Reset'), await bob.count('Moves')]).toEqual([1, 1, 0])
  await areAt([
    [ann, now],
    [bob, atBob],
  ])

  await bob.press('Restart', atAnn)
  await bob.isNode(atAnn, 'ready')
  await bob.page
    .getByRole('region', { name: `Node ${atAnn}` })
    .getByText('start 2')
    .waitFor()
})

test('a node that is drained loses no call, and its tabs move before they let go of it', async () => {
  const [ann, bob, atAnn, atBob] = await twoTabs()
  await Promise.all([ann.talks(true), bob.talks(true)])
  await ann.hears('number 2', 2)
  await bob.press('Drain', atAnn)
  const now = await ann.node(atAnn)
  await bob.isNode(atAnn, 'down')
  await Promise.all([ann.hears('number 4', 2), bob.hears('number 4', 2)])
  await bothCounted(ann, bob)
  expect([await ann.count('Moves'), await ann.count('Reset')]).toEqual([1, 0])
  expect(await ann.told('Session').textContent()).toBe('Moved before it let go of the old link')
  const [made = 0, answered = 0] = await ann.calls()
  expect([made > 5, answered > 5]).toEqual([true, true])
  await areAt([
    [ann, now],
    [bob, atBob],
  ])

  await bob.press('Restart', now)
  await ann.node(now)
  await bob.isNode(now, 'ready')
  expect([await ann.count('Moves'), await ann.count('Reset')]).toEqual([2, 0])
  expect((await ann.events()).filter((event) => /^(closed|retrying|reset|gap|error)/.test(event))).toEqual([])
})

test('a session whose link is cut goes on at another node', async () => {
  const [ann, bob, atAnn, atBob] = await twoTabs()
  await Promise.all([ann.talks(true), bob.talks(true)])
  await ann.hears('number 2', 2)
  let now = atAnn
  let cuts = 0
  while (now === atAnn) {
    await ann.cut()
    await expect.poll(() => ann.count('Resumed')).toBe(++cuts)
    now = await ann.node()
  }
  await Promise.all([ann.hears('number 4', 2), bob.hears('number 4', 2)])
  await bothCounted(ann, bob)
  expect([await ann.count('Moves'), await ann.count('Reset')]).toEqual([1, 0])
  await areAt([
    [ann, now],
    [bob, atBob],
  ])
})

test('nothing is left behind of a cluster whose first process is killed', () => {
  expect(pids.length).toBeGreaterThan(5)
  demo.crash()
  exitCode = null
})
