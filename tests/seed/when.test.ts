import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { connOf, idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('server.when without a listener', (test) => {
  test('[W26] is a promise of the next occurrence: its one argument, or all of them', async (ends) => {
    const { server, url } = await ends.server()
    const [joined, connected] = [server.when.joined(), server.when.connected()]
    const client = ends.client(url)
    await client.connect('ann', 'meta')
    const conn = connOf(server, 'ann')
    expect(await connected).toBe(conn)
    expect(await joined).toEqual([conn.client, 'meta'])
    const ignored = server.when.ignored()
    client.send('what', 1)
    expect(await ignored).toEqual([conn, 'what', 1])
    const [disconnected, left] = [server.when.disconnected(), server.when.left()]
    await client.disconnect('bye')
    expect(await disconnected).toEqual([conn, 1000, 'bye'])
    expect(await left).toEqual([conn.client, 1000, 'bye'])
  })

  test('never gives what happened before', async (ends) => {
    const { server, url } = await ends.server()
    await ends.client(url).connect('ann')
    const next = server.when.connected()
    await ends.client(url).connect('bob')
    expect((await next).cid).toBe('bob')
  })

  test('rejects with CLOSED when the server closes, and at once afterwards', async (ends) => {
    const { server } = await ends.server()
    const waiting = expect(server.when.joined()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    await server.close()
    await waiting
    await expect(server.when.joined()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
  })

  test('can be given up by a signal', async (ends) => {
    const { server } = await ends.server()
    const stop = new AbortController()
    const waiting = expect(server.when.joined({ signal: stop.signal })).rejects.toThrow('enough')
    expect(server.inspect().waiting).toBe(1)
    stop.abort(new Error('enough'))
    await waiting
    expect(server.inspect().waiting).toBe(0)
    await expect(server.when.joined({ signal: stop.signal })).rejects.toThrow('enough')
  })
})

behaviour('client.when', (test) => {
  test('without a listener is a promise of the next occurrence', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const [connected, ready, updated] = [client.when.connected(), client.when.ready(), client.when.updated()]
    await client.connect('ann')
    expect(await connected).toBeUndefined()
    expect(await ready).toEqual([{ hello: 'ann' }, { resumed: false }])
    expect(await updated).toBe('CONNECTING')
    const ignored = client.when.ignored()
    server.send('ann', 'what', 1)
    expect(await ignored).toEqual(['what', 1])
    const closed = client.when.closed()
    server.dropClient('ann', 'bye')
    expect(await closed).toEqual([4506, 'bye'])
  })

  test('rejects with CLOSED when the client is disconnected, and works again after connect()', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const waiting = expect(client.when.ignored()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    await client.disconnect()
    await waiting
    const ready = client.when.ready()
    await client.connect('bob')
    expect(await ready).toEqual([{ hello: 'bob' }, { resumed: false }])
    expect(server.clients.has('bob')).toBe(true)
  })

  test('rejects with CLOSED when the server sends the client away for good', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const waiting = expect(client.when.ignored()).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    server.dropClient('ann')
    await waiting
  })

  test('goes on waiting while a client with re comes back', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const ignored = client.when.ignored()
    const [retrying, ready] = [client.when.retrying(), client.when.ready()]
    connOf(server, 'ann').terminate()
    const { delay, attempt, cause } = await retrying
    expect(attempt).toBe(1)
    expect(cause).toMatchObject({ details: { disconnected: [1006, ''] } })
    await ends.clock.advance(delay)
    await ready
    server.send('ann', 'what')
    expect(await ignored).toEqual(['what', undefined])
  })

  test('[W25] with a listener gives a way to unsubscribe', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const heard: unknown[] = []
    const off = client.when.ready((welcome) => heard.push(welcome))
    await client.connect('ann')
    off()
    await client.disconnect()
    await client.connect('bob')
    await idle()
    expect(heard).toEqual([{ hello: 'ann' }])
  })

  test('does not replay what is over: a late listener of ready waits for the next', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    await client.disconnect()
    const heard: unknown[] = []
    client.when.ready((welcome) => heard.push(welcome))
    await idle()
    expect(heard).toEqual([])
  })

  test('[W25] is not stopped by a listener that throws, nor by a throwing listener of error', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const heard: string[] = []
    client.when.ready(() => {
      throw new Error('oops')
    })
    client.when.ready(() => heard.push('ready'))
    client.when.error((error) => {
      heard.push(error.message)
      throw new Error('oops again')
    })
    await client.connect('ann')
    expect(heard).toEqual(['oops', 'ready'])
    expect(client.status).toBe('READY')
  })
})
