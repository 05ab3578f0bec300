import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const notReady = expect.objectContaining({
  code: WSE_ERROR.CONNECTION_NOT_READY,
  details: expect.objectContaining({ certainty: 'not-sent' }),
})
const queueFull = expect.objectContaining({ code: WSE_ERROR.QUEUE_FULL })

behaviour('client.send', (test) => {
  test('[W13] sends to the server, and says so', async (ends) => {
    const { server, url } = await ends.server()
    const heard = new Promise((resolve) => server.channel.on('chat', (conn, text) => resolve([conn.cid, text])))
    const client = ends.client(url)
    await client.connect('ann')
    expect(client.send('chat', 'hello')).toBe('sent')
    expect(await heard).toEqual(['ann', 'hello'])
  })

  test('[W13] [W33] throws CONNECTION_NOT_READY before connect() and after disconnect(), with re as well', async (ends) => {
    const { url } = await ends.server()
    for (const re of [false, true]) {
      const client = ends.client(url, { re })
      expect(() => client.send('chat')).toThrow(notReady)
      await expect(client.call('f')).rejects.toEqual(notReady)
      await client.connect()
      await client.disconnect()
      expect(() => client.send('chat')).toThrow(notReady)
      await expect(client.call('f')).rejects.toEqual(notReady)
    }
  })

  test('throws CONNECTION_NOT_READY while connecting without re', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const connecting = client.connect()
    expect(() => client.send('chat')).toThrow(notReady)
    await connecting
    expect(client.send('chat')).toBe('sent')
  })

  test('queues with re while the client connects, in order with the calls', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('chat', (_conn, n) => heard.push(n))
    server.register('count', () => heard.length)
    const client = ends.client(url, { re: true })
    const connecting = client.connect('ann')
    for (let n = 0; n < 10; n++) expect(client.send('chat', n)).toBe('queued')
    const counted = client.call('count')
    client.send('chat', 'last')
    await connecting
    expect(await counted).toBe(10)
    await until(() => heard.length === 11)
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 'last'])
  })

  test('[W13] [W21] queues with re while the link is down, and sends it all once it is back', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('chat', (_conn, n) => heard.push(n))
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    client.send('chat', 'before')
    await until(() => heard.length === 1)
    const attempts = retries(client)
    connOf(server, 'ann').terminate()
    const { delay } = await attempts.next()
    expect(client.send('chat', 'while away')).toBe('queued')
    expect(client.inspect().queuedFrames).toBe(1)
    await ends.clock.advance(delay)
    await until(() => heard.length === 2)
    expect(heard).toEqual(['before', 'while away'])
  })

  test('drops what is volatile while there is no link', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('chat', (_conn, n) => heard.push(n))
    const client = ends.client(url, { re: true })
    const connecting = client.connect('ann')
    expect(client.send('chat', 'volatile', { volatile: true })).toBe('dropped')
    client.send('chat', 'kept')
    await connecting
    expect(client.send('chat', 'volatile now', { volatile: true })).toBe('sent')
    await until(() => heard.length === 2)
    expect(heard).toEqual(['kept', 'volatile now'])
  })

  test('throws QUEUE_FULL beyond three quarters of the frames that may wait', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: true, queue: { frames: 4 } })
    const connecting = expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    expect(client.send('a')).toBe('queued')
    expect(client.send('b')).toBe('queued')
    expect(client.send('c')).toBe('queued')
    expect(() => client.send('d')).toThrow(queueFull)
    await expect(client.call('e')).rejects.toEqual(queueFull)
    await client.disconnect()
    await connecting
  })

  test('throws QUEUE_FULL beyond three quarters of the bytes that may wait', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: true, queue: { bytes: 100 } })
    const connecting = expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    const around = '["a",""]'.length
    expect(() => client.send('a', 'x'.repeat(76 - around))).toThrow(queueFull)
    expect(client.send('a', 'x'.repeat(75 - around))).toBe('queued')
    expect(() => client.send('b')).toThrow(queueFull)
    await client.disconnect()
    await connecting
  })

  test('tells by when.error of messages that were queued and never sent', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: true })
    const connecting = expect(client.connect()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    client.send('a')
    client.send('b')
    const errors: unknown[] = []
    client.when.error((error) => errors.push(error))
    const call = expect(client.call('f')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { certainty: 'not-sent' },
    })
    await client.disconnect()
    await call
    await connecting
    const lost = { code: WSE_ERROR.CLOSED, details: { certainty: 'not-sent', frames: 2 } }
    expect(errors).toContainEqual(expect.objectContaining(lost))
  })

  test('refuses names that are none, and payloads that cannot be encoded', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    await client.connect()
    for (const name of ['', '~wse:hi', '~wse:own', 'x'.repeat(129), 5 as unknown as string]) {
      expect(() => client.send(name)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
      await expect(client.call(name)).rejects.toMatchObject({ code: WSE_ERROR.INVALID_NAME })
    }
    const circle: { self?: unknown } = {}
    circle.self = circle
    for (const payload of [1n, circle]) {
      expect(() => client.send('chat', payload)).toThrow(expect.objectContaining({ code: WSE_ERROR.UNSERIALIZABLE }))
      await expect(client.call('f', payload)).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE })
    }
    expect(client.status).toBe('READY')
  })

  test('refuses a frame larger than the server takes, and the link stays', async (ends) => {
    const { server, url } = await ends.server({ limits: { messageBytes: 1_000, helloBytes: 1_000 } })
    server.register('echo', (_conn, text) => text)
    const client = ends.client(url)
    await client.connect()
    const tooLarge = expect.objectContaining({ code: WSE_ERROR.TOO_LARGE })
    expect(() => client.send('chat', 'x'.repeat(1_000))).toThrow(tooLarge)
    await expect(client.call('echo', 'x'.repeat(1_000))).rejects.toEqual(tooLarge)
    expect(await client.call('echo', 'x'.repeat(900))).toHaveLength(900)
  })
})
