import { once } from 'node:events'
import { request } from 'node:http'
import { type Protocol, WSE_ERROR, WseClient } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { jsonCodec } from '@wse/protocol/wire'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { anyone, Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { CustomProtocol } from '../fixtures/protocols.js'

const custom: Protocol = new CustomProtocol()

/** What a server speaks, what a client offers, what both speak then. */
const AGREED: readonly [string, readonly Protocol[], Protocol | readonly Protocol[] | undefined, string][] = [
  ['both, a client with JSON', [jsonCodec, msgpack], undefined, 'wse-default-json'],
  ['both, a client with MessagePack', [jsonCodec, msgpack], msgpack, 'wse-msgpack'],
  ['both, a client that prefers MessagePack', [jsonCodec, msgpack], [msgpack, jsonCodec], 'wse-msgpack'],
  ['both, a client that prefers JSON', [msgpack, jsonCodec], [jsonCodec, msgpack], 'wse-default-json'],
  ['JSON, a client that prefers MessagePack', [jsonCodec], [msgpack, jsonCodec], 'wse-default-json'],
  ['MessagePack, a client that prefers JSON', [msgpack], [jsonCodec, msgpack], 'wse-msgpack'],
  ['a protocol object, a client that has it last', [custom], [msgpack, jsonCodec, custom], 'custom-protocol'],
]

behaviour('the message protocol', (test) => {
  for (const [what, atServer, atClient, agreed] of AGREED) {
    test(`of a server of ${what}: ${agreed}`, async (ends) => {
      const { server, url } = await ends.server({ protocol: atServer })
      server.register('echo', (_, value) => value)
      const client = ends.client(url, { protocol: atClient, re: true })
      await client.connect('ann')
      expect(client.protocol.name).toBe(agreed)
      const value = agreed === 'wse-msgpack' ? { at: new Date(5) } : { at: 5 }
      expect(await client.call('echo', value)).toEqual(value)
      const heard: unknown[] = []
      client.channel.on('news', (n) => heard.push(n))
      expect(server.broadcast('news', 1).sent).toBe(1)
      await until(() => heard.length === 1)
    })
  }

  for (const agreed of [jsonCodec, msgpack]) {
    const other = agreed === msgpack ? jsonCodec : msgpack
    test(`is ${agreed.name} for what was said before, though ${other.name} was preferred`, async (ends) => {
      const { server, url } = await ends.server({ protocol: agreed })
      const heard: unknown[] = []
      server.channel.on('chat', (_, value) => heard.push(value))
      server.register('add', (_, { a, b }) => a + b)
      const client = ends.client(url, { protocol: [other, agreed], re: true })
      const bytes = new Uint8Array([1, 2, 3])
      const connecting = client.connect('ann')
      expect(client.send('chat', { n: 1 })).toBe('queued')
      const sum = client.call('add', { a: 1, b: 2 })
      client.send('chat', bytes)
      client.send('chat')
      await connecting
      expect(await sum).toBe(3)
      await until(() => heard.length === 3)
      expect(heard.map((value) => value ?? null)).toEqual([{ n: 1 }, bytes, null])
    })
  }

  test('that was agreed on is the only one offered while its session may go on', async (ends) => {
    const { server, url } = await ends.server({ protocol: [jsonCodec, msgpack] })
    const client = ends.client(url, { protocol: [msgpack, jsonCodec], re: true })
    await client.connect('ann')
    // Whoever would choose anew, would choose JSON now.
    const retrying = client.when.retrying()
    const ready = new Promise((resolve) => client.when.ready((_, { resumed }) => resolve(resumed)))
    connOf(server, 'ann').terminate()
    await ends.clock.advance((await retrying).delay)
    expect(await ready).toBe(true)
    expect(client.protocol).toBe(msgpack)
  })

  test('is agreed on anew by a jump', async (ends) => {
    const from = await ends.server({ protocol: msgpack })
    const to = await ends.server({ protocol: jsonCodec })
    const heard: unknown[] = []
    to.server.channel.on('chat', (_, value) => heard.push(value))
    const client = ends.client(from.url, { protocol: [msgpack, jsonCodec], re: true })
    await client.connect('ann')
    expect(client.protocol).toBe(msgpack)
    await client.jump(to.url)
    expect(client.protocol).toBe(jsonCodec)
    client.send('chat', { n: 1 })
    await until(() => heard.length === 1)
    expect(heard).toEqual([{ n: 1 }])
  })

  test('cannot carry what was said before, where the one agreed on lacks it: the call rejects, the message is told', async (ends) => {
    const { url } = await ends.server({ protocol: jsonCodec })
    const client = ends.client(url, { protocol: [msgpack, jsonCodec], re: true })
    const errors: string[] = []
    client.when.error((error) => errors.push(error.code))
    const connecting = client.connect('ann')
    client.send('chat', 1n)
    const call = expect(client.call('add', [2n])).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE })
    await connecting
    await call
    await idle()
    expect(errors).toEqual([WSE_ERROR.UNSERIALIZABLE])
  })
})

it('of a client and a server that have none in common: HTTP 400, and the client is told', async () => {
  const ends = new Ends('ws')
  const { server, url } = await ends.server({ protocol: msgpack })
  const refused = server.when.error()
  const client = ends.client(url)
  await expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
  expect((await refused)[0]).toMatchObject({
    code: WSE_ERROR.UPGRADE_REFUSED,
    details: { status: 400, option: 'protocol' },
  })
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': `${'x'.repeat(22)}==`,
  }
  const asked = request(url.replace('ws:', 'http:'), {
    headers: { ...upgrade, 'Sec-WebSocket-Protocol': 'wse-default-json, other' },
  })
  asked.end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  expect(answer.statusCode).toBe(400)
  expect(await ends.end()).toEqual([])
})

it('is refused as an option where there is none, or two of one name', () => {
  const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'protocol' } })
  for (const protocol of [[], [jsonCodec, jsonCodec], [msgpack, { ...jsonCodec, name: 'wse-msgpack' }]]) {
    expect(() => new WseServer({ identify: anyone, protocol })).toThrow(invalid)
    expect(() => new WseClient({ url: 'ws://x', protocol })).toThrow(invalid)
  }
})
