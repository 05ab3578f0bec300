import { once } from 'node:events'
import type { Socket } from 'node:net'
import { WseServer, type WseServerOptions } from '@wse/server'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../fixtures/listen.js'

const open: { server: WseServer; sockets: WebSocket[] }[] = []

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.terminate()
    await server.close()
  }
})

async function started(options: Partial<WseServerOptions>) {
  const server = new WseServer({ port: 0, host: '127.0.0.1', identify: ({ accept }) => accept('ann'), ...options })
  const { port } = await server.listen()
  const sockets: WebSocket[] = []
  open.push({ server, sockets })
  /** A socket without any manners: it has said who it is, in the terms of WSE 4. */
  const enter = async (path = '/') => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['wse-default-json'])
    sockets.push(socket)
    await once(socket, 'open')
    socket.send('["~wse:hi",{"identity":"ann","meta":{}},null]')
    await once(socket, 'message')
    return socket
  }
  return { server, enter }
}

it('[P1] the events of ws’s server are still there, beside connected', async () => {
  const { server, enter } = await started({ path: '/' })
  const told: unknown[] = []
  server.ws.on('headers', (headers: string[]) => told.push(headers[0]))
  server.ws.on('connection', (_socket: unknown, request: { url: string }) => told.push(request.url))
  server.when.connected((conn) => told.push(conn.cid))
  await enter()
  expect(told).toEqual(['HTTP/1.1 101 Switching Protocols', '/', 'ann'])
})

it('[E1] options of ws are passed on: clientTracking', async () => {
  const tracking = await started({ clientTracking: true })
  const without = await started({ clientTracking: false })
  await Promise.all([tracking.enter(), without.enter()])
  expect([tracking.server.ws.clients?.size, without.server.ws.clients]).toEqual([1, undefined])
})

it('[H5] conn.raw is the transport of the link, for what is not covered', async () => {
  const { server, enter } = await started({})
  const socket = await enter()
  const conn = [...(server.clients.get('ann')?.conns.values() ?? [])][0]
  expect(conn?.raw.state).toBe('open')
  const heard = once(socket, 'message')
  conn?.raw.send('anything at all')
  expect(String((await heard)[0])).toBe('anything at all')
})

it('[H6] a message is compressed or not, as it says, where compression was negotiated', async () => {
  const { server, enter } = await started({ perMessageDeflate: { threshold: 0 } })
  const socket = await enter()
  const wire = (socket as unknown as { _socket: Socket })._socket
  const costs = async (compress: boolean) => {
    const before = wire.bytesRead
    const heard = once(socket, 'message')
    server.send('ann', 'text', 'x'.repeat(100_000), { compress })
    await heard
    return wire.bytesRead - before
  }
  expect(await costs(false)).toBeGreaterThan(100_000)
  expect(await costs(true)).toBeLessThan(2_000)
  await until(() => server.inspect().connections === 1)
})

it('[H2] max_payload_length: a larger frame closes its link', async () => {
  const { server, enter } = await started({ maxPayload: 32 * 1024 })
  const socket = await enter()
  const closed = once(socket, 'close')
  const left = server.when.left()
  socket.send(`["chat","${'x'.repeat(32 * 1024)}",null]`)
  expect((await closed)[0]).toBe(1009)
  expect((await left)[1]).toBe(1009)
})
