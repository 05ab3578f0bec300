import { describe, expect, test } from 'vitest'
import { createScriptedPeer } from './scripted-peer.js'
import { createTestClock } from './test-clock.js'
import { createTransportPair } from './transport-pair.js'

function twoPeers() {
  const [a, b] = createTransportPair()
  return { server: createScriptedPeer(a), client: createScriptedPeer(b), a, b }
}

describe('frames', () => {
  test('are written as JSON, as text and as bytes', async () => {
    const { client, server } = twoPeers()
    client.send(['add', { a: 1 }, 1])
    client.send('{not json')
    client.send(Uint8Array.from([1, 2]))
    client.send({ any: 'thing' })
    expect(await server.nextRaw()).toBe('["add",{"a":1},1]')
    expect(await server.next()).toBe('{not json')
    expect(await server.next()).toEqual(Uint8Array.from([1, 2]))
    expect(await server.next()).toEqual({ any: 'thing' })
    expect(server.received).toHaveLength(4)
    expect(server.received[0]).toEqual(['add', { a: 1 }, 1])
  })

  test('can be asked for before they come, in order', async () => {
    const { client, server } = twoPeers()
    const asked = [server.next(), server.nextRaw(), server.next()]
    for (const frame of [[1], [2], [3]]) client.send(frame)
    expect(await Promise.all(asked)).toEqual([[1], '[2]', [3]])
  })

  test('sent while connecting go out when open', async () => {
    const clock = createTestClock()
    const [a, b] = createTransportPair({ clock, connecting: true })
    const server = createScriptedPeer(a)
    const client = createScriptedPeer(b)
    client.hi()
    client.send('second')
    expect(await server.next()).toEqual(['~wse:hi', { v: 5 }])
    expect(await server.next()).toBe('second')
  })
})

describe('the end', () => {
  test('is shown, and frames that came before it are still to be had', async () => {
    const { client, server } = twoPeers()
    client.send('last')
    client.close(4500, 'wse.protocol-error')
    expect(server.closedWith).toBe(null)
    expect(await server.closed).toEqual({ code: 4500, reason: 'wse.protocol-error' })
    expect(await client.closed).toEqual(server.closedWith)
    expect(await server.next()).toBe('last')
    await expect(server.next()).rejects.toThrow("the link ended with 4500 'wse.protocol-error'")
  })

  test('rejects whoever waits for a frame', async () => {
    const { client, server } = twoPeers()
    const waiting = [server.next(), server.nextRaw()]
    client.close()
    for (const result of await Promise.allSettled(waiting)) expect(result.status).toBe('rejected')
    expect(server.closedWith).toEqual({ code: 1000, reason: '' })
  })
})

describe('handshake', () => {
  test('of version 5', async () => {
    const { client, server } = twoPeers()
    const greeting = client.greet({ identity: 'ann', meta: { device: 'phone' }, keep: true })
    expect(await server.next()).toEqual(['~wse:hi', { v: 5, identity: 'ann', meta: { device: 'phone' }, keep: true }])
    server.welcome({ payload: { name: 'Ann' }, session: { cid: 'ann' } })
    const { session, welcome } = await greeting
    expect(session).toMatchObject({ v: 5, cid: 'ann', resumed: false, received: 0 })
    expect(welcome).toEqual({ name: 'Ann' })
  })

  test('of version 4', async () => {
    const { client, server } = twoPeers()
    const greeting = client.greet({ version: 4, identity: 'ann' })
    expect(await server.next()).toEqual(['~wse:hi', { identity: 'ann' }, null])
    server.welcome({ version: 4 })
    expect(await greeting).toEqual({ session: null, welcome: null })
  })

  test('of a client of version 5 with a server of version 4', async () => {
    const { client, server } = twoPeers()
    const greeting = client.greet()
    server.welcome({ version: 4, payload: 1 })
    expect(await greeting).toEqual({ session: null, welcome: 1 })
  })

  test('fails on another frame, and on the end', async () => {
    const one = twoPeers()
    const surprised = one.client.greet()
    one.server.send(['~wse:challenge', 'quest'])
    await expect(surprised).rejects.toThrow('expected ~wse:session or ~wse:welcome, got ["~wse:challenge","quest"]')
    const two = twoPeers()
    const refused = two.client.greet()
    two.server.close(4501, 'wse.not-authorized')
    await expect(refused).rejects.toThrow('4501')
  })
})
