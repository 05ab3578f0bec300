import type { WseError } from '@wse/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ends } from '../fixtures/ends.js'
import { expectAlive, startServer } from './alive.js'
import { RawSocket } from './raw-socket.js'

let ends: Ends
const raws: RawSocket[] = []

beforeEach(() => {
  ends = new Ends('ws')
})

afterEach(async () => {
  for (const raw of raws.splice(0)) raw.socket.destroy()
  expect(await ends.end()).toEqual([])
})

async function statusOf(url: string, headers: Record<string, string> = {}, path = '/'): Promise<string> {
  const raw = new RawSocket(url)
  raws.push(raw)
  return (await raw.upgrade(headers, path)).split('\r\n')[0] ?? ''
}

describe('T7 and T9 what an upgrade may ask for', () => {
  it('compression is not negotiated unless it is switched on', async () => {
    const { url } = await startServer(ends)
    const raw = new RawSocket(url)
    raws.push(raw)
    const head = await raw.upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' })
    expect(head).toContain('101')
    expect(head.toLowerCase()).not.toContain('sec-websocket-extensions')
  })

  it('headers without measure or sense harm nobody', async () => {
    const { url } = await startServer(ends)
    expect(await statusOf(url, { 'X-Long': 'x'.repeat(20_000) })).toContain('431')
    expect(await statusOf(url, { 'Sec-WebSocket-Protocol': 'a,a' })).toContain('400')
    await statusOf(url, { 'Sec-WebSocket-Extensions': 'constructor' })
    await expectAlive(ends, url)
  })
})

describe('T10 what is no upgrade of ours is refused in HTTP', () => {
  it('a plain request gets 426', async () => {
    const { url } = await startServer(ends)
    expect((await fetch(url.replace('ws', 'http'))).status).toBe(426)
  })

  it('a wrong path gets 404', async () => {
    const { url } = await startServer(ends, { path: '/ws' })
    expect(await statusOf(url, {}, '/other')).toContain('404')
    expect(await statusOf(url, {}, '/ws?a=1')).toContain('101')
  })

  it('a wrong version or subprotocol gets 400', async () => {
    const { url } = await startServer(ends)
    expect(await statusOf(url, { 'Sec-WebSocket-Version': '12' })).toContain('400')
    expect(await statusOf(url, { 'Sec-WebSocket-Protocol': 'graphql-ws' })).toContain('400')
    await expectAlive(ends, url)
  })
})

describe('T11 an origin that is not on the list is refused before the upgrade', () => {
  it.each([
    'https://evil.tld',
    'https://app.example.com.evil.tld',
    'https://evilapp.example.com',
    'https://app.example.com:8443',
    'http://app.example.com',
    'null',
  ])('%s', async (origin) => {
    const { server, url } = await startServer(ends, { origins: ['https://app.example.com'] })
    const errors: WseError[] = []
    server.when.error((error) => errors.push(error))
    expect(await statusOf(url, { Origin: origin })).toContain('403')
    expect(errors[0]?.details).toMatchObject({ status: 403, option: 'origins', origin })
    await expectAlive(ends, url)
  })

  it('the right one is let in, in any case of letters, and so is a program that sends none', async () => {
    const { url } = await startServer(ends, { origins: ['https://app.example.com'] })
    expect(await statusOf(url, { Origin: 'https://APP.example.com' })).toContain('101')
    expect(await statusOf(url)).toContain('101')
  })
})

it('T12 a request that trickles in keeps nobody else waiting', async () => {
  const { url } = await startServer(ends)
  const slow = new RawSocket(url)
  raws.push(slow)
  slow.socket.write('GET / HTTP/1.1\r\nHost: l')
  await expectAlive(ends, url)
})

describe('T14 strangers behind a proxy', () => {
  const limits = { unauthenticatedPerAddress: 3 }

  it('are refused with 503 beyond the limit of their address, others are let in', async () => {
    const { server, url } = await startServer(ends, { trustProxy: 1, limits })
    for (let i = 0; i < 3; i++) expect(await statusOf(url, { 'X-Forwarded-For': '203.0.113.7' })).toContain('101')
    await ends.clock.advance(1_000)
    const refused = new RawSocket(url)
    raws.push(refused)
    const head = await refused.upgrade({ 'X-Forwarded-For': '203.0.113.7' })
    expect(head).toContain('503')
    expect(head).toContain('Retry-After')
    expect(await statusOf(url, { 'X-Forwarded-For': '198.51.100.9' })).toContain('101')
    expect(server.inspect().strangers).toBe(4)
  })

  it('count only once they have been silent for a second, and not on a private network', async () => {
    const { url } = await startServer(ends, { trustProxy: 1, limits })
    for (let i = 0; i < 6; i++) expect(await statusOf(url, { 'X-Forwarded-For': '203.0.113.7' })).toContain('101')
    const direct = await startServer(ends, { limits })
    for (let i = 0; i < 6; i++) expect(await statusOf(direct.url)).toContain('101')
    await ends.clock.advance(1_000)
    expect(await statusOf(direct.url)).toContain('101')
  })
})

it('T65 beyond limits.connections upgrades get 503 with Retry-After, and those inside stay', async () => {
  const { server, url } = await startServer(ends, { limits: { connections: 2 }, connPerUser: 5 })
  const inside = [ends.client(url), ends.client(url)]
  for (const client of inside) await client.connect('ann')
  const refused = new RawSocket(url)
  raws.push(refused)
  const head = await refused.upgrade()
  expect(head).toContain('503')
  expect(head).toContain('Retry-After')
  expect(server.inspect().connections).toBe(2)
  expect(await inside[0]?.call('add', { a: 1, b: 2 })).toBe(3)
})
