import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Upgrade, WSE_ERROR, type WseError, WseServer } from '@wse/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anyone, Ends } from '../fixtures/ends.js'
import { until } from '../fixtures/listen.js'
import { dial, refusalOf, upgradeText } from '../http/answers.js'
import { expectAlive, startServer } from '../threats/alive.js'

let ends: Ends
let http: Server

beforeEach(async () => {
  ends = new Ends('ws')
  http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
})

afterEach(async () => {
  expect(await ends.end()).toEqual([])
  await new Promise((resolve) => http.close(resolve))
})

const urlOf = (server: Server) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`

// The first of this file: after it ws is loaded.
test('a socket that breaks while ws is loaded does not end the process', async () => {
  const server = new WseServer({ server: http, clock: ends.clock, identify: anyone })
  server.register('add', (_, { a, b }) => a + b)
  const sockets: Duplex[] = []
  http.on('upgrade', (_request, socket) => {
    sockets.push(socket)
    if (sockets.length === 1) socket.destroy(new Error('reset by peer'))
  })
  const socket = await dial(urlOf(http))
  socket.write(upgradeText())
  await once(socket, 'close')
  await expectAlive(ends, urlOf(http))
  await server.close()
})

test('a socket that is closed before its upgrade is taken is not asked about, and holds up no close()', async () => {
  let asked = 0
  const upgrade: Upgrade = () => {
    asked++
    return new Promise<undefined>(() => {})
  }
  const server = new WseServer({ noServer: true, clock: ends.clock, identify: anyone, upgrade })
  await server.listen()
  const taken = new Promise<void>((resolve) => {
    http.on('upgrade', (request, socket, head) => {
      socket.destroy()
      socket.once('close', () => {
        server.handleUpgrade(request, socket, head)
        resolve()
      })
    })
  })
  const socket = await dial(urlOf(http))
  socket.write(upgradeText())
  await taken
  expect([asked, server.inspect().upgrades]).toEqual([0, 0])
  await server.close()
})

test('a listener that throws as a page is told of its refusal does not end the process', async () => {
  let asked = false
  const upgrade: Upgrade = () => {
    asked = true
    return new Promise<undefined>(() => {})
  }
  const { server, url } = await startServer(ends, { upgrade })
  const errors: WseError[] = []
  server.when.error((error) => errors.push(error))
  server.ws.on('headers', () => {
    throw new Error('boom')
  })
  const socket = await dial(url)
  socket.write(upgradeText('/', { Origin: 'http://localhost' }))
  await until(() => asked)
  await ends.clock.advance(5_000)
  if (!socket.closed) await once(socket, 'close')
  expect(errors.map(({ code, details }) => [code, details.status])).toEqual([
    [WSE_ERROR.UPGRADE_REFUSED, 503],
    [WSE_ERROR.UPGRADE_REFUSED, 500],
  ])
  expect(server.inspect()).toMatchObject({ upgrades: 0, links: 0 })
})

test.each<[string, (info: unknown, done: (verified: boolean) => void) => unknown]>([
  [
    'throws',
    (_info, _done) => {
      throw new Error('secret')
    },
  ],
  ['rejects', async (_info, _done) => Promise.reject(new Error('secret'))],
])('verifyClient that %s costs its upgrade alone, and names itself', async (_how, verify) => {
  const { server, url } = await startServer(ends, {
    verifyClient: (info: { req: { url?: string | undefined } }, done: (verified: boolean) => void) =>
      info.req.url === '/bad' ? verify(info, done) : done(true),
  })
  const errors: WseError[] = []
  server.when.error((error) => errors.push(error))
  const answer = await refusalOf(url, '/bad')
  expect([answer.status, answer.body.toString()]).toEqual([500, 'Internal Server Error'])
  expect(errors).toMatchObject([{ code: WSE_ERROR.UPGRADE_REFUSED, details: { option: 'verifyClient', url: '/bad' } }])
  await expectAlive(ends, url)
})

test('verifyClient that gives a promise is refused by name, as nobody would wait for it', async () => {
  const { server, url } = await startServer(ends, { verifyClient: (async () => true) as never })
  const errors: WseError[] = []
  server.when.error((error) => errors.push(error))
  expect((await refusalOf(url)).status).toBe(500)
  expect(errors).toMatchObject([{ details: { option: 'verifyClient' } }])
})

test('verifyClient that never answers holds up no close(); its late answer changes nothing', async () => {
  const answers: ((verified: boolean) => void)[] = []
  const verifyClient = (_info: unknown, done: (verified: boolean) => void) => void answers.push(done)
  const { server, url } = await startServer(ends, { verifyClient })
  const gone = await dial(url)
  gone.write(upgradeText())
  await until(() => answers.length === 1)
  gone.destroy()
  const refusal = refusalOf(url)
  await until(() => answers.length === 2)
  await server.close()
  expect((await refusal).status).toBe(503)
  for (const answer of answers) answer(true)
  expect(server.inspect().links).toBe(0)
})
