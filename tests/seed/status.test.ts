import { WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import { clientLog, connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('client.status', (test) => {
  test('[W25] [W33] goes IDLE, CONNECTING, READY, OFFLINE, each before its event', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const log = clientLog(client)
    expect(client.status).toBe(WSE_STATUS.IDLE)
    const connecting = client.connect('ann')
    expect(client.status).toBe(WSE_STATUS.CONNECTING)
    await connecting
    expect(client.status).toBe(WSE_STATUS.READY)
    await client.disconnect()
    expect(client.status).toBe(WSE_STATUS.OFFLINE)
    expect(log).toEqual([
      'updated CONNECTING',
      'connected',
      'updated READY',
      'ready {"hello":"ann"}',
      'closed 1000 wse.by-client',
      'updated OFFLINE',
    ])
  })

  test('goes OFFLINE when the server sends the client away', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const log = clientLog(client)
    server.dropClient('ann', 'bye')
    await until(() => log.length === 2)
    expect(log).toEqual(['closed 4506 bye', 'updated OFFLINE'])
  })

  test('[W25] [W33] goes OFFLINE, RE_CONNECTING, READY over a lost link with re, never CONNECTING again', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const log = clientLog(client)
    await client.connect('ann')
    log.length = 0
    const retrying = client.when.retrying()
    connOf(server, 'ann').terminate()
    const { delay } = await retrying
    expect(log).toEqual(['closed 1006', 'updated OFFLINE', 'updated RE_CONNECTING'])
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    await ready
    expect(log.slice(3)).toEqual(['connected', 'updated READY', 'ready {"hello":"ann"}'])
  })

  test('tells of every attempt that failed', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    const log = clientLog(client)
    const attempts = retries(client)
    const connecting = client.connect('ann')
    await ends.clock.advance((await attempts.next()).delay)
    const { delay } = await attempts.next()
    await ends.server({}, url)
    await ends.clock.advance(delay)
    await connecting
    expect(log).toEqual([
      'updated CONNECTING',
      'closed 1006',
      'updated OFFLINE',
      'updated RE_CONNECTING',
      'closed 1006',
      'updated OFFLINE',
      'updated RE_CONNECTING',
      'connected',
      'updated READY',
      'ready {"hello":"ann"}',
    ])
  })

  test('[W25] is READY when ready is told, and when connect() resolves', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const seen: string[] = []
    client.when.ready(() => seen.push(client.status))
    await client.connect().then(() => seen.push(client.status))
    expect(seen).toEqual(['READY', 'READY'])
  })

  test('is OFFLINE after refusal, having been told so in order', async (ends) => {
    const { url } = await ends.server({ identify: ({ refuse }) => refuse() })
    const client = ends.client(url)
    const log = clientLog(client)
    await client.connect().catch(() => log.push('rejected'))
    expect(log).toEqual([
      'updated CONNECTING',
      'connected',
      'closed 4501 wse.not-authorized',
      'updated OFFLINE',
      'rejected',
    ])
  })

  test('stays right when a listener of closed disconnects a client that would come back', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const log = clientLog(client)
    client.when.closed(() => void client.disconnect())
    connOf(server, 'ann').terminate()
    await until(() => log.includes('updated OFFLINE'))
    await ends.clock.advance(60_000)
    expect(client.status).toBe('OFFLINE')
    expect(client.inspect().reconnectTimers).toBe(0)
    expect(log.filter((line) => line.startsWith('ready') || line === 'connected')).toEqual([])
  })

  test('stays right when a listener of updated disconnects at READY', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    client.when.updated((status) => status === 'READY' && client.disconnect())
    await client.connect('ann').catch(() => {})
    await until(() => server.inspect().links === 0)
    expect(client.status).toBe('OFFLINE')
    expect(await client.connect('ann').catch((error) => error.code)).toBeDefined()
  })
})
