import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { bundle } from './bundle.js'
import { launchChromium } from './chromium.js'
import { defineCases } from './conformance-page.js'
import { Relay } from './relay.js'

/** `conformance-page.ts`, as the page has it. */
declare const suite: typeof import('./conformance-page.js')
/** Cases of the suite in the page, by name. */
declare const cases: Map<string, () => Promise<void>>

let browser: Browser
let page: Page
let relay: Relay

beforeAll(async () => {
  relay = new Relay()
  browser = await launchChromium()
  page = await browser.newPage()
  await page.addScriptTag({
    content: await bundle(fileURLToPath(new URL('conformance-page.ts', import.meta.url)), 'suite'),
  })
  await page.evaluate(
    (url) => {
      const all = new Map<string, () => Promise<void>>()
      suite.defineCases(url, (name, run) => all.set(name, run))
      Object.assign(globalThis, { cases: all })
    },
    await relay.url(),
  )
})
afterAll(async () => {
  await browser.close()
  await relay.close()
})

// The cases run in the page; here the suite is asked for their names only.
defineCases('', (name) => test(name, () => page.evaluate((wanted) => cases.get(wanted)?.(), name)))

test('every case of the suite is known to the page', async () => {
  const names: string[] = []
  defineCases('', (name) => names.push(name))
  expect(await page.evaluate(() => [...cases.keys()])).toEqual(names)
  expect(names.length).toBeGreaterThan(40)
})

/** A transport in the page and the `ws` socket at its other end. */
async function dial() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connected = once(server, 'connection')
  const near = await page.evaluateHandle(async (to) => {
    const transport = await suite.open(to)
    const closes: [number, string][] = []
    const closed = new Promise<void>((resolve) => {
      transport.onClose = (...close) => {
        closes.push(close)
        resolve()
      }
    })
    return { transport, closes, closed }
  }, url)
  const [far] = (await connected) as [WebSocket]
  return { near, far, [Symbol.asyncDispose]: () => closeServer(server) }
}

async function closeServer(server: WebSocketServer): Promise<void> {
  const closed = once(server, 'close')
  for (const socket of server.clients) socket.terminate()
  server.close()
  await closed
}

test('terminate ends this side at once and hangs up', async () => {
  await using pair = await dial()
  const gone = once(pair.far, 'close')
  const seen = await pair.near.evaluate(({ transport, closes }) => {
    transport.terminate()
    transport.terminate()
    return { closes, state: transport.state }
  })
  expect(seen).toEqual({ closes: [[1006, '']], state: 'closed' })
  expect((await gone)[0]).toBe(1005)
})

test('sees 1006 where the other end terminated', async () => {
  await using pair = await dial()
  pair.far.terminate()
  expect(await pair.near.evaluate(({ closed, closes }) => closed.then(() => closes))).toEqual([[1006, '']])
})

test('sees 1005 where the other end closed without a code', async () => {
  await using pair = await dial()
  pair.far.close()
  expect(await pair.near.evaluate(({ closed, closes }) => closed.then(() => closes))).toEqual([[1005, '']])
})

test('terminates while connecting, without a word', async () => {
  const seen = await page.evaluate(async () => {
    const transport = suite.dial('ws://127.0.0.1:1')
    const reports: unknown[] = []
    transport.onError = () => reports.push('error')
    transport.onClose = (code) => reports.push(code)
    transport.terminate()
    // What the socket itself would report comes before the end of one dialled later.
    const later = suite.dial('ws://127.0.0.1:1')
    await new Promise<void>((resolve) => (later.onClose = () => resolve()))
    return [transport.state, reports]
  })
  expect(seen).toEqual(['closed', [1006]])
})
