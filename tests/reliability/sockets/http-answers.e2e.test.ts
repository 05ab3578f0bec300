import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Retrying, WSE_ERROR, WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { afterEach, describe, expect, it } from 'vitest'

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** An HTTP server that answers every upgrade with the same. */
async function answering(status: number, headers: Record<string, string> = {}, body = ''): Promise<string> {
  const answer = (response: ServerResponse) => response.writeHead(status, headers).end(body)
  const server = createServer((_, response) => answer(response))
  server.on('upgrade', (_, socket) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(
      `HTTP/1.1 ${status} x\r\n${lines.join('')}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('F13 an upgrade answered in HTTP', () => {
  it.each([401, 403])('%i is final: connect() rejects, and nothing is tried again', async (status) => {
    const client = new WseClient({ url: await answering(status), re: true })
    await expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED, details: { status } })
    expect(client.inspect().reconnectTimers).toBe(0)
    await client.disconnect()
  })

  it.each([
    [429, '7'],
    [503, '7'],
  ])('%i with Retry-After is waited out', async (status, seconds) => {
    const client = new WseClient({ url: await answering(status, { 'Retry-After': seconds }), re: true })
    expect((await firstRetry(client)).delay).toBeGreaterThanOrEqual(7_000)
  })

  it.each([
    [200, { 'Content-Type': 'text/html' }, '<html>Welcome to the hotel</html>'],
    [302, { Location: 'http://127.0.0.1:9/login' }, ''],
    [500, {}, ''],
    [503, { 'Retry-After': 'soon' }, ''],
  ])('%i is tried again after the usual wait', async (status, headers, body) => {
    const client = new WseClient({ url: await answering(status, headers as Record<string, string>, body), re: true })
    const { delay, cause } = await firstRetry(client)
    expect(delay).toBeGreaterThanOrEqual(250)
    expect(delay).toBeLessThanOrEqual(1_000)
    expect(cause.details.status).toBe(status)
  })

  it('without re, connect() rejects with what was answered', async () => {
    const client = new WseClient({ url: await answering(503) })
    const failed = client.connect('ann')
    await expect(failed).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED, details: { status: 503 } })
    await client.disconnect()
  })

  it('a server that drains answers 503 with Retry-After', async () => {
    const server = new WseServer({ port: 0, identify: ({ accept }) => accept('ann') })
    const { port } = await server.listen()
    const staying = new WseClient({ url: `ws://127.0.0.1:${port}` })
    await staying.connect()
    const drained = server.drain({ timeout: 400, spread: 0 })
    const client = new WseClient({ url: `ws://127.0.0.1:${port}`, re: true })
    const { delay, cause } = await firstRetry(client)
    expect([cause.details.status, delay >= 5_000]).toEqual([503, true])
    await drained
    await staying.disconnect()
  })
})

async function firstRetry(client: WseClient): Promise<Retrying> {
  const retrying = client.when.retrying()
  const connecting = client.connect('ann').catch((error) => error)
  const retry = await retrying
  await client.disconnect()
  expect(await connecting).toMatchObject({ code: WSE_ERROR.CLOSED })
  return retry
}
