import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Upgrade, type UpgradeRequest, WSE_ERROR, type WseError, WseServer } from '@wse/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anyone, Ends } from '../fixtures/ends.js'
import { connOf, deferred, idle, until } from '../fixtures/listen.js'
import { CustomProtocol } from '../fixtures/protocols.js'
import { expectAlive, startServer } from '../threats/alive.js'
import { answerOn, dial, refusalOf, textFrame, upgradeText } from './answers.js'

let ends: Ends

beforeEach(() => {
  ends = new Ends('ws')
})

afterEach(async () => {
  expect(await ends.end()).toEqual([])
})

/** A server whose hook is told what is asked, and answers what it is given. */
async function asking(upgrade: Upgrade, options: Parameters<Ends['server']>[0] = {}) {
  const started = await startServer(ends, { upgrade, ...options })
  const errors: WseError[] = []
  started.server.when.error((error) => errors.push(error))
  return { ...started, errors }
}

/** A hook that waits, and what it was asked. */
function waiting() {
  const answer = deferred<ReturnType<Upgrade>>()
  const asked: UpgradeRequest[] = []
  const upgrade: Upgrade = (request) => {
    asked.push(request)
    return answer.promise as Promise<undefined>
  }
  return { answer, asked, upgrade }
}

describe('what an upgrade hook is given', () => {
  test('[H3] [Q14] the request: headers, cookies, url, query, parameters, address', async () => {
    const seen: UpgradeRequest[] = []
    const { url } = await asking((request) => void seen.push(request), { path: '/rooms/{room}' })
    const headers = { Cookie: 'session=a%20b; theme=dark', 'X-Device': 'phone' }
    const client = ends.client(`${url}/rooms/42?from=7&from=8`, { headers })
    await client.connect('ann')
    const [request] = seen as [UpgradeRequest]
    expect(request.headers['x-device']).toBe('phone')
    expect({ ...request.cookies }).toEqual({ session: 'a b', theme: 'dark' })
    expect(request.cookies).toBe(request.cookies)
    expect(request.url).toBe('/rooms/42?from=7&from=8')
    expect(request.query.getAll('from')).toEqual(['7', '8'])
    expect(request.params.room).toBe('42')
    expect(request.origin).toBeUndefined()
    expect(request.remote_addr).toBe('127.0.0.1')
    expect(request.signal.aborted).toBe(false)
  })

  test('[W28] [H5] the address is what the trusted proxies say, counted from the right', async () => {
    const seen: string[] = []
    const { server, url } = await asking(({ remote_addr }) => void seen.push(remote_addr), { trustProxy: 2 })
    const headers = { 'X-Forwarded-For': '6.6.6.6, 203.0.113.7, 10.0.0.1' }
    await ends.client(url, { headers }).connect('ann')
    expect(seen).toEqual(['203.0.113.7'])
    expect(connOf(server, 'ann').remote_addr).toBe('203.0.113.7')
  })
})

describe('a hook that lets in', () => {
  test('[H4] gives a context, which identify and the connection have', async () => {
    const context = { user: 'ann' }
    const { server, url } = await asking(async () => ({ context }), {
      identify: ({ context, accept }) => accept(context.user),
    })
    await ends.client(url).connect()
    expect(connOf(server, 'ann').context).toBe(context)
  })

  test('[H4] by nothing gives none', async () => {
    const { server, url } = await asking(() => {})
    await ends.client(url).connect('ann')
    expect(connOf(server, 'ann').context).toBeUndefined()
    expect({ ...connOf(server, 'ann').params }).toEqual({})
  })

  test('[H4] a connection that was resumed has the context and parameters of its new link', async () => {
    let links = 0
    const { server, url } = await asking(() => ({ context: ++links }), { path: '/{place}' })
    const client = ends.client(`${url}/here`, { re: true })
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    expect([conn.context, conn.params.place]).toEqual([1, 'here'])
    await client.jump(`${url}/there`)
    // The client closes the old link once the new one is ready.
    await until(() => server.clients.get('ann')?.conns.size === 1)
    const resumed = connOf(server, 'ann')
    expect([resumed.context, resumed.params.place]).toEqual([2, 'there'])
    const back = client.when.ready()
    resumed.terminate()
    await until(() => client.status !== 'READY')
    await ends.clock.advance(5_000)
    await back
    expect(connOf(server, 'ann')).toBe(resumed)
    expect([resumed.context, resumed.params.place]).toEqual([3, 'there'])
  })

  test('[H4] a renewed authorisation is told the context of the link', async () => {
    const seen: unknown[] = []
    const { server, url } = await asking(() => ({ context: 'of the link' }), {
      identify: ({ context, refresh, accept }) => {
        seen.push([context, refresh])
        accept('ann', undefined, { expires: 60_000 })
      },
    })
    const client = ends.client(url)
    await client.connect(() => 'ann')
    await ends.clock.advance(45_000)
    await until(() => seen.length === 2)
    expect(seen).toEqual([
      ['of the link', false],
      ['of the link', true],
    ])
    expect(connOf(server, 'ann').context).toBe('of the link')
  })

  test('[H3] late loses nothing of what came meanwhile, be it in one packet with the request', async () => {
    const { answer, asked, upgrade } = waiting()
    const { server, url } = await asking(upgrade, { identify: ({ accept, context }) => accept(context) })
    const socket = await dial(url)
    const hi = ['~wse:hi', { identity: 'ann' }]
    socket.write(Buffer.concat([Buffer.from(upgradeText()), textFrame(hi), textFrame(['first'])]))
    const heard: string[] = []
    for (const type of ['first', 'second']) server.channel.on(type, (conn) => heard.push(`${type} of ${conn.cid}`))
    await until(() => asked.length === 1)
    socket.write(textFrame(['second']))
    await idle()
    expect(server.inspect()).toMatchObject({ upgrades: 1, links: 0 })
    answer.resolve({ context: 'bob' })
    await until(() => server.clients.has('bob'))
    await ends.clock.advance(0)
    await until(() => heard.length === 2)
    expect(heard).toEqual(['first of bob', 'second of bob'])
    expect(server.inspect()).toMatchObject({ upgrades: 0, links: 1 })
    socket.destroy()
  })

  test('[H3] loses no frame either while identify takes its time', async () => {
    const user = deferred<string>()
    const { server, url } = await asking(async () => {}, { identify: async ({ accept }) => accept(await user.promise) })
    const socket = await dial(url)
    socket.write(Buffer.concat([Buffer.from(upgradeText()), textFrame(['~wse:hi', {}]), textFrame(['early'])]))
    const heard: string[] = []
    server.channel.on('early', (conn) => heard.push(String(conn.cid)))
    await until(() => server.inspect().handshakes === 1)
    await idle()
    user.resolve('ann')
    await until(() => server.clients.has('ann'))
    await ends.clock.advance(0)
    await until(() => heard.length === 1)
    socket.destroy()
  })
})

describe('a hook that refuses', () => {
  test('[H3] answers exactly its status, headers and body', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128])
    const headers = new Headers({
      'content-type': 'application/octet-stream',
      'x-why': 'caf\u00e9',
      'content-length': '99',
    })
    headers.append('set-cookie', 'a=1; HttpOnly')
    headers.append('set-cookie', 'b=2; Path=/')
    const { server, url, errors } = await asking(
      () => new Response(bytes, { status: 418, statusText: 'Teapot', headers }),
    )
    const answer = await refusalOf(url)
    expect([answer.status, answer.statusText]).toEqual([418, 'Teapot'])
    expect(answer.body).toEqual(bytes)
    expect(answer.headers.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1; HttpOnly'],
      ['set-cookie', 'b=2; Path=/'],
    ])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      connection: 'close',
      'content-length': '5',
      'content-type': 'application/octet-stream',
      'x-why': 'caf\u00e9',
    })
    await until(() => server.inspect().upgrades === 0)
    expect([errors, server.inspect().links]).toEqual([[], 0])
  })

  test('[H3] without a body sends none', async () => {
    const { url } = await asking(async () => new Response(null, { status: 204 }))
    const answer = await refusalOf(url)
    expect([answer.status, answer.statusText, answer.body.length]).toEqual([204, 'No Content', 0])
    expect(answer.headers).toEqual([['connection', 'close']])
  })

  test('[Q14] may throw its Response, at once or later', async () => {
    const first = await asking(() => {
      throw Response.json({ why: 'no' }, { status: 403 })
    })
    const second = await asking(async () => {
      throw new Response('later', { status: 402 })
    })
    expect(await refusalOf(first.url)).toMatchObject({ status: 403, body: Buffer.from('{"why":"no"}') })
    expect(await refusalOf(second.url)).toMatchObject({ status: 402, body: Buffer.from('later') })
    expect([first.errors, second.errors]).toEqual([[], []])
  })

  test('[H3] is final for a program with 401, and waited out with 429', async () => {
    const status = { code: 401, 'retry-after': '' }
    const { url } = await asking(() => new Response('no', { status: status.code, headers: { 'retry-after': '30' } }))
    await expect(ends.client(url, { re: true }).connect('ann')).rejects.toMatchObject({
      code: WSE_ERROR.NOT_AUTHORIZED,
      details: { status: 401 },
    })
    status.code = 429
    const client = ends.client(url, { re: true })
    const retrying = client.when.retrying()
    client.connect('ann').catch(() => {})
    expect((await retrying).delay).toBeGreaterThanOrEqual(30_000)
  })
})

describe('a browser, which sees no status', () => {
  const page = (url: string) => ({ headers: { Origin: url.replace('ws', 'http') } })
  const refusal = (status: number, headers: Record<string, string> = {}) => new Response('no', { status, headers })

  test.each([
    [401, 4501, WSE_ERROR.NOT_AUTHORIZED],
    [403, 4501, WSE_ERROR.NOT_AUTHORIZED],
    [429, 4004, WSE_ERROR.CONNECT_FAILED],
    [503, 4009, WSE_ERROR.CONNECT_FAILED],
    [404, 4501, WSE_ERROR.NOT_AUTHORIZED],
  ])('[H3] is told status %i on the link, which is closed with %i', async (status, closed, code) => {
    const { server, url, errors } = await asking(() => refusal(status))
    const client = ends.client(url, page(url))
    const error: WseError = await client.connect('ann').catch((thrown) => thrown)
    expect([error.code, error.details]).toMatchObject([code, { status, disconnected: [closed, expect.any(String)] }])
    await until(() => server.inspect().links === 0)
    expect([errors, server.inspect()]).toMatchObject([[], { upgrades: 0, handshakes: 0, connections: 0 }])
  })

  test('[H3] over a protocol object of WSE 4 is closed as its peers are', async () => {
    const protocol = Object.assign(new CustomProtocol(), { version: 4 as const })
    const { url } = await asking(() => refusal(401), { protocol })
    const refused = ends.client(url, { ...page(url), protocol }).connect('ann')
    await expect(refused).rejects.toMatchObject({
      code: WSE_ERROR.NOT_AUTHORIZED,
      details: { disconnected: [1000, 'wse.not-authorized'] },
    })
  })

  test('[H3] stays away as long as Retry-After says', async () => {
    const { url } = await asking(async () => refusal(503, { 'Retry-After': '20' }))
    const client = ends.client(url, { ...page(url), re: true })
    const retrying = client.when.retrying()
    client.connect('ann').catch(() => {})
    expect((await retrying).delay).toBeGreaterThanOrEqual(20_000)
  })

  test('[H3] is asked to try again after a failure, and after a hook that takes too long', async () => {
    const { upgrade, asked } = waiting()
    const failing = await asking(() => Promise.reject(new Error('secret')))
    const slow = await asking(upgrade)
    const error: WseError = await ends
      .client(failing.url, page(failing.url))
      .connect()
      .catch((thrown) => thrown)
    expect(error.details).toMatchObject({ status: 500, disconnected: [4009, 'wse.try-again'] })
    const late: Promise<WseError> = ends
      .client(slow.url, page(slow.url))
      .connect()
      .catch((thrown) => thrown)
    await until(() => asked.length === 1)
    await ends.clock.advance(5_000)
    expect((await late).details).toMatchObject({ status: 503, disconnected: [4009, 'wse.try-again'] })
    expect(slow.errors).toHaveLength(1)
  })
})

describe('a hook that fails', () => {
  const explode = () => {
    throw new Error('secret')
  }

  test.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
    [
      'throws null',
      () => {
        throw null
      },
    ],
    [
      'throws what throws when it is looked at',
      () => {
        throw new Proxy({}, { get: explode, getPrototypeOf: explode, has: explode })
      },
    ],
    ['gives what throws when it is looked at', () => new Proxy({}, { get: explode, getPrototypeOf: explode })],
    ['gives false', () => false],
    ['gives null', async () => null],
    ['gives something else', () => ({ user: 'ann' })],
    ['gives a Response nobody can send', () => Response.error()],
    [
      'gives a Response that was read',
      async () => {
        const response = new Response('once')
        await response.text()
        return response
      },
    ],
    [
      'gives a Response whose body fails',
      () =>
        new Response(
          new ReadableStream({
            pull: () => {
              throw new Error('secret')
            },
          }),
        ),
    ],
    [
      'gives what only looks like a promise',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what it is about
        then: () => {
          throw new Error('secret')
        },
      }),
    ],
  ])('[H3] because it %s is answered 500 without a detail, and told of', async (_, upgrade) => {
    const { server, url, errors } = await asking(upgrade as unknown as Upgrade)
    const answer = await refusalOf(url)
    expect([answer.status, answer.body.toString()]).toEqual([500, 'the upgrade failed'])
    expect(errors).toMatchObject([{ code: WSE_ERROR.UPGRADE_REFUSED, details: { status: 500, option: 'upgrade' } }])
    await until(() => server.inspect().upgrades === 0)
  })

  test('[H3] may close the server by who is told of it', async () => {
    const { server, url } = await asking(() => Promise.reject(new Error('fatal')))
    server.when.error(() => void server.close())
    expect((await refusalOf(url)).status).toBe(500)
    await server.close()
  })

  test('[H3] because it takes too long is answered 503 with Retry-After, and its late answer changes nothing', async () => {
    const { answer, asked, upgrade } = waiting()
    const { server, url, errors } = await asking(upgrade, { limits: { handshakeTimeout: 2_000 } })
    const refusal = refusalOf(url)
    await until(() => asked.length === 1)
    await ends.clock.advance(1_999)
    expect(asked[0]?.signal.aborted).toBe(false)
    await ends.clock.advance(1)
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(await refusal).toMatchObject({ status: 503, headers: expect.arrayContaining([['retry-after', '5']]) })
    answer.resolve({ context: 'late' })
    await idle()
    expect(errors).toMatchObject([{ code: WSE_ERROR.UPGRADE_REFUSED, details: { status: 503 } }])
    expect(server.inspect()).toMatchObject({ upgrades: 0, links: 0 })
  })

  test('[H3] because the body of its Response never comes is answered 503', async () => {
    const { server, url } = await asking(() => new Response(new ReadableStream()))
    const refusal = refusalOf(url)
    await until(() => server.inspect().upgrades === 1)
    await ends.clock.advance(5_000)
    expect((await refusal).status).toBe(503)
  })
})

describe('while a hook runs', () => {
  test.each(['destroy', 'end', 'resetAndDestroy'] as const)(
    '[H3] a client that goes (%s) leaves nothing, and the hook is told',
    async (leave) => {
      const { answer, asked, upgrade } = waiting()
      const { server, url, errors } = await asking(upgrade)
      const socket = await dial(url)
      socket.write(upgradeText())
      await until(() => asked.length === 1)
      const { signal } = asked[0] as UpgradeRequest
      socket[leave]()
      await until(() => signal.aborted)
      expect(server.inspect()).toMatchObject({ upgrades: 0, links: 0 })
      answer.resolve({ context: 1 })
      await idle()
      expect([errors, server.inspect().links]).toEqual([[], 0])
      await ends.clock.advance(10_000)
    },
  )

  test('[H3] a rejection that comes because the client is gone is nobody’s error', async () => {
    const { answer, asked, upgrade } = waiting()
    const { url, errors } = await asking(upgrade)
    const socket = await dial(url)
    socket.write(upgradeText())
    await until(() => asked.length === 1)
    socket.destroy()
    await until(() => asked[0]?.signal.aborted === true)
    answer.resolve(Promise.reject(asked[0]?.signal.reason))
    await idle()
    expect(errors).toEqual([])
  })

  test('[H3] a server that closes does not wait for it', async () => {
    const { asked, upgrade } = waiting()
    const { server, url, errors } = await asking(upgrade)
    const refusal = refusalOf(url)
    const browser = refusalOf(url, '/', { Origin: 'http://localhost' })
    await until(() => asked.length === 2)
    await server.close()
    expect([(await refusal).status, (await browser).status]).toEqual([503, 503])
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true])
    expect(errors).toEqual([])
    expect(server.inspect().upgrades).toBe(0)
  })

  test('[H3] it counts among the connections', async () => {
    const { answer, asked, upgrade } = waiting()
    const { server, url } = await asking(upgrade, { limits: { connections: 1 } })
    const client = ends.client(url)
    const connecting = client.connect('ann')
    await until(() => asked.length === 1)
    expect((await refusalOf(url)).status).toBe(503)
    answer.resolve(undefined)
    await connecting
    expect((await refusalOf(url)).status).toBe(503)
    expect(server.inspect()).toMatchObject({ upgrades: 0, links: 1 })
  })

  test('[H3] a server that drains lets nobody in any more', async () => {
    const { answer, asked, upgrade } = waiting()
    const { server, url } = await asking(upgrade)
    const connecting = ends.client(url).connect('ann')
    connecting.catch(() => {})
    await until(() => asked.length === 1)
    const draining = server.drain({ timeout: 1_000 })
    answer.resolve(undefined)
    await expect(connecting).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    await draining
  })
})

test('[H3] a client that does not take its answer is let go after 5 s', async () => {
  const { server, url } = await asking(() => new Response(new Uint8Array(64_000_000), { status: 403 }))
  const socket = await dial(url)
  socket.write(upgradeText())
  socket.pause()
  await until(() => server.inspect().upgrades === 1)
  await idle()
  await ends.clock.advance(5_000)
  await until(() => server.inspect().upgrades === 0)
  socket.destroy()
})

describe('origins of a server with a hook', () => {
  test('[H3] a page of another site is refused before the hook is asked, unless origins says otherwise', async () => {
    let asked = 0
    const { url, errors } = await asking(() => void asked++)
    const answer = await refusalOf(url, '/', { Origin: 'https://evil.tld', Cookie: 'session=stolen' })
    expect([answer.status, asked]).toEqual([403, 0])
    expect(errors).toMatchObject([{ details: { option: 'origins', origin: 'https://evil.tld' } }])
    const headers = { Origin: url.replace('ws', 'http') }
    await ends.client(url, { headers }).connect('ann')
    expect(asked).toBe(1)
    const open = await asking(() => void asked++, { origins: '*' })
    await ends.client(open.url, { headers: { Origin: 'https://evil.tld' } }).connect('ann')
    expect(asked).toBe(2)
  })

  test('without one any page is let in, as credentials travel in the first frame', async () => {
    const { url } = await startServer(ends)
    await ends.client(url, { headers: { Origin: 'https://other.tld' } }).connect('ann')
    const own = await startServer(ends, { origins: 'same-origin' })
    expect((await refusalOf(own.url, '/', { Origin: 'https://other.tld' })).status).toBe(403)
  })
})

test('[H3] the usual ways in go on: the hook is asked of upgrades by hand as well', async () => {
  const seen: unknown[] = []
  const server = new WseServer({
    noServer: true,
    clock: ends.clock,
    identify: anyone,
    upgrade: ({ url }) => void seen.push(url),
  })
  server.register('add', (_, { a, b }) => a + b)
  const http = createServer().listen(0, '127.0.0.1')
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head))
  await once(http, 'listening')
  await expectAlive(ends, `ws://127.0.0.1:${(http.address() as AddressInfo).port}/x?y`)
  expect(seen).toEqual(['/x?y'])
  await server.close()
  http.close()
})

test('[H3] a pipelined request behind a refused one is not answered', async () => {
  const { url } = await asking(() => new Response('no', { status: 401 }))
  const socket = await dial(url)
  socket.write(upgradeText() + upgradeText())
  const answer = await answerOn(socket)
  expect([answer.status, answer.body.toString()]).toEqual([401, 'no'])
})
