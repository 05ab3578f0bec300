import { fileURLToPath } from 'node:url'
import { WseServer } from '@wse/server'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from '../browser/bundle.js'
import { type ReactNativeRealm, reactNativeRealm } from './react-native.js'

/** The client's package, as the realm has it. */
declare const wse: typeof import('@wse/client')

const ENTRY = fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url))
// As Metro looks packages up.
const METRO = { mainFields: ['react-native', 'browser', 'main'], conditions: ['react-native', 'browser'] }

let script: string
let server: WseServer
let url: string
let realm: ReactNativeRealm

beforeAll(async () => {
  script = await bundle(ENTRY, 'wse', METRO)
})
beforeEach(async () => {
  server = new WseServer({
    port: 0,
    identify: ({ identity, accept }) => accept(identity !== 'stranger' && identity, { hello: identity }),
  })
  url = `ws://127.0.0.1:${(await server.listen()).port}`
  realm = reactNativeRealm(script)
})
afterEach(() => server.close())

/** What comes out of the realm is made of its own objects, which are not equal to ours. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('the realm has what React Native has, and no more', () => {
  const missing = ['crypto', 'structuredClone', 'TextDecoder', 'TextEncoder', 'URL', 'Buffer', 'process', 'performance']
  const others = ['queueMicrotask', 'AbortController', 'AbortSignal', 'setImmediate', 'MessageChannel', 'DOMException']
  const found = realm.run(
    (names) => names.filter((name) => (globalThis as Record<string, unknown>)[name] !== undefined),
    [...missing, ...others],
  )
  expect(plain(found)).toEqual([])
})

test('the bundle holds nothing of Node', () => {
  expect(script).not.toMatch(/require\(|node:|createServer/)
})

test('connects, sends and gets messages, and leaves', async () => {
  server.channel.on('say', (conn, text) => conn.send('said', { text, from: conn.cid }))
  const gone = server.when.disconnected()
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to })
    const welcome = await client.connect('ann')
    const said = new Promise((resolve) => client.channel.on('said', resolve))
    client.send('say', 'ä€漢😀')
    const result = { welcome, said: await said, buffered: client.buffered }
    await client.disconnect()
    return { ...result, left: Object.values(client.inspect()).filter((count) => count !== 0) }
  }, url)
  expect(plain(seen)).toEqual({
    welcome: { hello: 'ann' },
    said: { text: 'ä€漢😀', from: 'ann' },
    buffered: 0,
    left: [],
  })
  expect((await gone).slice(1)).toEqual([1000, 'wse.by-client'])
})

test('calls and is called', async () => {
  const asked = server.when.connected().then((conn) => conn.call('ask', 20))
  server.register('add', (_conn, { a, b }) => a + b)
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to })
    client.register('ask', async (value) => value + 1)
    await client.connect('ann')
    const sum = await client.call('add', { a: 1, b: 2 }, { timeout: 5_000 })
    const failed = await client.call('nothing').catch(({ code }) => code)
    return [sum, failed]
  }, url)
  expect(plain(seen)).toEqual([3, 'wse.server.rp.not-registered'])
  expect(await asked).toBe(21)
})

test('sends and gets bytes, under any name', async () => {
  const arrived = new Promise<Uint8Array>((resolve) => {
    server.channel.on('ä€漢😀', (conn, bytes) => {
      conn.send('ä€漢😀', Uint8Array.from(bytes).reverse())
      resolve(bytes)
    })
  })
  server.register('double', (_conn, bytes) => Uint8Array.from(bytes, (byte: number) => byte * 2))
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to })
    await client.connect('ann')
    const back = new Promise<unknown>((resolve) => client.channel.on('ä€漢😀', resolve))
    client.send('ä€漢😀', Uint8Array.from([9, 1, 2, 255, 9]).subarray(1, 4))
    const got = [await back, await client.call('double', Uint8Array.from([1, 2, 3]))]
    return got.map((bytes) => bytes instanceof Uint8Array && [...bytes])
  }, url)
  expect(plain(seen)).toEqual([
    [255, 2, 1],
    [2, 4, 6],
  ])
  expect([...(await arrived)]).toEqual([1, 2, 255])
})

test('refused, connect() rejects', async () => {
  const code = await realm.run(
    (to) => new wse.WseClient({ url: to, re: true }).connect('stranger').catch((error) => error.code),
    url,
  )
  expect(code).toBe('wse.not-authorized')
})

test('gives up on a server that is not there', async () => {
  const code = await realm.run(() => {
    const client = new wse.WseClient({ url: 'ws://127.0.0.1:1' })
    return client.connect('ann').catch((error) => error.code)
  })
  expect(code).toBe('wse.client.connect-failed')
})

test('comes back after the link was lost, with the call in flight and what was said meanwhile', async () => {
  const said = new Promise((resolve) => server.channel.on('say', (_conn, text) => resolve(text)))
  server.register('cut', (conn) => conn.terminate())
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to, re: { floor: 1, base: 1 } })
    await client.connect('ann')
    const closed = client.when.closed()
    const queued = client.when.retrying().then(() => client.send('say', 'still here'))
    const back = client.when.ready()
    const cut = await client.call('cut').catch(({ code }) => code)
    const result = { cut, closed: await closed, queued: await queued, back: await back }
    await client.disconnect()
    return result
  }, url)
  expect(plain(seen)).toEqual({
    cut: null,
    closed: [1006, ''],
    queued: 'queued',
    back: [{ hello: 'ann' }, { resumed: true }],
  })
  expect(await said).toBe('still here')
})

test('disconnect never throws, whenever it comes and whatever the reason', async () => {
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to })
    const connecting = client.connect('ann').catch(({ code }) => code)
    await client.disconnect('é'.repeat(500))
    await client.connect('ann')
    await Promise.all([client.disconnect('é'.repeat(500)), client.disconnect()])
    return [await connecting, client.status]
  }, url)
  expect(plain(seen)).toEqual(['wse.closed', 'OFFLINE'])
})
