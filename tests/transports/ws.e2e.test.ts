import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Transport } from '@wse/protocol'
import { systemClock } from '@wse/protocol/wire'
import { type ConformancePair, transportConformance } from '@wse/testing'
import { test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { WebSocketTransport } from '../../packages/client/src/transports/web-socket.js'
import { Turns } from '../../packages/server/src/transports/turns.js'
import { WsTransport } from '../../packages/server/src/transports/ws-transport.js'

const PROTOCOL = 'wse-default-json'

/** A real connection: the server's transport at one end, what is made of the client's socket at the other. */
async function createPair(toTransport: (socket: WebSocket) => Promise<Transport>): Promise<ConformancePair> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', clientTracking: false, maxPayload: 2 ** 24 })
  await once(server, 'listening')
  const accepted = new Promise<Transport>((resolve) => {
    server.once('connection', (socket, request) =>
      resolve(new WsTransport(socket, request.socket, new Turns(systemClock))),
    )
  })
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, [PROTOCOL])
  const [a, b] = await Promise.all([accepted, toTransport(socket)])
  const dispose = async () => {
    for (const transport of [a, b]) transport.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
  return { a, b, dispose }
}

/** The client's own transport, open. */
async function clientTransport(socket: WebSocket): Promise<Transport> {
  const transport = new WebSocketTransport(socket, systemClock)
  await new Promise<void>((resolve) => {
    transport.onOpen = resolve
  })
  return transport
}

/** The server's transport around a client's socket, so that both ends can do all it can. */
async function serverTransport(socket: WebSocket): Promise<Transport> {
  const [[response]] = (await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])) as [[IncomingMessage], []]
  // A client has to mask: where there is an extension `ws` makes the frames.
  Object.defineProperty(socket, 'extensions', { value: 'any' })
  return new WsTransport(socket, response.socket, new Turns(systemClock))
}

transportConformance({
  name: 'ws at the server, a WebSocket at the client',
  test,
  createPair: () => createPair(clientTransport),
  // A browser's WebSocket, which the client's transport is made for, can do none of these.
  capabilities: { ping: false, pause: false, cork: false, drain: false },
})

transportConformance({ name: 'ws at both ends', test, createPair: () => createPair(serverTransport) })
