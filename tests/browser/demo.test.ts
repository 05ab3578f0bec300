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

test('two tabs in one room see each other, and who is typing', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await Promise.all([ann.person('Bob').waitFor(), bob.person('Ann').waitFor()])
  await bob.room('Lobby').filter({ hasText: '2 people' }).waitFor()

  const typing = bob.told('Typing')
  await ann.write('How do I put th')
  await typing.filter({ hasText: 'Ann is typing …' }).waitFor()
  expect(await ann.told('Typing').textContent()).toBe('')
  await ann.say('Like this.')
  await bob.hears('Like this.')
  await expect.poll(() => typing.textContent()).toBe('')
  await ann.write('Who thinks too long')
  await typing.filter({ hasText: 'Ann is typing …' }).waitFor()
  await expect.poll(() => typing.textContent(), { timeout: 5_000 }).toBe('')
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
  await ann.place.filter({ hasText: 'waits for a link' }).waitFor()
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
  for (const one of [ann, bob]) expect(await one.texts()).toEqual(['Where are you?', 'Can you hear me?', 'Hello?'])
  await ann.place.filter({ hasText: /^Event 3 of history .{4}: back, and nothing was missed$/ }).waitFor()
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
  expect(await bob.texts()).toEqual(await ann.texts())

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
  expect(await ann.texts()).toEqual(['the server has begun another history.', 'Anybody there?'])
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

test('one goes to the garden and back, and everybody sees where one is', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await bob.say('In the lobby')
  await ann.hears('In the lobby')

  await ann.room('Garden').click()
  await ann.is('The Garden')
  await bob.person('Ann').waitFor({ state: 'hidden' })
  await bob.room('Garden').filter({ hasText: '1 person' }).filter({ hasText: 'Ann' }).waitFor()
  await ann.page.getByText('In the lobby').waitFor({ state: 'hidden' })
  await ann.say('In the garden')
  await ann.hears('In the garden')

  await ann.room('Lobby').click()
  await ann.is('The Lobby')
  await bob.person('Ann').waitFor()
  await ann.hears('In the lobby')
  expect(await bob.messages.count()).toBe(1)
})

test('over jumps from door to door nothing is missed and nothing comes twice', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.enter('Ann')
  await bob.enter('Bob')
  const said = Array.from('ABCDEFGHIJKL', (letter) => `Letter ${letter}`)
  for (const [i, text] of said.entries()) {
    if (i % 3 === 1) await ann.button('Jump to the').click()
    await (i % 4 === 2 ? ann : bob).say(text)
  }
  await Promise.all([ann, bob].flatMap((one) => said.map((text) => one.hears(text))))
  await ann.page.getByText('by the east door').waitFor()
  expect((await ann.texts()).sort()).toEqual([...said].sort())
  expect(await bob.texts()).toEqual(await ann.texts())
  await ann.place.filter({ hasText: /^Event 12 of .*: back, and nothing was missed$/ }).waitFor()
  await bob.person('Ann').filter({ hasText: '1 device' }).waitFor()
  const events = await ann.events()
  expect(events).toContain('resubscribedlobby, recovered')
  expect(events.filter((event) => /OFFLINE|closed|gap|not recovered/.test(event))).toEqual([])
})

test('who is away for longer than the history reaches is told which events are missing', async () => {
  const ann = await demo.visitor()
  const bob = await demo.visitor()
  await ann.page.clock.install()
  await ann.enter('Ann')
  await bob.enter('Bob')
  await bob.say('Before')
  await ann.hears('Before')
  await ann.page.clock.pauseAt(Date.now() + 60_000)
  await ann.button('Cut the link').click()
  await ann.status.filter({ hasText: 'Offline' }).waitFor()
  await bob.sayMany(101)
  await bob.place.filter({ hasText: 'Event 102 of' }).waitFor()

  await ann.page.clock.resume()
  await ann.page.clock.fastForward(5_000)
  await ann.place.filter({ hasText: /^Event 102 of .*: events 2 to 102 are missing$/ }).waitFor()
  expect(await ann.texts()).toEqual(['Before', 'events 2 to 102 are missing.'])
  await ann.button('Read what is kept').click()
  await ann.hears('Number 101')
  const kept = Array.from({ length: 100 }, (_, i) => `Number ${i + 2}`)
  expect(await ann.texts()).toEqual(kept)
})

test('where a history ends with its server, it is said that something is missing', async () => {
  const ann = await demo.visitor()
  await ann.enter('Ann')
  await ann.say('Remember this')
  await ann.hears('Remember this')
  await demo.crash()
  await ann.messages.filter({ hasText: 'the server has begun another history' }).waitFor()
  await ann.place.filter({ hasText: /^Event 0 of / }).waitFor()
  expect(await ann.events()).toContain('gaplobby, epoch')
  await ann.say('From now on')
  await ann.hears('From now on')
  await ann.button('Read what is kept').click()
  await ann.place.filter({ hasText: /^Event 1 of .*: read from the start$/ }).waitFor()
  expect(await ann.texts()).toEqual(['From now on'])
  demo.forgiveRefusals()
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

test('nothing is wider than the page, whatever somebody says', async () => {
  const ann = await demo.visitor({ width: 360, height: 640 })
  const overflow = () => ann.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(await overflow()).toBe(0)
  await ann.enter('A name of twentyfour sig')
  await ann.say('W'.repeat(500))
  await ann.hears('WWW')
  for (const width of [360, 390, 800, 1000, 1280]) {
    await ann.page.setViewportSize({ width, height: 800 })
    expect(await overflow(), `at ${width} px`).toBe(0)
  }
})

test('on a phone everything to be pressed is 44 px high, and who writes sees what is said', async () => {
  const ann = await demo.visitor({ width: 390, height: 844 })
  await ann.enter('Ann')
  const pressed = ann.page.locator('main:not([hidden])').locator('button, summary, #text, label.switch')
  expect(await pressed.count()).toBeGreaterThan(8)
  for (const one of await pressed.all()) {
    const { height = 0 } = (await one.boundingBox()) ?? {}
    expect(height, (await one.textContent()) ?? '').toBeGreaterThanOrEqual(44)
  }
  for (const part of [ann.page.getByRole('log'), ann.button('Send'), ann.room('Attic'), ann.person('Ann')]) {
    const { y = 0, height = 0 } = (await part.boundingBox()) ?? {}
    expect(y + height).toBeLessThanOrEqual(844)
  }
})
