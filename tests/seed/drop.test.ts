import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/server'
import { expect } from 'vitest'
import { clientLog, connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('server.dropClient', (test) => {
  test('[W27] disconnects every device of a user with the reason given, and nobody else', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const clients = [ends.client(url), ends.client(url), ends.client(url)]
    await Promise.all(clients.map((client, i) => client.connect(i < 2 ? 'ann' : 'bob')))
    const closed = clients.slice(0, 2).map((client) => client.when.closed())
    server.dropClient('ann', 'banned')
    expect(await Promise.all(closed)).toEqual([
      [WSE_CLOSE.DROPPED, 'banned'],
      [WSE_CLOSE.DROPPED, 'banned'],
    ])
    expect([...server.clients.keys()]).toEqual(['bob'])
    expect(clients.map((client) => client.status)).toEqual(['OFFLINE', 'OFFLINE', 'READY'])
  })

  test('has no reason where none is given', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const closed = client.when.closed()
    server.dropClient('ann')
    expect(await closed).toEqual([WSE_CLOSE.DROPPED, WSE_REASON.NO_REASON])
  })

  test('does nothing for a user who is not here', async (ends) => {
    const { server } = await ends.server()
    server.dropClient('nobody', 'banned')
    expect(server.clients.size).toBe(0)
  })
})

behaviour('client.drop of a WseIdentity', (test) => {
  test('[W27] disconnects all devices, by BY_SERVER where no reason is given', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const clients = [ends.client(url), ends.client(url)]
    await Promise.all(clients.map((client) => client.connect('ann')))
    const closed = clients.map((client) => client.when.closed())
    server.clients.get('ann')?.drop()
    expect(await Promise.all(closed)).toEqual([
      [WSE_CLOSE.DROPPED, WSE_REASON.BY_SERVER],
      [WSE_CLOSE.DROPPED, WSE_REASON.BY_SERVER],
    ])
    expect(server.clients.size).toBe(0)
  })
})

behaviour('conn.drop', (test) => {
  test('[W27] disconnects this device and leaves the others', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const [phone, laptop] = [ends.client(url), ends.client(url)]
    await phone.connect('ann')
    await laptop.connect('ann')
    const closed = phone.when.closed()
    const [first] = server.clients.get('ann')?.conns.values() ?? []
    first?.drop('lost phone')
    expect(await closed).toEqual([WSE_CLOSE.DROPPED, 'lost phone'])
    expect(server.clients.get('ann')?.conns.size).toBe(1)
    expect(laptop.status).toBe('READY')
  })

  test('is final: a client with re does not come back', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    const log = clientLog(client)
    await client.connect('ann')
    log.length = 0
    const closed = client.when.closed()
    connOf(server, 'ann').drop()
    await closed
    await ends.clock.advance(60_000)
    await idle()
    expect(log).toEqual([`closed ${WSE_CLOSE.DROPPED} ${WSE_REASON.BY_SERVER}`, 'updated OFFLINE'])
    await expect(client.connect('ann')).resolves.toEqual({ hello: 'ann' })
  })

  test('delivers what was sent before it', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const heard: unknown[] = []
    client.channel.on('news', (n) => heard.push(n))
    await client.connect('ann')
    const closed = client.when.closed()
    const conn = connOf(server, 'ann')
    for (let n = 0; n < 100; n++) conn.send('news', n)
    conn.drop('done')
    expect(conn.send('news', 'too late')).toBe('dropped')
    await closed
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  test('may be called again and again, and tells of one end', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const told: unknown[] = []
    server.when.disconnected((_conn, code, reason) => told.push([code, reason]))
    const conn = connOf(server, 'ann')
    conn.drop('first')
    conn.drop('second')
    conn.terminate()
    server.dropClient('ann')
    await until(() => server.inspect().links === 0)
    expect(told).toEqual([[WSE_CLOSE.DROPPED, 'first']])
  })

  for (const [what, reason, kept] of [
    ['too long', 'x'.repeat(200), 'x'.repeat(123)],
    ['too long in bytes', '😀'.repeat(40), '😀'.repeat(30)],
    ['no text', 5 as unknown as string, ''],
  ] as const) {
    test(`never throws for a reason that is ${what}`, async (ends) => {
      const { server, url } = await ends.server()
      const client = ends.client(url)
      await client.connect('ann')
      const closed = client.when.closed()
      connOf(server, 'ann').drop(reason)
      expect(await closed).toEqual([WSE_CLOSE.DROPPED, kept])
    })
  }
})

behaviour('conn.close', (test) => {
  test('[H12] closes with the code and reason given, after what was sent before it', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const heard: unknown[] = []
    client.channel.on('news', (n) => heard.push(n))
    await client.connect('ann')
    const [closed, told] = [client.when.closed(), server.when.disconnected()]
    connOf(server, 'ann').send('news', 1)
    connOf(server, 'ann').close(3210, 'enough')
    expect([await closed, (await told).slice(1), heard]).toEqual([[3210, 'enough'], [3210, 'enough'], [1]])
  })

  test('[H12] is 1000 without a reason where nothing is said, and final', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const closed = client.when.closed()
    connOf(server, 'ann').close()
    expect(await closed).toEqual([WSE_CLOSE.NORMAL, WSE_REASON.NO_REASON])
    await idle()
    expect([client.inspect().reconnectTimers, server.clients.size]).toEqual([0, 0])
  })

  test('[H12] with a code from 4001 to 4499 lets a client with re come back to its session', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const [retrying, resumed] = [client.when.retrying(), server.when.resumed()]
    conn.close(4100, 'maintenance')
    await ends.clock.advance((await retrying).delay)
    expect(await resumed).toBe(conn)
  })

  test('[H12] refuses codes nobody may send', async (ends) => {
    const { server, url } = await ends.server()
    await ends.client(url).connect('ann')
    const conn = connOf(server, 'ann')
    for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000, 4000.5, Number.NaN]) {
      expect(() => conn.close(code)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }))
    }
    expect(conn.state).toBe('live')
  })
})

behaviour('conn.terminate', (test) => {
  test('[H13] cuts the link without a close frame, and tells at once', async (ends) => {
    const { server, url } = await ends.server({ resume: false })
    const client = ends.client(url)
    await client.connect('ann')
    const closed = client.when.closed()
    const told: unknown[] = []
    server.when.disconnected((conn, code) => told.push([conn.cid, code]))
    connOf(server, 'ann').terminate()
    expect(told).toEqual([['ann', 1006]])
    expect((await closed)[0]).toBe(1006)
  })
})
