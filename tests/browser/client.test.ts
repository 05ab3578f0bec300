import { fileURLToPath } from 'node:url'
import { type WseConnection, WseServer } from '@wse/server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from './bundle.js'
import { launchChromium } from './chromium.js'

/** The client's package, as the page has it. */
declare const wse: typeof import('@wse/client')

const ENTRY = fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url))

let browser: Browser
let script: string
let server: WseServer
let url: string
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, script] = await Promise.all([launchChromium(), bundle(ENTRY, 'wse')])
})
afterAll(() => browser.close())

beforeEach(async () => {
  // Everyone is let in but 'stranger', and by a challenge: the answer is the quest, backwards.
  server = new WseServer({
    port: 0,
    identify: ({ identity, challenge, accept }) => {
      accept(challenge?.response === 'ecnon' && identity !== 'stranger' && identity, { hello: identity })
    },
  })
  server.useChallenge((_identity, _meta, quest) => quest('nonce'))
  url = `ws://127.0.0.1:${(await server.listen()).port}`
  page = await browser.newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addScriptTag({ content: script })
  await page.evaluate((to) => {
    const make = (options: object = {}) => {
      const client = new wse.WseClient({ url: to, ...options })
      client.challenge((quest, solve) => solve([...quest].reverse().join('')))
      return client
    }
    Object.assign(globalThis, { make })
  }, url)
})
afterEach(async () => {
  await page.close()
  await server.close()
  expect(complaints, 'uncaught errors of the page').toEqual([])
  expect(Object.values(server.inspect()).every((left) => left === 0)).toBe(true)
})

/** A client in the page that answers the challenge. */
declare function make(options?: object): import('@wse/client').WseClient

test('[W31] connects by a challenge', async () => {
  const seen = await page.evaluate(async () => {
    const client = make()
    const statuses: string[] = []
    client.when.updated((status) => statuses.push(status))
    const welcome = await client.connect('ann', { device: 'tab' })
    return { welcome, cid: client.cid, statuses }
  })
  expect(seen).toEqual({ welcome: { hello: 'ann' }, cid: 'ann', statuses: ['CONNECTING', 'READY'] })
  expect(server.clients.get('ann')?.meta).toEqual({ device: 'tab' })
})

test('[W31] sends and gets messages', async () => {
  server.channel.on('say', (conn, text) => conn.send('said', { text, 'ä€漢😀': ['\u0000', null, 1.5] }))
  const said = await page.evaluate(async () => {
    const client = make()
    await client.connect('ann')
    return new Promise((resolve) => {
      client.channel.on('said', resolve)
      client.send('say', '漢😀')
    })
  })
  expect(said).toEqual({ text: '漢😀', 'ä€漢😀': ['\u0000', null, 1.5] })
})

test('sends and gets bytes', async () => {
  const arrived: unknown[] = []
  server.channel.on('bytes', (conn, bytes) => {
    arrived.push(bytes)
    conn.send('bytes', Uint8Array.from(bytes).reverse())
  })
  server.register('double', (_conn, bytes) => Uint8Array.from(bytes, (byte: number) => byte * 2))
  const seen = await page.evaluate(async () => {
    const client = make()
    await client.connect('ann')
    const back = new Promise<unknown>((resolve) => client.channel.on('bytes', resolve))
    client.send('bytes', Uint8Array.from([9, 1, 2, 255, 9]).subarray(1, 4))
    const got = [await back, await client.call('double', Uint8Array.from([1, 2, 3]))]
    return got.map((bytes) => bytes instanceof Uint8Array && [...bytes])
  })
  expect(seen).toEqual([
    [255, 2, 1],
    [2, 4, 6],
  ])
  expect(arrived.map((bytes) => bytes instanceof Uint8Array && [...bytes])).toEqual([[1, 2, 255]])
})

test('[W31] calls and is called', async () => {
  const asked = server.when.connected().then((conn) => conn.call('ask', 20))
  server.register('add', (_conn, { a, b }) => a + b)
  const sum = await page.evaluate(async () => {
    const client = make()
    client.register('ask', async (value) => value + 1)
    await client.connect('ann')
    return client.call('add', { a: 1, b: 2 })
  })
  expect([sum, await asked]).toEqual([3, 21])
})

test('a call of nothing, and one that fails, reject', async () => {
  server.register('fail', () => {
    throw new Error('a secret')
  })
  const codes = await page.evaluate(async () => {
    const client = make()
    await client.connect('ann')
    const codeOf = (rp: string, options?: object) => client.call(rp, null, options).catch(({ code }) => code)
    return [await codeOf('nothing'), await codeOf('fail')]
  })
  expect(codes).toEqual(['wse.server.rp.not-registered', 'wse.server.rp.failed'])
})

test('refused, connect() rejects for good', async () => {
  const seen = await page.evaluate(async () => {
    const client = make({ re: true })
    const error = await client.connect('stranger').catch((thrown) => thrown)
    return {
      isWseError: error instanceof wse.WseError,
      code: error.code,
      status: client.status,
      left: client.inspect(),
    }
  })
  expect(seen).toMatchObject({ isWseError: true, code: 'wse.not-authorized', status: 'OFFLINE' })
  expect(seen.left).toMatchObject({ attempts: 0, reconnectTimers: 0 })
})

test('a wrong answer to the challenge is refused', async () => {
  const code = await page.evaluate(async () => {
    const client = make()
    client.challenge((_quest, solve) => solve('wrong'))
    return client.connect('ann').catch((error) => error.code)
  })
  expect(code).toBe('wse.not-authorized')
})

test('without a server, connect() rejects', async () => {
  const code = await page.evaluate(() => {
    const client = make({ url: 'ws://127.0.0.1:1' })
    return client.connect('ann').catch((error) => error.code)
  })
  expect(code).toBe('wse.client.connect-failed')
})

test('the device that is displaced sees why, and stays away', async () => {
  const seen = await page.evaluate(async () => {
    const [first, second] = [make({ re: true }), make()]
    await first.connect('ann')
    const closed = first.when.closed()
    await second.connect('ann')
    return { closed: await closed, status: [first.status, second.status] }
  })
  expect(seen).toEqual({ closed: [4505, 'wse.clients-concurrency'], status: ['OFFLINE', 'READY'] })
})

test('leaves nothing behind when it disconnects', async () => {
  const gone = server.when.disconnected()
  const left = await page.evaluate(async () => {
    const client = make({ re: true })
    await client.connect('ann')
    await client.disconnect('enough')
    return client.inspect()
  })
  expect(Object.values(left).filter((count) => count !== 0)).toEqual([])
  expect((await gone).slice(1)).toEqual([1000, 'enough'])
})

test('comes back after the link was lost, with what was said meanwhile', async () => {
  const said: string[] = []
  const all = new Promise((resolve) => server.channel.on('say', (_conn, text) => said.push(text) === 2 && resolve(0)))
  server.register('cut', (conn: WseConnection) => {
    conn.terminate()
    return 'cut'
  })
  const seen = await page.evaluate(async () => {
    const client = make({ re: { floor: 1, base: 1 } })
    await client.connect('ann')
    const closed = client.when.closed()
    const offline = client.when.retrying().then(({ attempt }) => [attempt, client.send('say', 'one')])
    const back = client.when.ready()
    // Its handler cuts the link it was called on; the answer comes over the next.
    const cut = client.call('cut')
    const result = { closed: await closed, offline: await offline, back: await back, cut: await cut }
    client.send('say', 'two')
    return result
  })
  await all
  expect(seen).toEqual({
    closed: [1006, ''],
    offline: [1, 'queued'],
    back: [{ hello: 'ann' }, { resumed: true }],
    cut: 'cut',
  })
  expect(said).toEqual(['one', 'two'])
})

test.each([1000, 3000, 4000, 4001, 4499, 4999])('takes close code %i as the server sends it', async (code) => {
  const client = await page.evaluateHandle(async () => {
    const made = make()
    const closed = made.when.closed()
    await made.connect('ann')
    return { closed }
  })
  await server.close({ code, reason: 'as you wish' })
  expect(await client.evaluate(({ closed }) => closed)).toEqual([code, 'as you wish'])
})

test('disconnect never throws, whenever it comes and whatever the reason', async () => {
  const codes = await page.evaluate(async () => {
    const client = make()
    await client.disconnect()
    const connecting = client.connect('ann').catch(({ code }) => code)
    await client.disconnect('é'.repeat(500))
    await client.connect('ann')
    await Promise.all([client.disconnect('é'.repeat(500)), client.disconnect(), client.close('\ud800')])
    return [await connecting, client.status, ...Object.values(client.inspect())]
  })
  expect(codes.slice(0, 2)).toEqual(['wse.closed', 'OFFLINE'])
  expect(codes.slice(2).every((count) => count === 0)).toBe(true)
})
