import { fileURLToPath } from 'node:url'
import { WseServer } from '@wse/server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFaultProxy, type FaultProxy } from '../fixtures/fault-proxy/fault-proxy.js'
import { bundle } from './bundle.js'
import { launchChromium } from './chromium.js'

/** The client's package, as the page has it. */
declare const wse: typeof import('@wse/client')

const ENTRY = fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url))

let browser: Browser
let script: string
let server: WseServer
let proxy: FaultProxy
let page: Page

beforeAll(async () => {
  ;[browser, script] = await Promise.all([launchChromium(), bundle(ENTRY, 'wse')])
})
afterAll(() => browser.close())

beforeEach(async () => {
  server = new WseServer({ port: 0, identify: ({ identity, accept }) => accept(identity) })
  server.register('later', (_, ms) => new Promise((resolve) => setTimeout(resolve, ms, 'answered')))
  proxy = await createFaultProxy((await server.listen()).port)
  page = await browser.newPage()
  await page.addScriptTag({ content: script })
  await page.evaluate(async (url) => {
    const client = new wse.WseClient({ url, re: { floor: 10, base: 20, cap: 100 } })
    const seen: string[] = []
    client.when.ready((_, { resumed }) => seen.push(resumed ? 'resumed' : 'new'))
    client.when.closed((code) => seen.push(`closed ${code}`))
    client.when.reset(({ reason }) => seen.push(`reset ${reason}`))
    Object.assign(globalThis, { client, seen })
    await client.connect('ann')
  }, proxy.url)
})
afterEach(async () => {
  await page.evaluate(() => client.disconnect())
  await page.close()
  await server.close()
  await proxy.close()
  expect(Object.values(server.inspect()).every((left) => left === 0)).toBe(true)
})

declare const client: import('@wse/client').WseClient
/** What the page's client told, in order. */
declare const seen: string[]

test('a session of a page survives cuts: calls and messages go on', async () => {
  const heard: unknown[] = []
  server.channel.on('n', (_, n) => heard.push(n))
  const answer = page.evaluate(() => client.call('later', 600))
  for (let n = 0; n < 4; n++) {
    await page.evaluate((n) => client.send('n', n), n)
    proxy.cutAll()
    await page.waitForFunction(
      (n) => seen.filter((what) => what === 'resumed').length > n && client.status === 'READY',
      n,
    )
  }
  expect(await answer).toBe('answered')
  await expect.poll(() => heard).toEqual([0, 1, 2, 3])
  expect(await page.evaluate(() => seen.filter((what) => what.startsWith('reset')))).toEqual([])
})

test('a page that is online again does not wait for a dead link to be found out', async () => {
  await page.context().setOffline(true)
  for (const connection of proxy.connections) connection.drop('both')
  const back = page.evaluate(async () => {
    await new Promise((resolve) => addEventListener('online', resolve, { once: true }))
    const since = performance.now()
    await client.when.ready()
    return performance.now() - since
  })
  await page.context().setOffline(false)
  // Half a second at most is drawn, so that not everybody comes at once.
  expect(await back).toBeLessThan(3_000)
  expect(await page.evaluate(() => seen)).toEqual(['new', 'closed 1006', 'resumed'])
})
