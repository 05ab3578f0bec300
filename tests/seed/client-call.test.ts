import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { deferred, hang, idle, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const never = () => new Promise(() => {})

behaviour('the options of client.call', { codecs: 'all' }, (test) => {
  test('[W32] [W33] [P9] time out after tO of the client where there are none', async (ends) => {
    const { server, url } = await ends.server()
    const started = deferred()
    server.register('never', hang(started))
    const client = ends.client(url, { tO: 2 })
    await client.connect()
    let settled = false
    const call = client.call('never').catch((error) => {
      settled = true
      return error
    })
    await started.promise
    await ends.clock.advance(1_999)
    expect(settled).toBe(false)
    await ends.clock.advance(1)
    expect(await call).toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
      remote: false,
      details: { rpc: 'never', certainty: 'unknown' },
    })
  })

  test('[W32] time out after 20 seconds where nothing is said at all', async (ends) => {
    const { server, url } = await ends.server()
    server.register('never', never)
    const client = ends.client(url)
    expect(client.tO).toBe(20)
    await client.connect()
    const failed = expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    await ends.clock.advance(20_000)
    await failed
  })

  test('never time out with 0', async (ends) => {
    const { server, url } = await ends.server()
    const result = deferred()
    server.register('slow', () => result.promise)
    const client = ends.client(url, { tO: 0 })
    await client.connect()
    const calls = [client.call('slow'), client.call('slow', null, { timeout: 0 })]
    await ends.clock.advance(3_600_000)
    result.resolve('at last')
    expect(await Promise.all(calls)).toEqual(['at last', 'at last'])
  })

  test('give each call a time-out of its own', async (ends) => {
    const { server, url } = await ends.server()
    server.register('never', never)
    const client = ends.client(url)
    await client.connect()
    const order: string[] = []
    for (const timeout of [300, 100, 200]) {
      client.call('never', null, { timeout }).catch(({ code }) => order.push(`${timeout} ${code}`))
    }
    await ends.clock.advance(300)
    await until(() => order.length === 3)
    expect(order).toEqual([100, 200, 300].map((timeout) => `${timeout} ${WSE_ERROR.RP_TIMEOUT}`))
  })

  test('drop an answer that comes after the time-out, and the connection stays', async (ends) => {
    const { server, url } = await ends.server()
    const result = deferred()
    server.register('slow', () => result.promise)
    server.register('quick', () => 'quick')
    const client = ends.client(url)
    await client.connect()
    const failed = expect(client.call('slow', null, { timeout: 50 })).rejects.toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
    })
    expect(await client.call('quick')).toBe('quick')
    await ends.clock.advance(50)
    await failed
    result.resolve('late')
    await idle()
    expect(await client.call('quick')).toBe('quick')
    expect(client.inspect().pendingCalls).toBe(0)
  })

  test('give a call up by a signal', async (ends) => {
    const { server, url } = await ends.server()
    const started = deferred()
    server.register('never', hang(started))
    const client = ends.client(url)
    await client.connect()
    const stop = new AbortController()
    const reason = new Error('no longer wanted')
    const failed = expect(client.call('never', null, { signal: stop.signal })).rejects.toMatchObject({
      code: WSE_ERROR.RP_CANCELLED,
      details: { rpc: 'never', certainty: 'unknown' },
      cause: reason,
    })
    await started.promise
    stop.abort(reason)
    await failed
    expect(client.inspect().pendingCalls).toBe(0)
  })

  test('send nothing where the signal is aborted already', async (ends) => {
    const { server, url } = await ends.server()
    let ran = 0
    server.register('f', () => ++ran)
    server.register('g', () => ran)
    const client = ends.client(url)
    await client.connect()
    await expect(client.call('f', null, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: WSE_ERROR.RP_CANCELLED,
      details: { certainty: 'not-sent' },
    })
    expect(await client.call('g')).toBe(0)
  })

  test('change nothing once a call was answered', async (ends) => {
    const { server, url } = await ends.server()
    server.register('f', () => 'ok')
    const client = ends.client(url)
    await client.connect()
    const stop = new AbortController()
    const calls = Array.from({ length: 10 }, () => client.call('f', null, { signal: stop.signal, timeout: 100 }))
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']))
    stop.abort()
    await ends.clock.advance(1_000)
    expect(client.inspect()).toMatchObject({ pendingCalls: 0, callTimers: 0 })
  })

  test('take a queued call back: it is not sent when the link comes', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    const connecting = client.connect('ann')
    const { delay } = await attempts.next()
    const stop = new AbortController()
    const notSent = (code: string) => ({ code, details: { certainty: 'not-sent' } })
    const failed = [
      expect(client.call('f', 1, { signal: stop.signal })).rejects.toMatchObject(notSent(WSE_ERROR.RP_CANCELLED)),
      expect(client.call('f', 2, { timeout: 100 })).rejects.toMatchObject(notSent(WSE_ERROR.RP_TIMEOUT)),
    ]
    stop.abort()
    await ends.clock.advance(100)
    await Promise.all(failed)
    const { server } = await ends.server({}, url)
    const ran: unknown[] = []
    server.register('f', (_conn, n) => ran.push(n))
    const call = client.call('f', 3)
    await ends.clock.advance(delay)
    await connecting
    await call
    expect(ran).toEqual([3])
  })

  test('refuse a time-out that is none', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    await client.connect()
    for (const timeout of [-1, Number.NaN, 2 ** 31, 'x' as unknown as number]) {
      await expect(client.call('f', null, { timeout })).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
    }
  })

  test('let no more calls wait than the limit', async (ends) => {
    const { server, url } = await ends.server()
    server.register('never', never)
    const client = ends.client(url, { limits: { callsOut: 2 } })
    await client.connect()
    const waiting = [client.call('never'), client.call('never')].map((call) => call.catch(({ code }) => code))
    await expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_TOO_MANY })
    await client.disconnect()
    expect(await Promise.all(waiting)).toEqual([WSE_ERROR.RP_DISCONNECT, WSE_ERROR.RP_DISCONNECT])
  })

  test('are answered RP_OVERLOAD beyond what the server runs at once', async (ends) => {
    const { server, url } = await ends.server({ limits: { callsIn: 2 } })
    const result = deferred()
    server.register('slow', () => result.promise)
    const client = ends.client(url)
    await client.connect()
    const running = [client.call('slow'), client.call('slow')]
    await expect(client.call('slow')).rejects.toMatchObject({ code: WSE_ERROR.RP_OVERLOAD, remote: true })
    result.resolve('done')
    expect(await Promise.all(running)).toEqual(['done', 'done'])
    expect(await client.call('slow')).toBe('done')
  })
})
