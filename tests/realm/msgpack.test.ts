import { fileURLToPath } from 'node:url'
import { msgpack } from '@wse/msgpack'
import { jsonCodec } from '@wse/protocol/wire'
import { WseServer } from '@wse/server'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from '../browser/bundle.js'
import { type ReactNativeRealm, reactNativeRealm } from './react-native.js'

/** What the realm has. */
declare const wse: typeof import('./msgpack-entry.js')

let script: string
let server: WseServer
let url: string
let realm: ReactNativeRealm

beforeAll(async () => {
  const metro = { mainFields: ['react-native', 'browser', 'main'], conditions: ['react-native', 'browser'] }
  script = await bundle(fileURLToPath(new URL('msgpack-entry.ts', import.meta.url)), 'wse', metro)
})
beforeEach(async () => {
  server = new WseServer({
    port: 0,
    identify: ({ identity, accept }) => accept(identity),
    protocol: [jsonCodec, msgpack],
  })
  url = `ws://127.0.0.1:${(await server.listen()).port}`
  realm = reactNativeRealm(script)
})
afterEach(() => server.close())

test('the bundle holds nothing of Node, and nothing that makes code of text', () => {
  expect(script).not.toMatch(/require\(|node:|createServer|\beval\(|\bFunction\(/)
  expect(() => realm.run(() => new Function('return 1')())).toThrow('Code generation from strings disallowed')
})

test('MessagePack is agreed on, and carries there and back what it carries, without a TextEncoder', async () => {
  let there: unknown
  server.register('echo', (_, value) => {
    there = value
    return value
  })
  const seen = await realm.run(async (to) => {
    const client = new wse.WseClient({ url: to, protocol: [wse.msgpack, wse.jsonCodec] })
    await client.connect('ann')
    const value = {
      name: client.protocol.name,
      text: 'ä€漢😀'.repeat(100),
      key: { 'ä€漢😀': '\ud800' },
      bytes: [new Uint8Array([1, 2, 255])],
      at: new Date(1_700_000_000_123),
      map: new Map([['a', new Set([1])]]),
      big: [-1n, 2n ** 64n],
    }
    const { text, key, bytes, at, map, big } = await client.call('echo', value)
    await client.disconnect()
    const isWhole = text === value.text && bytes[0] instanceof Uint8Array && at instanceof Date && map instanceof Map
    return JSON.stringify([isWhole, key, [...bytes[0]], at, [...map.get('a')], big.map(String)])
  }, url)
  expect(JSON.parse(String(seen))).toEqual([
    true,
    { 'ä€漢😀': '\ufffd' },
    [1, 2, 255],
    '2023-11-14T22:13:20.123Z',
    [1],
    ['-1', '18446744073709551616'],
  ])
  expect(there).toEqual({
    name: 'wse-msgpack',
    text: 'ä€漢😀'.repeat(100),
    key: { 'ä€漢😀': '\ufffd' },
    bytes: [new Uint8Array([1, 2, 255])],
    at: new Date(1_700_000_000_123),
    map: new Map([['a', new Set([1])]]),
    big: [-1n, 2n ** 64n],
  })
})
