import { WSE_ERROR, WSE_REASON } from '@wse/client'
import { expect } from 'vitest'
import { clientLog, connOf, deferred, hang, idle, retries, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const closed = { code: WSE_ERROR.CLOSED }

behaviour('client.disconnect', (test) => {
  test('[W23] closes with 1000 and BY_CLIENT, or the reason given, and resolves when the link is gone', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    for (const reason of [undefined, 'time for bed']) {
      const client = ends.client(url)
      await client.connect('ann')
      await client.disconnect(reason)
      expect(client.inspect().links).toBe(0)
      await until(() => log.length === 4)
      expect(log.splice(0).at(-1)).toBe(`left ann 1000 ${reason ?? WSE_REASON.BY_CLIENT}`)
    }
  })

  test('is close() by its WSE 4 name', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const left = server.when.left()
    await client.close('bye')
    expect((await left).slice(1)).toEqual([1000, 'bye'])
    expect(client.status).toBe('OFFLINE')
  })

  test('does nothing when idle, and nothing the second time', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    const log = clientLog(client)
    await client.disconnect()
    expect([client.status, log]).toEqual(['IDLE', []])
    await client.connect()
    log.length = 0
    await Promise.all([client.disconnect('one'), client.disconnect('two')])
    await client.disconnect('three')
    expect(log).toEqual(['closed 1000 one', 'updated OFFLINE'])
  })

  for (const re of [false, true]) {
    test(`while connecting rejects connect() with CLOSED, ${re ? 'with' : 'without'} re`, async (ends) => {
      const { server, url } = await ends.server({ identify: () => {} })
      const client = ends.client(url, { re })
      const log = clientLog(client)
      const connecting = expect(client.connect('ann')).rejects.toMatchObject(closed)
      await client.disconnect()
      await connecting
      await ends.clock.advance(60_000)
      await idle()
      expect(client.status).toBe('OFFLINE')
      expect(log.filter((line) => line.startsWith('updated'))).toEqual(['updated CONNECTING', 'updated OFFLINE'])
      await until(() => server.inspect().links === 0)
    })

    test(`in the middle of the handshake rejects connect() as well, ${re ? 'with' : 'without'} re`, async (ends) => {
      const { server, url } = await ends.server({ identify: () => {} })
      const client = ends.client(url, { re })
      const connecting = expect(client.connect('ann')).rejects.toMatchObject(closed)
      await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
      await client.disconnect()
      await connecting
      await until(() => server.inspect().links === 0)
      expect(client.status).toBe('OFFLINE')
    })
  }

  test('while the identity function is awaited opens no link at all', async (ends) => {
    const { server, url } = await ends.server()
    const token = deferred<string>()
    const client = ends.client(url)
    const connecting = expect(client.connect(() => token.promise)).rejects.toMatchObject(closed)
    await client.disconnect()
    await connecting
    token.resolve('ann')
    await idle()
    expect(client.status).toBe('OFFLINE')
    expect(server.inspect().links).toBe(0)
  })

  test('[W23] while waiting to come back ends the waiting', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const log = clientLog(client)
    const attempts = retries(client)
    connOf(server, 'ann').terminate()
    await attempts.next()
    // One is the server's: the window of the session, which cannot learn that nobody comes for it.
    expect([ends.clock.armed, server.inspect().suspended]).toEqual([2, 1])
    await client.disconnect()
    expect([ends.clock.armed, server.inspect().suspended]).toEqual([1, 1])
    await ends.clock.advance(120_000)
    await idle()
    expect(log).toEqual(['closed 1006', 'updated OFFLINE', 'updated RE_CONNECTING', 'updated OFFLINE'])
    expect([ends.clock.armed, server.clients.size]).toEqual([0, 0])
  })

  test('rejects a connect() that has been waiting for its first success', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: true })
    const attempts = retries(client)
    const connecting = expect(client.connect('ann')).rejects.toMatchObject(closed)
    await attempts.next()
    await client.disconnect()
    await connecting
  })

  test('rejects calls in flight, with what is certain about them', async (ends) => {
    const { server, url } = await ends.server()
    const started = deferred()
    server.register('never', hang(started))
    const client = ends.client(url)
    await client.connect()
    const failed = expect(client.call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { rpc: 'never', certainty: 'unknown', disconnected: [1000, 'bye'] },
    })
    await started.promise
    await client.disconnect('bye')
    await failed
  })

  test('delivers what was sent before it', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('chat', (_conn, n) => heard.push(n))
    const client = ends.client(url)
    await client.connect()
    for (let n = 0; n < 50; n++) client.send('chat', n)
    const left = server.when.left()
    await client.disconnect()
    await left
    expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  test('may be followed by connect() in the same tick', async (ends) => {
    const { server, url } = await ends.server()
    const log = serverLog(server)
    const client = ends.client(url)
    await client.connect('ann')
    const gone = client.disconnect()
    expect(await client.connect('bob')).toEqual({ hello: 'bob' })
    await gone
    expect(client.status).toBe('READY')
    expect(client.cid).toBe('bob')
    await until(() => log.includes('left ann 1000 wse.by-client'))
    expect([...server.clients.keys()]).toEqual(['bob'])
  })

  test('may be followed by connect() in the same tick while connecting', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const first = expect(client.connect('ann')).rejects.toMatchObject(closed)
    void client.disconnect()
    const second = client.connect('bob')
    await first
    expect(await second).toEqual({ hello: 'bob' })
    await until(() => server.inspect().links === 1)
    expect([...server.clients.keys()]).toEqual(['bob'])
  })

  test('may be followed by connect() in the same tick while waiting to come back', async (ends) => {
    const { server, url } = await ends.server({ heartbeat: false })
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const attempts = retries(client)
    connOf(server, 'ann').terminate()
    await attempts.next()
    void client.disconnect()
    expect(await client.connect('bob')).toEqual({ hello: 'bob' })
    expect(connOf(server, 'ann').state).toBe('suspended')
    await ends.clock.advance(120_000)
    await idle()
    expect([...server.clients.keys()]).toEqual(['bob'])
    expect(server.inspect().links).toBe(1)
  })
})
