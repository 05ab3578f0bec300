import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WSE_ERROR } from '@wse/client'
import { WseServer, type WseServerOptions } from '@wse/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anyone, Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'
import { RawSocket } from '../threats/raw-socket.js'
import { refusalOf } from './answers.js'

let ends: Ends
let http: Server
let url: string
const servers: WseServer[] = []

beforeEach(async () => {
  ends = new Ends('ws')
  http = createServer((_, response) => response.end('plain'))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
})

afterEach(async () => {
  const closing = servers.splice(0).map((server) => server.close())
  const left = await ends.end()
  await Promise.all(closing)
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  expect(left).toEqual([])
})

/** A server on the HTTP server of all. */
async function serve(path: string | undefined, options: Partial<WseServerOptions> = {}): Promise<WseServer> {
  const server = new WseServer({ identify: anyone, clock: ends.clock, server: http, path, ...options })
  servers.push(server)
  await server.listen()
  return server
}

describe('a path with parameters', () => {
  test('[H1] gives them, decoded, to identify and the connection', async () => {
    const seen: unknown[] = []
    const server = await serve('/{tenant}/rooms/{room}', {
      identify: ({ params, accept }) => {
        seen.push({ ...params })
        accept('ann')
      },
    })
    await ends.client(`${url}/acme/rooms/caf%C3%A9%2Fbar?x=1`).connect()
    expect(seen).toEqual([{ tenant: 'acme', room: 'café/bar' }])
    expect({ ...connOf(server, 'ann').params }).toEqual({ tenant: 'acme', room: 'café/bar' })
  })

  test('[H1] answers 400 where their encoding is broken, and 404 where they do not fit', async () => {
    const server = await serve('/rooms/{room}')
    expect((await refusalOf(url, '/rooms/%zz')).status).toBe(400)
    expect((await refusalOf(url, '/rooms/')).status).toBe(404)
    expect((await refusalOf(url, '/rooms/1/2')).status).toBe(404)
    expect(server.inspect().links).toBe(0)
  })

  test('[H1] gives them with verifyClient, and behind WSE 4’s recipe, too', async () => {
    const server = await serve('/rooms/{room}', { verifyClient: () => true })
    await ends.client(`${url}/rooms/42`).connect('ann')
    expect(connOf(server, 'ann').params.room).toBe('42')
  })
})

describe('servers on one HTTP server', () => {
  test('[H1] [W29] the exact path comes before a pattern, a pattern before any', async () => {
    const any = await serve(undefined)
    const pattern = await serve('/rooms/{room}')
    const exact = await serve('/rooms/lobby')
    for (const [path, server] of [
      ['/rooms/lobby', exact],
      ['/rooms/other', pattern],
      ['/rooms/', any],
      ['/', any],
    ] as const) {
      const client = ends.client(url + path)
      await client.connect('ann')
      expect([exact, pattern, any].filter(({ clients }) => clients.has('ann'))).toEqual([server])
      await client.disconnect()
      await until(() => server.clients.size === 0)
    }
  })

  test('[H1] two equal patterns are an error, whatever their parameters are called', async () => {
    await serve('/rooms/{room}')
    await expect(serve('/rooms/{name}')).rejects.toMatchObject({
      code: WSE_ERROR.LISTEN_FAILED,
      message: expect.stringContaining('/rooms/{name}'),
    })
  })

  test('[H1] [H2] each has its own limits, compression, hook and users', async () => {
    const small = await serve('/small', { limits: { messageBytes: 1_000 }, upgrade: () => ({ context: 'small' }) })
    const big = await serve('/big/{id}', { perMessageDeflate: true, upgrade: () => ({ context: 'big' }) })
    for (const server of [small, big]) server.register('length', (_, text) => text.length)
    const [one, other] = [ends.client(`${url}/small`), ends.client(`${url}/big/1`)]
    await Promise.all([one.connect('ann'), other.connect('ann')])
    expect([connOf(small, 'ann').context, connOf(big, 'ann').context]).toEqual(['small', 'big'])
    expect(await other.call('length', 'x'.repeat(2_000))).toBe(2_000)
    await expect(one.call('length', 'x'.repeat(2_000))).rejects.toMatchObject({ code: WSE_ERROR.TOO_LARGE })
    const extensions = await Promise.all(
      ['/small', '/big/1'].map(async (path) => {
        const raw = new RawSocket(url)
        const head = await raw.upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }, path)
        raw.socket.destroy()
        return /^sec-websocket-extensions: permessage-deflate/im.test(head)
      }),
    )
    expect(extensions).toEqual([false, true])
  })

  test('[W29] one that is closed leaves the others their paths, and its own to whom it fits', async () => {
    const exact = await serve('/rooms/lobby')
    const pattern = await serve('/rooms/{room}')
    await exact.close()
    await ends.client(`${url}/rooms/lobby`).connect('ann')
    expect(connOf(pattern, 'ann').params.room).toBe('lobby')
    await serve('/rooms/lobby')
  })
})

describe('a server that is switched off', () => {
  test('[H1] [E1] answers 503 at its path, and leaves the rest alone', async () => {
    const off = await serve('/ws', { enabled: false })
    const on = await serve('/other')
    const answer = await refusalOf(url, '/ws')
    expect([answer.status, answer.body.toString()]).toEqual([503, 'switched off'])
    expect(answer.headers).toContainEqual(['retry-after', '5'])
    await ends.client(`${url}/other`).connect('ann')
    expect([off.inspect().links, on.inspect().links]).toEqual([0, 1])
    expect(await (await fetch(url.replace('ws', 'http'))).text()).toBe('plain')
  })

  test('[H1] [E1] opens no port, and says so where it is asked', async () => {
    const { port } = http.address() as AddressInfo
    const off = new WseServer({ port, identify: anyone, enabled: false })
    expect(await off.listen()).toEqual({ port: 0, address: '' })
    expect(() => off.ws).toThrow(expect.objectContaining({ code: WSE_ERROR.CONNECTION_NOT_READY }))
    await off.close()
  })

  test('[H1] refuses upgrades by hand, and transports', async () => {
    const off = new WseServer({ noServer: true, identify: anyone, enabled: false, clock: ends.clock })
    http.on('upgrade', (request, socket, head) => off.handleUpgrade(request, socket, head))
    expect((await refusalOf(url)).status).toBe(503)
    await off.close()
    http.removeAllListeners('upgrade')
  })
})
