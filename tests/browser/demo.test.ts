import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from './chromium.js'
import { Demo } from './demo.js'

let browser: Browser
let demo: Demo

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

beforeEach(async () => {
  demo = await Demo.start(browser)
})
afterEach(async () => {
  expect(await demo.end(), 'exit code of the demo').toBe(0)
  expect(demo.complaints, 'errors and warnings in the console').toEqual([])
})

test('what one says reaches both, as text', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await ann.say('Good <b>morning</b>')
  await Promise.all([ann.hears('Good <b>morning</b>'), bob.hears('Good <b>morning</b>')])
  await bob.say('You too')
  await Promise.all([ann.hears('You too'), bob.hears('You too')])
  expect(await ann.messages.count()).toBe(2)
})

test('who comes later finds what was said', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann')
  await ann.say('First!')
  await ann.hears('First!')
  const bob = await demo.visitor()
  await bob.enter('Bob')
  await bob.hears('First!')
})

test('two tabs of one user are one person with two devices', async () => {
  const bob = await demo.visitor()
  const ann = await demo.visitor()
  await bob.enter('Bob')
  await ann.enter('Ann')
  await bob.person('Ann').filter({ hasText: '1 device' }).waitFor()
  const second = await demo.tab(ann.page.context())
  await second.enter('Ann')
  await bob.person('Ann').filter({ hasText: '2 devices' }).waitFor()
  expect(await bob.person('Ann').count()).toBe(1)
  await second.page.close()
  await bob.person('Ann').filter({ hasText: '1 device' }).waitFor()
})

test('a sixth device of one user sends the first away', async () => {
  const first = await demo.visitor()
  await first.enter('Ann')
  for (let device = 2; device <= 6; device++) {
    const next = await demo.tab(first.page.context())
    await next.enter('Ann')
  }
  await first.page.getByText('Five newer devices are signed in as you.').waitFor()
})

test('a name belongs to who used it first', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann', 'open sesame')
  const eve = await demo.visitor()
  await eve.knock('ann', 'open barley')
  await eve.page.getByText('That name has another passphrase').waitFor()
  await eve.enter('ann', 'open sesame')
  await eve.person('Ann').filter({ hasText: '2 devices' }).waitFor()
})

test('the server asks before it clears the room', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await bob.say('Remember me')
  await ann.hears('Remember me')
  const question = ann.page.getByRole('dialog')

  await ann.button('Clear the room').click()
  await question.getByRole('button', { name: 'No' }).click()
  await question.waitFor({ state: 'hidden' })
  await ann.hears('Remember me')

  await ann.button('Clear the room').click()
  await question.getByText('Clear the lobby for everyone?').waitFor()
  await question.getByRole('button', { name: 'Yes' }).click()
  await Promise.all([ann.hears('Ann cleared the room.'), bob.hears('Ann cleared the room.')])
  expect(await bob.messages.count()).toBe(1)
})

test('a link that is cut comes back by itself, with what was said meanwhile', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.page.clock.install()
  await ann.enter('Ann')
  await bob.enter('Bob')

  await ann.page.clock.pauseAt(Date.now() + 60_000)
  await ann.button('Cut the link').click()
  await ann.status.filter({ hasText: /^Offline, attempt 1 in \d s$/ }).waitFor()
  await bob.person('Ann').filter({ hasText: '(away)' }).waitFor()
  await ann.say('Can you hear me?')
  await ann.say('Hello?')
  await ann.messages.filter({ hasText: 'not sent yet' }).nth(1).waitFor()
  await bob.say('Where are you?')
  await bob.hears('Where are you?')

  await ann.page.clock.resume()
  await ann.page.clock.fastForward(5_000)
  await ann.is('The Lobby')
  await Promise.all([ann.hears('Hello?'), bob.hears('Hello?'), ann.hears('Where are you?')])
  await bob.person('Ann').filter({ hasNotText: '(away)' }).waitFor()
  expect((await ann.texts()).sort()).toEqual(['Can you hear me?', 'Hello?', 'Where are you?'])
  expect(await bob.texts()).toEqual(['Where are you?', 'Can you hear me?', 'Hello?'])
})

test('links that are cut again and again lose nothing', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await bob.page.getByLabel('Cut it every second or so').check()
  const said = Array.from({ length: 8 }, (_, i) => `Number ${i + 1}`)
  for (const [i, text] of said.entries()) {
    await ann.button('Cut the link').click()
    await (i % 2 === 0 ? ann : bob).say(text)
    await bob.page.waitForTimeout(500)
  }
  await Promise.all([ann, bob].flatMap((one) => said.map((text) => one.hears(text))))
  expect((await ann.texts()).sort()).toEqual(said)
  expect((await bob.texts()).sort()).toEqual(said)

  await bob.page.getByLabel('Cut it every second or so').uncheck()
  for (const one of [ann, bob]) {
    await one.told('Verdict on the link').filter({ hasText: '0 lost, 0 twice, in order.' }).waitFor()
    const [cuts = 0, resumed] = (await one.page.getByRole('definition').allTextContents()).slice(1).map(Number)
    expect(cuts).toBeGreaterThan(1)
    expect([cuts, cuts - 1], 'resumed as often as cut, but for a cut it is in').toContain(resumed)
    for (const row of ['To the server', 'From it', 'Calls']) {
      const { arrived, lost } = await one.ledger('What was sent', row)
      expect(arrived, row).toBeGreaterThan(5)
      expect(lost, row).toBe(0)
    }
  }
})

test('the worker one is on is restarted, and no call is lost', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann')
  const worker = ann.told('Worker')
  await worker.filter({ hasText: ', run 1' }).waitFor()
  const [first, second] = (await worker.textContent())?.startsWith('Worker A') ? ['A', 'B'] : ['B', 'A']
  for (const [from, to, run] of [
    [first, second, 1],
    [second, first, 2],
  ]) {
    await ann.button('Restart the server I am on').click()
    await worker.filter({ hasText: `Worker ${to}, run ${run}` }).waitFor()
    await ann
      .told('Restart')
      .filter({ hasText: `Worker ${from} has been started anew.` })
      .waitFor()
  }
  const { made } = await ann.ledger('Calls of the worker', 'Calls')
  await expect
    .poll(async () => (await ann.ledger('Calls of the worker', 'Calls')).arrived, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(made)
  expect((await ann.ledger('Calls of the worker', 'Calls')).lost).toBe(0)
  expect(await ann.told('Verdict on the restarts').textContent()).toBe('0 calls lost.')
})

test('what a crash of the server leaves uncertain can be said again', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann')
  demo.freeze()
  await ann.say('Anybody there?')
  await ann.messages.filter({ hasText: 'not sent yet' }).waitFor()
  await demo.crash()
  await ann.is('The Lobby')
  await ann.messages.filter({ hasText: 'perhaps not sent' }).getByRole('button', { name: 'Say it again' }).click()
  await ann.hears('Anybody there?')
  expect(await ann.texts()).toEqual(['Anybody there?'])
  await ann.told('Verdict on the link').filter({ hasText: 'A session was lost (unknown-session)' }).waitFor()
  demo.forgiveRefusals()
})

test('told to end, it does in a few seconds, whoever is there', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann')
  await ann.say('Last words')
  await ann.hears('Last words')
  const asked = performance.now()
  expect(await demo.stop()).toBe(0)
  expect(performance.now() - asked).toBeLessThan(8_000)
  await ann.status.filter({ hasText: 'Offline' }).waitFor()
  expect(await ann.told('Verdict on the restarts').textContent()).toBe('0 calls lost.')
  await ann.page.close()
  demo.forgiveRefusals()
})

test('one goes to the garden and back, and is never in neither', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await bob.say('In the lobby')
  await ann.hears('In the lobby')

  await ann.button('Go to the garden').click()
  await ann.is('The Garden')
  await bob.person('Ann').waitFor({ state: 'hidden' })
  await ann.page.getByText('In the lobby').waitFor({ state: 'hidden' })
  await ann.say('In the garden')
  await ann.hears('In the garden')

  await ann.button('Go to the lobby').click()
  await ann.is('The Lobby')
  await bob.person('Ann').waitFor()
  await ann.hears('In the lobby')
  expect(await bob.messages.count()).toBe(1)
  const events = await ann.page.getByRole('region', { name: 'Events' }).getByRole('listitem').allTextContents()
  expect(events.filter((event) => /OFFLINE|closed/.test(event))).toEqual([])
})

test('signing out leads back to the door', async () => {
  const ann = await demo.visitor({ width: 360, height: 640 })
  await ann.enter('Ann')
  // A browser complains of a link that is given up before it is open.
  await ann.told('Worker').filter({ hasText: 'run 1' }).waitFor()
  await ann.button('Sign out').click()
  await ann.button('Come in').waitFor()
  await ann.enter('Ann')
})

test('a page of 360 px needs no sideways scrolling', async () => {
  const ann = await demo.visitor({ width: 360, height: 640 })
  const overflow = () => ann.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBe(0)
  await ann.enter('A name of twentyfour sig')
  await ann.say('W'.repeat(500))
  await ann.hears('WWW')
  expect(await overflow()).toBe(0)
})
