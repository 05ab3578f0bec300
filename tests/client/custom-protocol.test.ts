import { type ProtocolObject, WSE_ERROR, WseClient, WseError } from '@wse/client'
import { jsonCodec } from '@wse/protocol/wire'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { anyone } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { BinaryProtocol, CustomProtocol } from '../fixtures/protocols.js'

/** Messages and calls both ways. */
async function exchange(ends: Ends, protocol: ProtocolObject, atServer = protocol): Promise<void> {
  const { server, url } = await ends.server({ protocol: atServer })
  server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
  const heard: unknown[] = []
  server.channel.on('chat', (conn, payload) => {
    heard.push([conn.cid, payload])
    server.broadcast('chat', payload)
  })
  server.register('add', (_conn, { a, b }) => a + b)
  server.register('fail', () => {
    throw new WseError('MINE', { why: 'so' })
  })
  const client = ends.client(url, { protocol })
  client.channel.on('chat', (payload) => heard.push(payload))
  client.register('double', (n) => n * 2)
  client.challenge(({ a, b }, solve) => solve(a + b))

  expect(await client.connect('ann', { device: 'phone' })).toEqual({ hello: 'ann' })
  expect(client.protocol).toBe(protocol)
  client.send('chat', { text: 'hällo 😀' })
  await until(() => heard.length === 2)
  expect(heard).toEqual([['ann', { text: 'hällo 😀' }], { text: 'hällo 😀' }])
  expect(await client.call('add', { a: 1, b: 2 }, { timeout: 1_000 })).toBe(3)
  await expect(client.call('fail')).rejects.toMatchObject({ code: 'MINE', details: { why: 'so' } })
  await expect(client.call('nope')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
  expect(await connOf(server, 'ann').call('double', 21)).toBe(42)
  expect(connOf(server, 'ann').meta).toEqual({ device: 'phone' })
}

behaviour('the protocol objects of WSE 4’s document', (test) => {
  for (const Protocol of [CustomProtocol, BinaryProtocol]) {
    test(`[W30] ${Protocol.name} runs as it stands: challenge, messages, calls both ways`, (ends) =>
      exchange(ends, new Protocol(), new Protocol()))

    test(`${Protocol.name} runs with version 4 at both ends`, (ends) =>
      exchange(ends, { ...bound(new Protocol()), version: 4 }))

    test(`${Protocol.name} runs with version 4 at the client alone`, (ends) =>
      exchange(ends, { ...bound(new Protocol()), version: 4 }, new Protocol()))

    test(`${Protocol.name} runs with version 4 at the server alone`, (ends) =>
      exchange(ends, new Protocol(), { ...bound(new Protocol()), version: 4 }))
  }

  test('get a Buffer on the server, and a string or a Buffer in a Node client', async (ends) => {
    for (const protocol of [new CustomProtocol(), new BinaryProtocol()]) {
      const kinds = (seen: Set<string>): ProtocolObject => ({
        ...bound(protocol),
        unpack: (encoded) => {
          seen.add(typeof encoded === 'string' ? 'string' : Buffer.isBuffer(encoded) ? 'Buffer' : 'something else')
          return protocol.unpack(encoded)
        },
      })
      const [atServer, atClient] = [new Set<string>(), new Set<string>()]
      const { server, url } = await ends.server({ protocol: kinds(atServer) })
      server.register('echo', (_conn, value) => value)
      const client = ends.client(url, { protocol: kinds(atClient) })
      await client.connect('ann')
      expect(await client.call('echo', 1)).toBe(1)
      expect([...atServer]).toEqual(['Buffer'])
      expect([...atClient]).toEqual([protocol instanceof CustomProtocol ? 'string' : 'Buffer'])
    }
  })
})

behaviour('a server of several protocols', (test) => {
  test('[W30] serves each client by its own, and broadcasts to all', async (ends) => {
    const { server, url } = await ends.server({ protocol: [new BinaryProtocol(), new CustomProtocol(), jsonCodec] })
    const heard: string[] = []
    const protocols = { bin: new BinaryProtocol(), text: new CustomProtocol(), json: undefined }
    for (const [name, protocol] of Object.entries(protocols)) {
      const client = ends.client(url, { protocol })
      client.channel.on('news', (n) => heard.push(`${name} ${n}`))
      expect(await client.connect(name)).toEqual({ hello: name })
    }
    expect(server.protocol.name).toBe('binary-protocol')
    expect(server.broadcast('news', 1)).toEqual({ sent: 3, queued: 0, dropped: 0 })
    await until(() => heard.length === 3)
    expect(heard.sort()).toEqual(['bin 1', 'json 1', 'text 1'])
  })

  test('refuses a client that speaks none of them', async (ends) => {
    const { url } = await ends.server({ protocol: [new BinaryProtocol(), new CustomProtocol()] })
    const client = ends.client(url)
    const error = await client.connect('ann').catch((thrown) => thrown)
    expect([WSE_ERROR.CONNECT_FAILED, WSE_ERROR.PROTOCOL_VIOLATION]).toContain(error.code)
    expect(client.status).toBe('OFFLINE')
  })
})

behaviour('version: 4 of a protocol object', (test) => {
  test('keeps everything WSE 4 does not know off the wire', async (ends) => {
    const types: unknown[] = []
    const protocol: ProtocolObject = {
      ...bound(new CustomProtocol()),
      version: 4,
      pack: (message) => {
        types.push(message.type)
        if (message.type === '~wse:hi') expect(Object.keys(message.payload).sort()).toEqual(['identity', 'meta'])
        return new CustomProtocol().pack(message)
      },
    }
    const { server, url } = await ends.server({ protocol })
    const client = ends.client(url, { protocol })
    await client.connect('ann')
    client.send('volatile', 1, { volatile: true })
    const call = expect(client.call('never', 1, { timeout: 10 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
    })
    server.register('never', () => new Promise(() => {}))
    await ends.clock.advance(10)
    await call
    expect(client.cid).toBeNull()
    expect(types).toEqual(['~wse:hi', '~wse:welcome', 'volatile', 'never'])
  })
})

/** An object of the methods of another: spreading an instance would lose them. */
function bound(protocol: CustomProtocol | BinaryProtocol): ProtocolObject {
  const { name, internal_types } = protocol
  return { name, internal_types, pack: protocol.pack.bind(protocol), unpack: protocol.unpack.bind(protocol) }
}

it('a protocol object that lacks something is refused when a server or client is made', () => {
  const good = bound(new CustomProtocol())
  const { hi, ...noHi } = good.internal_types
  expect(hi).toBeDefined()
  const lacking = [{ name: '' }, { name: 'two words' }, { pack: null }, { unpack: null }, { internal_types: noHi }]
  for (const part of lacking) {
    const protocol = { ...good, ...part } as unknown as ProtocolObject
    const invalid = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'protocol' } })
    expect(() => new WseServer({ identify: anyone, protocol })).toThrow(invalid)
    expect(() => new WseClient({ url: 'ws://x', protocol })).toThrow(invalid)
  }
})
