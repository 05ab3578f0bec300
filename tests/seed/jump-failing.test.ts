import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { clientLog, connOf, deferred, hang, idle, retries, serverLog, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('a jump that fails', (test) => {
  test('because nobody is there leaves the old link untouched', async (ends) => {
    const a = await ends.server()
    a.server.register('where', () => 'a')
    const log = serverLog(a.server)
    const client = ends.client(a.url)
    await client.connect('ann')
    const told = clientLog(client)
    await expect(client.jump(await ends.nowhere(), 'bob')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(await client.call('where')).toBe('a')
    expect([client.status, client.url, client.cid]).toEqual(['READY', a.url, 'ann'])
    expect(log).toEqual(['joined ann', 'connected ann'])
    expect(told).toEqual([])
  })

  test('because the target refuses leaves the old link untouched, and later reconnects as they were', async (ends) => {
    const a = await ends.server()
    const b = await ends.server({ identify: ({ refuse }) => refuse() })
    const client = ends.client(a.url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    await expect(client.jump(b.url, 'bob')).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect([client.status, client.url]).toEqual(['READY', a.url])
    connOf(a.server, 'ann').terminate()
    const { delay } = await attempts.next()
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    expect(await ready).toEqual([{ hello: 'ann' }, { resumed: true }])
  })

  test('because the target says nothing leaves the old link untouched', async (ends) => {
    const a = await ends.server()
    const stage = await ends.stage()
    const client = ends.client(a.url, { connectTimeout: 2_000 })
    await client.connect('ann')
    const failed = expect(client.jump(stage.url)).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_TIMEOUT })
    const peer = await stage.next()
    await peer.next()
    await ends.clock.advance(2_000)
    await failed
    await peer.closed
    expect([client.status, client.url]).toEqual(['READY', a.url])
  })

  test('while the client is offline lets it come back to where it was', async (ends) => {
    const a = await ends.server()
    const client = ends.client(a.url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    connOf(a.server, 'ann').terminate()
    const { delay } = await attempts.next()
    await expect(client.jump(await ends.nowhere())).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED })
    expect(client.status).toBe('RE_CONNECTING')
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    await ready
    expect(client.url).toBe(a.url)
  })
})

behaviour('a jump that is overtaken', (test) => {
  const cancelled = { code: WSE_ERROR.JUMP_CANCELLED }

  test('by another rejects with JUMP_CANCELLED: the last one wins', async (ends) => {
    const [a, b, c] = [await ends.server(), await ends.server(), await ends.server()]
    const atB = serverLog(b.server)
    const client = ends.client(a.url)
    await client.connect('ann')
    const toB = expect(client.jump(b.url)).rejects.toMatchObject(cancelled)
    expect(await client.jump(c.url)).toEqual({ hello: 'ann' })
    await toB
    await until(() => [a, b].every(({ server }) => server.inspect().links === 0))
    expect([client.url, client.status]).toEqual([c.url, 'READY'])
    expect(c.server.clients.has('ann')).toBe(true)
    expect(atB.filter((line) => line.startsWith('joined')).length).toBe(
      atB.filter((line) => line.startsWith('left')).length,
    )
  })

  test('by another in the middle of its handshake rejects as well', async (ends) => {
    const [a, c] = [await ends.server(), await ends.server()]
    const b = await ends.server({ identify: () => {} })
    const client = ends.client(a.url)
    await client.connect('ann')
    const toB = expect(client.jump(b.url)).rejects.toMatchObject(cancelled)
    await until(() => b.server.inspect().handshakes === 1)
    await client.jump(c.url)
    await toB
    await until(() => b.server.inspect().links === 0)
    expect(client.url).toBe(c.url)
  })

  test('by disconnect() rejects with JUMP_CANCELLED, and nothing is left', async (ends) => {
    const a = await ends.server()
    const b = await ends.server({ identify: () => {} })
    const client = ends.client(a.url, { re: true })
    await client.connect('ann')
    const toB = expect(client.jump(b.url)).rejects.toMatchObject(cancelled)
    await until(() => b.server.inspect().handshakes === 1)
    await client.disconnect()
    await toB
    expect(client.status).toBe('OFFLINE')
    await until(() => [a, b].every(({ server }) => server.inspect().links === 0))
    await ends.clock.advance(60_000)
    await idle()
    expect(client.status).toBe('OFFLINE')
  })
})

behaviour('calls in flight during a jump', (test) => {
  test('finish on the old link, which closes after the last of them', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const results = [deferred(), deferred()]
    const started = deferred()
    a.server.register('slow', (_conn, n) => {
      if (n === 1) started.resolve(null)
      return results[n]?.promise
    })
    const client = ends.client(a.url)
    await client.connect('ann')
    const calls = [client.call('slow', 0), client.call('slow', 1)]
    await started.promise
    await client.jump(b.url)
    results[1]?.resolve('one')
    expect(await calls[1]).toBe('one')
    expect(a.server.clients.size).toBe(1)
    expect(client.inspect().retiredSessions).toBe(1)
    const left = a.server.when.left()
    results[0]?.resolve('zero')
    expect(await calls[0]).toBe('zero')
    expect((await left).slice(1)).toEqual([4000, 'wse.moved'])
  })

  test('that do not finish within 5 seconds reject, with what is certain about them', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const started = deferred()
    a.server.register('never', hang(started))
    b.server.register('where', () => 'b')
    const client = ends.client(a.url)
    await client.connect('ann')
    const call = expect(client.call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { rpc: 'never', certainty: 'unknown', disconnected: [4000, 'wse.moved'] },
    })
    await started.promise
    await client.jump(b.url)
    await ends.clock.advance(4_999)
    expect(client.inspect().retiredSessions).toBe(1)
    await ends.clock.advance(1)
    await call
    await until(() => client.inspect().retiredSessions === 0)
    expect(await client.call('where')).toBe('b')
  })

  test('reject when the client disconnects meanwhile', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const started = deferred()
    a.server.register('never', hang(started))
    const client = ends.client(a.url)
    await client.connect('ann')
    const call = expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
    await started.promise
    await client.jump(b.url)
    await client.disconnect()
    await call
    await until(() => a.server.inspect().links === 0)
  })

  test('reject when the old link is lost meanwhile, and the client stays READY at the new server', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    const started = deferred()
    a.server.register('never', hang(started))
    const client = ends.client(a.url, { re: true })
    await client.connect('ann')
    const call = expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
    await started.promise
    await client.jump(b.url)
    const log = clientLog(client)
    connOf(a.server, 'ann').terminate()
    await call
    await idle()
    expect(log).toEqual([])
    expect(client.status).toBe('READY')
  })
})
