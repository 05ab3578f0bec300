import { WSE_CLOSE, WSE_ERROR, WSE_REASON, WseClient } from '@wse/client'
import { expect, it } from 'vitest'
import { clientLog, connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('client.connect', (test) => {
  test('[W2] takes the identity as a value of any kind', async (ends) => {
    const { url } = await ends.server({ identify: ({ identity, accept }) => accept('x', identity) })
    for (const identity of ['text', 5, true, [1], { token: 't' }]) {
      const client = ends.client(url)
      expect(await client.connect(identity)).toEqual(identity)
      await client.disconnect()
    }
  })

  test('takes the identity as a function, which is told where and which attempt it is for', async (ends) => {
    const { url } = await ends.server()
    const asked: unknown[] = []
    const client = ends.client(url)
    expect(await client.connect((about: unknown) => asked.push(about) && 'ann')).toEqual({ hello: 'ann' })
    expect(asked).toEqual([{ url, attempt: 1 }])
  })

  test('takes the identity as an async function', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    expect(await client.connect(() => idle(2).then(() => 'ann'))).toEqual({ hello: 'ann' })
  })

  for (const how of ['throws', 'rejects'] as const) {
    test(`rejects with the cause where the identity function ${how}`, async (ends) => {
      const { url } = await ends.server()
      const client = ends.client(url)
      const identity = () => {
        if (how === 'rejects') return Promise.reject(new Error('no token'))
        throw new Error('no token')
      }
      await expect(client.connect(identity)).rejects.toMatchObject({
        code: WSE_ERROR.CONNECT_FAILED,
        cause: { message: 'no token' },
      })
      expect(client.status).toBe('OFFLINE')
    })
  }

  test('[W6] sends meta of any kind, and an empty one if there is none', async (ends) => {
    const { url } = await ends.server({ identify: ({ meta, accept }) => accept('x', meta) })
    expect(await ends.client(url).connect('x')).toEqual({})
    expect(await ends.client(url).connect('x', { device: 'phone', n: [1] })).toEqual({ device: 'phone', n: [1] })
  })

  test('[W24] tells who the server took it for', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept('the real ann') })
    const client = ends.client(url)
    expect(client.cid).toBeNull()
    await client.connect({ token: 't' })
    expect(client.cid).toBe('the real ann')
    expect(connOf(server, 'the real ann').cid).toBe(client.cid)
  })

  test('rejects while connecting and while connected, and never throws', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const already = { code: WSE_ERROR.CLIENT_ALREADY_CONNECTED }
    const connecting = client.connect('ann')
    await expect(client.connect('bob')).rejects.toMatchObject(already)
    expect(await connecting).toEqual({ hello: 'ann' })
    await expect(client.connect('bob')).rejects.toMatchObject(already)
    expect(client.status).toBe('READY')
  })

  test('rejects on refusal, also with re, and makes no further attempt', async (ends) => {
    let attempts = 0
    const { url } = await ends.server({ identify: ({ refuse }) => ++attempts && refuse() })
    for (const re of [false, true]) {
      const client = ends.client(url, { re })
      const log = clientLog(client)
      await expect(client.connect('bad')).rejects.toMatchObject({
        code: WSE_ERROR.NOT_AUTHORIZED,
        details: { disconnected: [WSE_CLOSE.NOT_AUTHORIZED, WSE_REASON.NOT_AUTHORIZED] },
      })
      await ends.clock.advance(60_000)
      await idle()
      const told = `closed ${WSE_CLOSE.NOT_AUTHORIZED} ${WSE_REASON.NOT_AUTHORIZED}`
      expect(log).toEqual(['updated CONNECTING', 'connected', told, 'updated OFFLINE'])
    }
    expect(attempts).toBe(2)
  })

  test('rejects without re where nobody listens', async (ends) => {
    const client = ends.client(await ends.nowhere())
    await expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(client.status).toBe('OFFLINE')
  })

  test('works again after it was rejected', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url)
    await expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    await ends.server({}, url)
    expect(await client.connect('ann')).toEqual({ hello: 'ann' })
  })

  test('gives up on a server that opens the link and says nothing', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { connectTimeout: 4_000 })
    const failed = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_TIMEOUT })
    const peer = await stage.next()
    await peer.next()
    await ends.clock.advance(3_999)
    expect(client.status).toBe('CONNECTING')
    await ends.clock.advance(1)
    await failed
    expect(client.status).toBe('OFFLINE')
  })

  test('rejects at once where the identity or meta cannot be encoded, and leaves no timer', async (ends) => {
    const { url } = await ends.server()
    for (const [identity, meta] of [
      [1n, {}],
      ['ann', 1n],
    ]) {
      const client = ends.client(url, { re: true })
      await expect(client.connect(identity, meta)).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE })
      expect(client.status).toBe('OFFLINE')
    }
  })

  test('can be called again from a listener of closed, and from what its rejection runs', async (ends) => {
    let refuse = true
    const { url } = await ends.server({
      identify: (context) => (refuse ? context.refuse() : context.accept('ann', 'welcome')),
    })
    const client = ends.client(url)
    const again = new Promise((resolve) => {
      const off = client.when.closed(() => {
        off()
        refuse = false
        resolve(client.connect('ann'))
      })
    })
    await expect(client.connect('bad')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect(await again).toBe('welcome')
    expect(client.status).toBe('READY')
    await client.disconnect()
    refuse = true
    await client.connect('bad').catch(() => {
      refuse = false
      return client.connect('ann')
    })
    expect(client.status).toBe('READY')
  })

  test('can be called again from a listener of closed, after a link that was READY', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const log = clientLog(client)
    await client.connect('ann')
    log.length = 0
    const again = new Promise((resolve) => {
      const off = client.when.closed(() => {
        off()
        resolve(client.connect('ann'))
      })
    })
    connOf(server, 'ann').drop('bye')
    expect(await again).toEqual({ hello: 'ann' })
    await until(() => log.length >= 5)
    expect(log).toEqual([
      'closed 4506 bye',
      'updated OFFLINE',
      'updated CONNECTING',
      'connected',
      'updated READY',
      'ready {"hello":"ann"}',
    ])
  })
})

it('a client without a url cannot be made', () => {
  for (const url of [undefined, '', 'http://x', 'ws:', 'ws://a b']) {
    expect(() => new WseClient({ url })).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }))
  }
})
