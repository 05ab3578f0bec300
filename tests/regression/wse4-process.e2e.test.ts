import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import * as client from '@wse/client'
import * as protocol from '@wse/protocol'
import * as wire from '@wse/protocol/wire'
import * as server from '@wse/server'
import { expect, it } from 'vitest'
import { anyone, Ends } from '../fixtures/ends.js'
import { expectAlive, startServer } from '../threats/alive.js'
import { RawSocket } from '../threats/raw-socket.js'

it('WSE 4 defect 1: an unparsable frame, then a bad WebSocket frame, ended the process', async () => {
  const ends = new Ends('ws')
  const { url } = await startServer(ends)
  const raw = new RawSocket(url)
  await raw.upgrade()
  raw.text('{nope').frame(0xff, 'x').frame(0x83, 'y')
  await raw.closeCode()
  raw.socket.destroy()
  await expectAlive(ends, url)
  expect(await ends.end()).toEqual([])
})

it('WSE 4 defect 1: so did a bad WebSocket frame after a kick', async () => {
  const ends = new Ends('ws')
  const { server, url } = await startServer(ends)
  const connected = server.when.connected()
  const raw = new RawSocket(url)
  await raw.upgrade()
  raw.text(['~wse:hi', { identity: 'mallory', meta: {}, v: 5 }])
  await connected
  server.dropClient('mallory')
  raw.frame(0xff, 'x').frame(0x83, 'y')
  await raw.closeCode()
  raw.socket.destroy()
  await expectAlive(ends, url)
  expect(await ends.end()).toEqual([])
})

it('WSE 4 defect 14: frames up to 100 MiB were taken from anyone', async () => {
  const ends = new Ends('ws')
  const { url } = await startServer(ends)
  const raw = new RawSocket(url)
  await raw.upgrade()
  raw.frame(0x81, '', { length: 1_048_577 })
  expect(await raw.closeCode()).toBe(1009)
  raw.socket.destroy()
  expect(await ends.end()).toEqual([])
})

it('WSE 4 defect 16: a connection of another subprotocol was served', async () => {
  const ends = new Ends('ws')
  const { url } = await startServer(ends)
  const raw = new RawSocket(url)
  expect(await raw.upgrade({ 'Sec-WebSocket-Protocol': 'other' })).toContain('400')
  raw.socket.destroy()
  expect(await ends.end()).toEqual([])
})

it('WSE 4 defect 18: a page of any origin was let in, and identify saw no request', async () => {
  const ends = new Ends('ws')
  const seen: unknown[] = []
  const { url } = await startServer(ends, {
    origins: ['https://app.example.com'],
    identify: ({ request, accept }) => {
      seen.push(request.headers.origin)
      accept('ann')
    },
  })
  const evil = new RawSocket(url)
  expect(await evil.upgrade({ Origin: 'https://evil.example.com' })).toContain('403')
  evil.socket.destroy()
  await ends.client(url, { headers: { Origin: 'https://app.example.com' } }).connect()
  expect(seen).toEqual(['https://app.example.com'])
  expect(await ends.end()).toEqual([])
})

it('WSE 4 defect 24: a port in use ended the process', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, resolve))
  const { port } = taken.address() as { port: number }
  const second = new server.WseServer({ port, identify: anyone })
  const reported = second.when.error()
  await expect(second.listen()).rejects.toMatchObject({ code: server.WSE_ERROR.LISTEN_FAILED })
  expect((await reported)[0].code).toBe(server.WSE_ERROR.LISTEN_FAILED)
  await second.close()
  await new Promise((resolve) => taken.close(resolve))
})

it('WSE 4 defect 30: there were no types, and a browser got no WSE_ERROR', () => {
  for (const name of ['client', 'server', 'protocol', 'testing']) {
    const folder = new URL(`../../packages/${name}/`, import.meta.url)
    const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
    expect(exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' })
    for (const { types, default: file } of Object.values<{ types?: string; default?: string }>(exports)) {
      if (file === undefined) continue
      expect(types).toBe(file.replace(/\.js$/, '.d.ts'))
      const source = file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
      expect(existsSync(new URL(source, folder)), source).toBe(true)
    }
  }
  for (const entry of [client, server, protocol]) {
    expect(entry.WSE_ERROR.RP_TIMEOUT).toBe('wse.client.rp.timeout')
    for (const name of ['WSE_CLOSE', 'WSE_REASON', 'WSE_STATUS', 'WseError']) expect(entry).toHaveProperty(name)
  }
  expect(wire.jsonCodec.name).toBe('wse-default-json')
})
