import { WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from '../streams/fixture.js'

behaviour('an interceptor', { codecs: 'all' }, (test) => {
  test('stands around own calls, the first outermost, and may change how they are made', async (ends) => {
    const { server, client } = await started(ends)
    server.register('echo', (_, payload, { trace }) => [payload, trace])
    const log: unknown[] = []
    client.intercept(async (call, next) => {
      log.push([call.kind, call.name, call.payload, call.options])
      const options = { ...call.options }
      call.options.trace = 'trace'
      const result = await next()
      log.push(result)
      return [...result, options.timeout]
    })
    const off = client.intercept((call, next) => {
      call.payload = `${call.payload}!`
      return next()
    })
    const options = { timeout: 500 }
    expect(await client.call('echo', 'hi', options)).toEqual(['hi!', 'trace', 500])
    expect(log[1]).toEqual(['hi!', 'trace'])
    expect(options).toEqual({ timeout: 500 })
    off()
    expect(await client.call('echo', 'hi')).toEqual(['hi', 'trace', undefined])
  })

  test('answers from a cache, or refuses, without a call', async (ends) => {
    const { client } = await started(ends)
    client.intercept((call, next) => {
      if (call.name === 'no') throw new WseError('NOT_NOW')
      return call.name === 'cached' ? 7 : next()
    })
    expect(await client.call('cached')).toBe(7)
    await expect(client.call('no')).rejects.toMatchObject({ code: 'NOT_NOW' })
    expect(await client.try('no')).toMatchObject({ ok: false, error: { code: 'NOT_NOW' } })
    await expect(client.call('other')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
  })

  test('[W34] makes a call again by going on again', async (ends) => {
    const { server, client } = await started(ends)
    let tries = 0
    server.register('flaky', () => {
      if (++tries < 3) throw new WseError('BUSY')
      return tries
    })
    client.intercept(async (_, next) => {
      for (;;) {
        try {
          return await next()
        } catch (error) {
          if (!(error instanceof WseError) || error.code !== 'BUSY') throw error
        }
      }
    })
    expect(await client.call('flaky')).toBe(3)
  })

  test('stands around streams, and may put others in their place', async (ends) => {
    const { server, client } = await started(ends)
    server.register('count', async function* (_, to) {
      for (let n = 0; n < to; n++) yield n
      return 'end'
    })
    client.intercept(async (call, next) => {
      if (call.payload === 'cached') return [7, 8]
      if (call.payload === 'no') throw new WseError('NOT_NOW')
      await Promise.resolve()
      call.payload += 1
      return next()
    })
    const counted = client.stream('count', 1)
    expect([await counted.next(), await counted.next(), await counted.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
      { done: true, value: 'end' },
    ])
    expect(await all(client.stream('count', 'cached'))).toEqual([7, 8])
    await expect(all(client.stream('count', 'no'))).rejects.toMatchObject({ code: 'NOT_NOW' })
    client.stream('count', 'no')
    for await (const n of client.stream('count', 1_000_000)) if (n === 3) break
    expect(client.inspect().pendingCalls).toBe(0)
  })

  test('of a server knows whom it calls, also within a call being answered', async (ends) => {
    const { server, client, conn } = await started(ends)
    client.register('confirm', () => true)
    server.register('ask', (_, __, ctx) => ctx.call('confirm'))
    const calls: unknown[] = []
    server.intercept((call, next) => {
      calls.push([call.name, call.conn === conn, call.options.within !== undefined])
      return next()
    })
    expect([await conn.call('confirm'), await client.call('ask')]).toEqual([true, true])
    expect(calls).toEqual([
      ['confirm', true, false],
      ['confirm', true, true],
    ])
  })
})
