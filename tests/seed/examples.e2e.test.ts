import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { WSE_ERROR, WseClient } from '@wse/client'
import { afterEach, expect, it } from 'vitest'

const file = (path: string) => new URL(`../../${path}`, import.meta.url).pathname
const [TLS_KEY, TLS_CERT] = [file('tests/fixtures/tls/key.pem'), file('tests/fixtures/tls/cert.pem')]
const ca = readFileSync(TLS_CERT)

let child: ChildProcess | null = null
const clients: WseClient[] = []

afterEach(async () => {
  child?.kill('SIGKILL')
  await Promise.all(clients.splice(0).map((client) => client.disconnect()))
})

/** Starts an example; resolves with the url it prints. */
async function start(script: string): Promise<string> {
  child = spawn(process.execPath, [file(`examples/${script}`)], {
    env: { ...process.env, PORT: '0', TLS_KEY, TLS_CERT },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
  return url
}

async function stop(): Promise<void> {
  child?.kill('SIGTERM')
  await once(child as ChildProcess, 'exit')
  expect(child?.exitCode).toBe(0)
}

function clientOf(url: string, headers: Record<string, string> = {}): WseClient {
  const client = new WseClient({ url: `${url.replace('http', 'ws')}/ws`, headers, ca })
  clients.push(client)
  return client
}

const posting = (body: unknown, cookie = '') => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', cookie },
  body: JSON.stringify(body),
})

const ann = { name: 'ann', password: 'let me in' }

it.each(['plain-http', 'express', 'fastify', 'hono'])(
  '[W29] [E2] [Q23] the %s example signs in by cookie over HTTP, and lets only who did open a WebSocket',
  async (name) => {
    const url = await start(`${name}/server.mjs`)
    expect((await fetch(`${url}/login`, posting({ ...ann, password: 'guessed' }))).status).toBe(401)
    const login = await fetch(`${url}/login`, posting(ann))
    expect(login.status).toBe(204)
    const [setCookie = ''] = login.headers.getSetCookie()
    expect(setCookie).toMatch(/httponly/i)
    const cookie = setCookie.split(';')[0] as string

    const refused = { code: WSE_ERROR.NOT_AUTHORIZED, details: { status: 401 } }
    await expect(clientOf(url).connect()).rejects.toMatchObject(refused)
    await expect(clientOf(url, { cookie: 'session=guessed' }).connect()).rejects.toMatchObject(refused)
    const foreign = clientOf(url, { cookie, origin: 'https://evil.tld' })
    await expect(foreign.connect()).rejects.toMatchObject({ details: { status: 403 } })

    // As a page of this server would.
    const client = clientOf(url, { cookie, origin: url })
    await client.connect()
    expect(client.cid).toBe('ann')
    expect(await (await fetch(`${url}/online`)).json()).toEqual(['ann'])

    const heard = new Promise((resolve) => client.channel.on('notice', resolve))
    const [path, body] = name === 'plain-http' ? ['notify', { cid: 'ann', text: 'hi' }] : ['notify/ann', { text: 'hi' }]
    expect((await fetch(`${url}/${path}`, posting(body))).status).toBe(401)
    const posted = await fetch(`${url}/${path}`, posting(body, cookie))
    expect(await posted.json()).toEqual({ sent: 1, queued: 0, dropped: 0 })
    expect(await heard).toEqual({ text: 'hi' })

    const dropped = client.when.closed()
    expect((await fetch(`${url}/logout`, { method: 'POST', headers: { cookie } })).status).toBe(204)
    expect((await dropped)[0]).toBe(4506)
    await expect(clientOf(url, { cookie }).connect()).rejects.toMatchObject(refused)
    await stop()
  },
)

it('[W29] an example that is told to stop closes its links first', async () => {
  const url = await start('plain-http/server.mjs')
  const login = await fetch(`${url}/login`, posting(ann))
  const client = clientOf(url, { cookie: login.headers.getSetCookie()[0]?.split(';')[0] as string })
  await client.connect()
  expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  const closed = client.when.closed()
  await stop()
  expect(await closed).toEqual([4001, 'wse.restart'])
})

it('[W29] the plain-http example does the same over TLS', async () => {
  const url = await start('plain-http/https.mjs')
  const { method, headers, body } = posting(ann)
  const asking = request(`${url}/login`, { method, headers, ca })
  asking.end(body)
  const [login] = await once(asking, 'response')
  expect([login.statusCode, await text(login)]).toEqual([204, ''])
  const [setCookie] = login.headers['set-cookie']
  expect(setCookie).toMatch(/; Secure$/)
  const cookie = setCookie.split(';')[0]
  await expect(clientOf(url).connect()).rejects.toMatchObject({ details: { status: 401 } })
  // A page that came without TLS may have been anybody's.
  const spoofed = clientOf(url, { cookie, origin: url.replace('https', 'http') })
  await expect(spoofed.connect()).rejects.toMatchObject({ details: { status: 403 } })
  const client = clientOf(url, { cookie, origin: url })
  await client.connect()
  expect([client.cid, await client.call('add', { a: 1, b: 2 })]).toEqual(['ann', 3])
  await client.disconnect()
  await stop()
})
