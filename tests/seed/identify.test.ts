import type { Identify, IdentifyContext } from '@wse/server'
import { WSE_CLOSE, WSE_ERROR, WSE_REASON, WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { connOf, deferred, idle, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const refused = { code: WSE_ERROR.NOT_AUTHORIZED, details: { disconnected: [4501, 'wse.not-authorized'] } }

behaviour('identify', (test) => {
  test('[W2] [W5] accepts at once, and connect() resolves to the welcome', async (ends) => {
    const { url } = await ends.server({ identify: ({ accept }) => accept('ann', { name: 'Ann' }) })
    const client = ends.client(url)
    expect(await client.connect('token')).toEqual({ name: 'Ann' })
    expect(client.cid).toBe('ann')
  })

  test('[W3] [E2] lets in whose token is good, as whose it is, and nobody else', async (ends) => {
    const owners = new Map([['good token', 'ann']])
    const find = async (token: unknown) => owners.get(String(token))
    const { server, url } = await ends.server({
      identify: async ({ identity, accept, refuse }) => {
        const cid = await find(identity?.token)
        if (cid) accept(cid)
        else refuse()
      },
    })
    const [ann, eve] = [ends.client(url), ends.client(url)]
    await ann.connect({ token: 'good token' })
    await expect(eve.connect({ token: 'ann' })).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect([ann.cid, [...server.clients.keys()]]).toEqual(['ann', ['ann']])
  })

  test('accepts without a welcome', async (ends) => {
    const { url } = await ends.server({ identify: ({ accept }) => accept('ann') })
    expect(await ends.client(url).connect()).toBeUndefined()
  })

  test('accepts a user whose id is a number', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept(7) })
    const client = ends.client(url)
    await client.connect()
    expect(client.cid).toBe(7)
    expect(connOf(server, 7).cid).toBe(7)
  })

  test('[W2] [Q15] accepts later', async (ends) => {
    const users = deferred<string>()
    const { server, url } = await ends.server({ identify: async ({ accept }) => accept(await users.promise, 'hi') })
    const connecting = ends.client(url).connect()
    await until(() => server.inspect().handshakes === 1)
    users.resolve('ann')
    expect(await connecting).toBe('hi')
  })

  test('accepts from a callback', async (ends) => {
    const { url } = await ends.server({ identify: ({ accept }) => void setImmediate(accept, 'ann', 'hi') })
    expect(await ends.client(url).connect()).toBe('hi')
  })

  test('[W2] [W3] refuses: connect() rejects, with the code and reason of the close', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ refuse }) => refuse() })
    await expect(ends.client(url).connect('bad')).rejects.toMatchObject(refused)
    expect(server.clients.size).toBe(0)
  })

  for (const nobody of [false, null, undefined, '', 0] as const) {
    test(`refuses by accept(${JSON.stringify(nobody)})`, async (ends) => {
      const { server, url } = await ends.server({ identify: ({ accept }) => accept(nobody as null, { hello: 1 }) })
      const log = serverLog(server)
      await expect(ends.client(url).connect('bad')).rejects.toMatchObject(refused)
      await idle()
      expect(log).toEqual([])
    })
  }

  test('[W2] [Q15] is given everything the client said, and the request', async (ends) => {
    const seen: IdentifyContext[] = []
    const identify: Identify = (context) => {
      seen.push(context)
      context.accept('ann')
    }
    const { server, url } = await ends.server({ identify })
    await ends.client(url).connect({ token: 't' }, { device: 'phone' })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ identity: { token: 't' }, meta: { device: 'phone' }, challenge: null })
    expect(seen[0]?.id).toBe(connOf(server, 'ann').conn_id)
    expect(seen[0]?.request.headers).toBeTypeOf('object')
  })

  test('[W3] [Q15] sees an anonymous client as an empty text with empty meta', async (ends) => {
    const seen: unknown[] = []
    const { url } = await ends.server({
      identify: ({ identity, meta, accept }) => {
        seen.push(identity, meta)
        accept('someone')
      },
    })
    await ends.client(url).connect()
    expect(seen).toEqual(['', {}])
  })

  test('[W2] [Q20] decides once: what it says afterwards changes nothing', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ accept, refuse }) => {
        accept('ann', 1)
        accept('bob', 2)
        refuse()
      },
    })
    const client = ends.client(url)
    expect(await client.connect()).toBe(1)
    await idle()
    expect([...server.clients.keys()]).toEqual(['ann'])
    expect(client.cid).toBe('ann')
  })

  test('lets nobody in whom it has refused before', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ accept, refuse }) => {
        refuse()
        accept('ann')
      },
    })
    await expect(ends.client(url).connect()).rejects.toMatchObject(refused)
    expect(server.clients.size).toBe(0)
  })

  const failures: Record<string, Identify> = {
    throws: () => {
      throw new Error('the database is cold')
    },
    rejects: () => Promise.reject(new Error('the database is cold')),
  }
  for (const [how, identify] of Object.entries(failures)) {
    test(`that ${how} is a fault of the server: the client may try again`, async (ends) => {
      const { server, url } = await ends.server({ identify })
      const failed = server.when.error()
      await expect(ends.client(url).connect()).rejects.toMatchObject({
        code: WSE_ERROR.CONNECT_FAILED,
        details: { disconnected: [WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN] },
      })
      const [error] = await failed
      expect(error).toMatchObject({ code: WSE_ERROR.IDENTIFY_FAILED, cause: { message: 'the database is cold' } })
    })
  }

  test('that never decides is given up after the time a handshake may take', async (ends) => {
    const { server, url } = await ends.server({ identify: () => {}, limits: { handshakeTimeout: 3_000 } })
    const peer = ends.peer(url)
    peer.hi({ identity: 'ann' })
    await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
    await ends.clock.advance(2_999)
    expect(peer.closedWith).toBeNull()
    await ends.clock.advance(1)
    expect(await peer.closed).toEqual({ code: WSE_CLOSE.TRY_AGAIN, reason: WSE_REASON.TRY_AGAIN })
  })

  test('that decides after the client has left lets no ghost in', async (ends) => {
    const users = deferred<string>()
    const { server, url } = await ends.server({ identify: async ({ accept }) => accept(await users.promise) })
    const log = serverLog(server)
    const client = ends.client(url)
    const left = expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
    await client.disconnect()
    await left
    await until(() => server.inspect().links === 0)
    users.resolve('ann')
    await idle()
    expect(server.clients.size).toBe(0)
    expect(log).toEqual([])
  })

  test('that accepts with a welcome nobody can encode lets nobody in', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept('ann', 1n) })
    const log = serverLog(server)
    await expect(ends.client(url).connect()).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(log).toEqual([])
    expect(server.clients.size).toBe(0)
  })
})

it('a server without identify cannot be made', () => {
  const options = {} as { identify: Identify }
  expect(() => new WseServer(options)).toThrow(expect.objectContaining({ code: WSE_ERROR.IDENTIFY_HANDLER_MISSING }))
})
