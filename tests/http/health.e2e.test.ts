import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMemoryHub } from '@wse/protocol/backplane'
import { healthRoutes, WseServer, type WseServerOptions } from '@wse/server'
import { expect, it } from 'vitest'

const identify: WseServerOptions['identify'] = ({ accept }) => accept('ann')

async function ask(port: number, path: string): Promise<[status: number, body: unknown]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const text = await response.text()
  return [response.status, text.startsWith('{') ? JSON.parse(text) : text]
}

it('a server with a port of its own tells how it is, and nothing else', async () => {
  const server = new WseServer({ port: 0, identify, health: true })
  const { port } = await server.listen()
  const well = { live: true, ready: true, draining: false, links: 0, backplane: null }
  expect(await ask(port, '/healthz')).toEqual([200, well])
  expect(await ask(port, '/readyz?probe=1')).toEqual([200, well])
  expect(await ask(port, '/')).toEqual([426, 'Upgrade Required'])
  await server.close()
  expect(server.health()).toMatchObject({ live: false, ready: false })
})

it('a server on one of the application tells by its routes, and what joins it to others with it', async () => {
  const hub = createMemoryHub()
  const http = createServer((request, response) => routes(request, response) || response.end('the application'))
  const server = new WseServer({ server: http, identify, backplane: hub.backplane() })
  const routes = healthRoutes(server, { live: '/live', ready: '/ready', needsBackplane: true })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  await expect.poll(() => server.health().ready).toBe(true)
  expect(await ask(port, '/ready')).toMatchObject([200, { backplane: { state: 'up', nodes: 1 } }])
  expect(await ask(port, '/healthz')).toEqual([200, 'the application'])
  hub.freeze()
  await expect.poll(() => server.health().backplane?.state).toBe('down')
  expect(await ask(port, '/ready')).toMatchObject([503, { ready: false, live: true, backplane: { state: 'down' } }])
  expect(await ask(port, '/live')).toMatchObject([200, { live: true }])
  hub.thaw()
  await expect.poll(() => server.health().backplane?.state).toBe('up')
  await server.close()
  expect(await ask(port, '/live')).toMatchObject([503, { live: false }])
  http.close()
})

it.each([
  [{ health: true }, 'health'],
  [{ port: 0, health: { live: 'healthz' } }, 'health.live'],
  [{ port: 0, health: { alive: '/healthz' } }, 'health.alive'],
  [{ port: 0, health: { needsBackplane: 1 } }, 'health.needsBackplane'],
])('%j is refused by its name', (options, option) => {
  const make = () => new WseServer({ identify, ...options } as WseServerOptions)
  expect(make).toThrow(expect.objectContaining({ code: 'wse.invalid-option', details: { option } }))
})
