import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/client'
import { expect } from 'vitest'
import { clientLog, connOf, idle, retries, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('client.jump', { codecs: 'all' }, (test) => {
  test('[W22] goes from A to B and back: there first, and only then away', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const [atA, atB] = [serverLog(a.server), serverLog(b.server)]
    const client = ends.client(a.url)
    await client.connect('ann')
    const moved = `ann ${WSE_CLOSE.MOVED} ${WSE_REASON.MOVED}`
    let stillAtA = false
    b.server.when.connected(() => {
      stillAtA = a.server.clients.has('ann')
    })
    expect(await client.jump(b.url)).toEqual({ hello: 'ann' })
    expect(client.url).toBe(b.url)
    expect(stillAtA).toBe(true)
    await until(() => atA.length === 4)
    expect(atA.splice(0)).toEqual(['joined ann', 'connected ann', `disconnected ${moved}`, `left ${moved}`])
    expect(atB).toEqual(['joined ann', 'connected ann'])
    expect(await client.jump(a.url)).toEqual({ hello: 'ann' })
    await until(() => atB.length === 4)
    expect(atA).toEqual(['joined ann', 'connected ann'])
    expect(client.url).toBe(a.url)
  })

  test('stays READY all the way, and tells of the new welcome by ready', async (ends) => {
    const a = await ends.server()
    const b = await ends.server({ identify: ({ accept }) => accept('ann at b', 'welcome to b') })
    const client = ends.client(a.url)
    await client.connect('ann')
    const log = clientLog(client)
    await client.jump(b.url)
    await until(() => a.server.inspect().links === 0)
    expect(log).toEqual(['connected', 'ready "welcome to b"'])
    expect([client.status, client.cid]).toEqual(['READY', 'ann at b'])
  })

  test('sends and calls at the new server from then on; listeners and procedures stay', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    a.server.register('where', () => 'a')
    b.server.register('where', () => 'b')
    const client = ends.client(a.url)
    const heard: unknown[] = []
    client.channel.on('news', (n) => heard.push(n))
    client.register('double', (n) => n * 2)
    await client.connect('ann')
    expect(await client.call('where')).toBe('a')
    await client.jump(b.url)
    expect(await client.call('where')).toBe('b')
    const conn = connOf(b.server, 'ann')
    conn.send('news', 'from b')
    expect(await conn.call('double', 4)).toBe(8)
    expect(heard).toEqual(['from b'])
  })

  test('[W22] takes the last identity and meta where none are given', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const client = ends.client(a.url)
    await client.connect('ann', { device: 'phone' })
    await client.jump(b.url)
    expect(connOf(b.server, 'ann').meta).toEqual({ device: 'phone' })
  })

  test('reads an identity function again', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const asked: unknown[] = []
    const client = ends.client(a.url)
    await client.connect(({ url }: { url: string }) => asked.push(url) && 'ann')
    await client.jump(b.url)
    expect(asked).toEqual([a.url, b.url])
  })

  test('[W22] takes a new identity and meta, which later reconnects use as well', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const client = ends.client(a.url, { re: true })
    const attempts = retries(client)
    await client.connect('ann', 'at a')
    expect(await client.jump(b.url, 'bob', 'at b')).toEqual({ hello: 'bob' })
    connOf(b.server, 'bob').terminate()
    const { delay } = await attempts.next()
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    expect(await ready).toEqual([{ hello: 'bob' }, { resumed: true }])
    expect(connOf(b.server, 'bob').meta).toBe('at b')
    await until(() => a.server.inspect().links === 0)
  })

  test('connects where the client is idle', async (ends) => {
    const b = await ends.server()
    const client = ends.client('ws://127.0.0.1:1')
    const log = clientLog(client)
    expect(await client.jump(b.url, 'ann')).toEqual({ hello: 'ann' })
    expect(log[0]).toBe('updated CONNECTING')
    expect(client.url).toBe(b.url)
  })

  test('while the client connects resolves both', async (ends) => {
    const a = await ends.server({ identify: () => {} })
    const b = await ends.server()
    const client = ends.client(a.url)
    const connecting = client.connect('ann')
    await until(() => a.server.inspect().handshakes === 1)
    expect(await client.jump(b.url)).toEqual({ hello: 'ann' })
    expect(await connecting).toEqual({ hello: 'ann' })
    expect(client.status).toBe('READY')
    await until(() => a.server.inspect().links === 0)
  })

  test('while the client is offline ends the waiting', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server({ heartbeat: false })]
    const client = ends.client(a.url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    const log = clientLog(client)
    connOf(a.server, 'ann').terminate()
    await attempts.next()
    expect(await client.jump(b.url)).toEqual({ hello: 'ann' })
    await ends.clock.advance(60_000)
    await idle()
    expect(log).toEqual([
      'closed 1006',
      'updated OFFLINE',
      'updated RE_CONNECTING',
      'connected',
      'updated READY',
      'ready {"hello":"ann"}',
    ])
    expect(a.server.inspect().links).toBe(0)
  })

  test('refuses a url that is none, and leaves everything as it was', async (ends) => {
    const a = await ends.server()
    const client = ends.client(a.url)
    await client.connect('ann')
    for (const url of ['', 'http://x', 'nonsense']) {
      await expect(client.jump(url)).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
    }
    expect([client.status, client.url]).toEqual(['READY', a.url])
  })
})
