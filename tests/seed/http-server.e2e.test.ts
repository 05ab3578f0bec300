import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WSE_ERROR, WseClient } from '@wse/client'
import { type Identify, WseServer, type WseServerOptions } from '@wse/server'
import { createCleanExit } from '@wse/testing'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { idle } from '../fixtures/listen.js'

const welcome =
  (text: string): Identify =>
  ({ accept }) =>
    accept('ann', text)

/** An HTTP server that answers requests, with what is made for it taken down in the end. */
async function onHttp(run: (world: World) => Promise<void>): Promise<void> {
  const exit = createCleanExit()
  const http = createServer((_request, response) => response.end('plain http'))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`
  const servers: WseServer[] = []
  const clients: WseClient[] = []
  const world: World = {
    http,
    host,
    server(options) {
      const server = exit.inspectable(new WseServer({ identify: welcome('hi'), ...options }))
      servers.push(server)
      return server
    },
    client(path = '') {
      const client = exit.inspectable(new WseClient({ url: `ws://${host}${path}` }))
      clients.push(client)
      return client
    },
  }
  try {
    await run(world)
  } finally {
    await Promise.all(clients.map((client) => client.disconnect()))
    await Promise.all(servers.map((server) => server.close()))
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
    await idle()
    expect(exit.leaks()).toEqual([])
  }
}

interface World {
  readonly http: ReturnType<typeof createServer>
  readonly host: string
  server(options: Partial<WseServerOptions>): WseServer
  client(path?: string): WseClient
}

it('[W29] [H1] a server shares an HTTP server, which goes on answering requests', () =>
  onHttp(async ({ http, host, server, client }) => {
    const wse = server({ server: http })
    expect(await wse.listen()).toMatchObject({ port: (http.address() as AddressInfo).port })
    expect(await client().connect()).toBe('hi')
    expect(await (await fetch(`http://${host}/`)).text()).toBe('plain http')
    await wse.close()
    expect(await (await fetch(`http://${host}/`)).text()).toBe('plain http')
  }))

it('[W29] [H1] [P1] two servers on one HTTP server each have their path', () =>
  onHttp(async ({ http, server, client }) => {
    const chat = server({ server: http, path: '/chat', identify: welcome('chat') })
    const game = server({ server: http, path: '/game', identify: welcome('game') })
    await Promise.all([chat.listen(), game.listen()])
    expect(await client('/chat').connect()).toBe('chat')
    expect(await client('/game?level=2').connect()).toBe('game')
    await expect(client('/nowhere').connect()).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    await chat.close()
    await expect(client('/chat').connect()).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(await client('/game').connect()).toBe('game')
  }))

it('[W29] a server takes upgrades by hand', () =>
  onHttp(async ({ http, server, client }) => {
    const wse = server({ noServer: true })
    const seen: unknown[] = []
    http.on('upgrade', (request, socket, head) => {
      seen.push(request.url)
      wse.handleUpgrade(request, socket, head)
    })
    expect(await client('/anything').connect()).toBe('hi')
    expect(seen).toEqual(['/anything'])
  }))

it('a server takes upgrades by WSE 4’s recipe: server.ws.handleUpgrade and emit', () =>
  onHttp(async ({ http, server, client }) => {
    const wse = server({ noServer: true })
    await wse.listen()
    http.on('upgrade', (request, socket, head) => {
      wse.ws.handleUpgrade(request, socket, head, (ws) => wse.ws.emit('connection', ws, request))
    })
    expect(await client().connect()).toBe('hi')
  }))

it('[H5] the request reaches identify: url, headers, address', () =>
  onHttp(async ({ http, host, server }) => {
    const seen: unknown[] = []
    const wse = server({
      server: http,
      identify: ({ request, accept }) => {
        seen.push(request.url, request.headers['x-device'], request.remoteAddress)
        accept('ann')
      },
    })
    await wse.listen()
    const client = new WseClient({ url: `ws://${host}/room?id=5`, headers: { 'X-Device': 'phone' } })
    await client.connect()
    await client.disconnect()
    expect(seen).toEqual(['/room?id=5', 'phone', '127.0.0.1'])
  }))

it('a port that is taken rejects listen() and ends nothing', () =>
  onHttp(async ({ http, server }) => {
    const { port } = http.address() as AddressInfo
    const wse = server({ port, host: '127.0.0.1' })
    const failed = wse.when.error()
    await expect(wse.listen()).rejects.toMatchObject({ code: WSE_ERROR.LISTEN_FAILED, details: { port } })
    expect((await failed)[0]).toMatchObject({ code: WSE_ERROR.LISTEN_FAILED })
  }))

it('a client that speaks another subprotocol is refused in HTTP', () =>
  onHttp(async ({ http, host, server }) => {
    const wse = server({ server: http })
    await wse.listen()
    const socket = new WebSocket(`ws://${host}`, ['something-else'])
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(400)
    response.resume()
    socket.on('error', () => {})
    socket.terminate()
  }))
