import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type WseError, WseServer } from '@wse/server'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from './bundle.js'
import { launchChromium } from './chromium.js'

/** The client's package, as the page has it. */
declare const wse: typeof import('@wse/client')

const ENTRY = fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url))

let browser: Browser
let script: string
let context: BrowserContext
let http: Server
let server: WseServer
let errors: WseError[]

beforeAll(async () => {
  ;[browser, script] = await Promise.all([launchChromium(), bundle(ENTRY, 'wse')])
})
afterAll(() => browser.close())

beforeEach(async () => {
  // GET /login signs in, any other page is empty.
  http = createServer((request, response) => {
    if (request.url === '/login') response.setHeader('Set-Cookie', 'session=s3cr3t; HttpOnly; SameSite=Lax')
    response.setHeader('Content-Type', 'text/html').end('<!doctype html>')
  })
  http.listen(0)
  await once(http, 'listening')
  server = new WseServer({
    server: http,
    path: '/ws/{how}',
    upgrade: async ({ cookies, params }) => {
      if (params.how === 'busy') return new Response('busy', { status: 429, headers: { 'Retry-After': '30' } })
      if (params.how === 'broken') throw new Error('secret')
      return cookies.session === 's3cr3t' ? { context: { user: 'ann' } } : new Response('Sign in', { status: 401 })
    },
    identify: ({ context, accept }) => accept(context.user),
  })
  errors = []
  server.when.error((error) => errors.push(error))
  await server.listen()
  context = await browser.newContext()
})

afterEach(async () => {
  await context.close()
  await server.close()
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  expect(Object.values(server.inspect()).every((left) => left === 0)).toBe(true)
})

const host = (name = 'localhost') => `${name}:${(http.address() as AddressInfo).port}`

async function open(path: string, name?: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`http://${host(name)}${path}`)
  await page.addScriptTag({ content: script })
  return page
}

/** Connects in a page, and gives what the client became, or why not. */
const connecting = (page: Page, path: string, options: object = {}) =>
  page.evaluate(
    async ([url, options]) => {
      const client = new wse.WseClient({ url, ...options })
      const retrying = client.when.retrying()
      retrying.catch(() => {})
      const told = client.connect().then(
        () => ({ cid: client.cid }),
        ({ code, details }) => ({ code, details }),
      )
      const first = await Promise.race([told, retrying.then(({ delay }) => ({ delay }))])
      await client.disconnect()
      return first
    },
    [`ws://${host()}${path}`, options] as const,
  )

test('[H3] [E2] a page that signed in gets in by its cookie, one that did not is told so', async () => {
  const page = await open('/')
  expect(await connecting(page, '/ws/in', { re: true })).toEqual({
    code: 'wse.not-authorized',
    details: { status: 401, disconnected: [4501, 'wse.not-authorized'] },
  })
  const inside = await open('/login')
  expect(await connecting(inside, '/ws/in')).toEqual({ cid: 'ann' })
  expect(errors).toEqual([])
})

test('[H3] a page is told to stay away for a while, and that something failed', async () => {
  const page = await open('/')
  const { delay } = (await connecting(page, '/ws/busy', { re: true })) as { delay: number }
  expect(delay).toBeGreaterThanOrEqual(30_000)
  expect(await connecting(page, '/ws/broken')).toMatchObject({
    details: { status: 500, disconnected: [4009, 'wse.try-again'] },
  })
  expect(errors).toMatchObject([{ details: { status: 500 } }])
})

test('[H3] a page of another site does not get in, whoever signed in', async () => {
  await open('/login')
  const foreign = await open('/', '127.0.0.1')
  expect(await connecting(foreign, '/ws/in')).toMatchObject({ details: { disconnected: [1006, ''] } })
  expect(errors).toMatchObject([{ details: { status: 403, option: 'origins', origin: `http://${host('127.0.0.1')}` } }])
})
