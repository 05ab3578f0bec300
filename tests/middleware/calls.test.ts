import { WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import { connOf, deferred } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from '../streams/fixture.js'

behaviour('middleware around calls of clients', { codecs: 'all' }, (test) => {
  test('[P7] [P8] [E1] runs server first, in order of use, then that of the procedure, then the handler', async (ends) => {
    const { server, client } = await started(ends)
    const log: string[] = []
    const layer = (name: string) => async (_: unknown, next: () => unknown) => {
      log.push(`${name} in`)
      const result = await next()
      log.push(`${name} out`)
      return result
    }
    server.use(layer('one'))
    server.register('add', (_, { a, b }) => log.push('handler') && a + b, { use: [layer('three'), layer('four')] })
    server.use(layer('two'))
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(log.join()).toBe('one in,two in,three in,four in,handler,four out,three out,two out,one out')
  })

  test('[P7] [E3] knows the call, and adds to what the handler sees', async (ends) => {
    const { server, client, conn } = await started(ends)
    const app = server.use((ctx, next) => {
      const seen = [ctx.kind, ctx.name, ctx.payload, ctx.conn === conn, ctx.user === conn.client]
      return next({ seen, role: 'admin' })
    })
    app.register('who', (by, payload, ctx) => {
      expect([by, ctx.conn, ctx.user.cid, ctx.requestId.length]).toEqual([conn, conn, 'ann', 21])
      return [ctx.seen, ctx.role, payload]
    })
    expect(await client.call('who', 7)).toEqual([['call', 'who', 7, true, true], 'admin', 7])
  })

  test('changes what the handler gets, and what the caller does', async (ends) => {
    const { server, client } = await started(ends)
    server.use(async (ctx, next) => {
      ctx.payload = ctx.payload * 2
      const result: unknown = await next()
      return { result }
    })
    server.register('twice', (_, n) => n)
    expect(await client.call('twice', 4)).toEqual({ result: 8 })
  })

  test('[P7] [E3] answers in place of the handler, or refuses', async (ends) => {
    const { server, client } = await started(ends)
    let ran = 0
    server.register('get', () => ++ran, { use: [() => 'cached'] })
    const no = () => {
      throw new WseError('MEMBERS_ONLY', { plan: 'pro' })
    }
    server.register('close', () => ++ran, { use: [no] })
    expect(await client.call('get')).toBe('cached')
    await expect(client.call('close')).rejects.toMatchObject({ code: 'MEMBERS_ONLY', details: { plan: 'pro' } })
    expect(ran).toBe(0)
  })

  test('that calls next twice fails the call, and only this side learns why', async (ends) => {
    const { server, client } = await started(ends)
    const told = server.when.error()
    server.register('add', () => 1, {
      use: [
        async (_, next) => {
          await next()
          return next()
        },
      ],
    })
    const error: WseError = await client.call('add').catch((thrown) => thrown)
    expect(error.code).toBe(WSE_ERROR.RP_EXECUTION_FAILED)
    expect(JSON.stringify(error)).not.toContain('next')
    expect((await told)[0].message).toBe('add failed: next() was called twice')
  })

  test('that adds what the context has already fails the call', async (ends) => {
    const { server, client } = await started(ends)
    server.register('add', () => 1, { use: [(_, next) => next({ user: 'mallory' })] })
    await expect(client.call('add')).rejects.toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
  })

  test('lets streams through, either way', async (ends) => {
    const { server, client } = await started(ends)
    server.use(async (_, next) => next({ to: 3 }))
    server.register('count', async function* (_, from) {
      for (let n = from; n < 3; n++) yield n
    })
    server.register('sum', async (_, from, { chunks }) => {
      let sum = from
      for await (const n of chunks) sum += n
      return sum
    })
    expect(await all(client.stream('count', 0))).toEqual([0, 1, 2])
    expect(await client.call('sum', 5, { chunks: [1, 2] })).toBe(8)
  })

  test('keeps what a context can do', async (ends) => {
    const { server, client } = await started(ends)
    client.register('confirm', (question) => `${question} yes`)
    server.use((_, next) => next())
    server.register('ask', async (_, question, ctx) => {
      if (question === 'no') throw ctx.error('NO', { question })
      return [await ctx.call('confirm', question), ctx.signal.aborted, ctx.deadline > 0, ctx.trace]
    })
    expect(await client.call('ask', 'sure?', { trace: 't1' })).toEqual(['sure? yes', false, true, 't1'])
    await expect(client.call('ask', 'no')).rejects.toMatchObject({ code: 'NO' })
  })

  test('is not around calls of the SDK itself', async (ends) => {
    const names: string[] = []
    const { server, client } = await started(ends)
    server.use((ctx, next) => {
      names.push(ctx.name)
      return next()
    })
    server.streams.on('up', (_, stream) => stream.writable.close())
    await client.refresh('ann')
    for await (const _ of client.openStream('up').readable) expect(_).toBe('nothing')
    expect(names).toEqual([])
  })

  test('is there for procedures of a client, too', async (ends) => {
    const { client, conn } = await started(ends)
    const app = client.use((ctx, next) => next({ of: `${ctx.kind} ${ctx.name}` }))
    app.register('who', (payload, ctx) => [ctx.of, payload])
    app.register('no', () => 1, { use: [() => 'cached'] })
    expect(await conn.call('who', 1)).toEqual(['call who', 1])
    expect(await conn.call('no')).toBe('cached')
  })

  test('is refused where it is no function', async (ends) => {
    const { server, client } = await started(ends)
    const invalid = (option: string) => expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option } })
    for (const end of [server, client as unknown as typeof server]) {
      expect(() => end.use(5 as never)).toThrow(invalid('use'))
      expect(() => end.intercept(null as never)).toThrow(invalid('intercept'))
      expect(() => end.register('x', () => 1, { use: [5] as never })).toThrow(invalid('options.use'))
      expect(() => end.register('x', () => 1, { timeout: 'soon' as never })).toThrow(invalid('options.timeout'))
      end.register('x', () => 1)
      end.unregister('x')
    }
  })
})

behaviour('a procedure with a time-out', { codecs: 'all' }, (test) => {
  test('[Q6] is given up: its caller is told, and so is its handler', async (ends) => {
    const { server, client } = await started(ends)
    const begun = deferred<AbortSignal>()
    const late = deferred()
    const slow = async (_: unknown, __: unknown, ctx: { signal: AbortSignal; deadline: number }) => {
      expect(ctx.deadline - ends.clock.now()).toBe(500)
      begun.resolve(ctx.signal)
      return late.promise
    }
    server.register('slow', slow, { timeout: 500 })
    const called = client.call('slow').catch((error) => error)
    const signal = await begun.promise
    await ends.clock.advance(500)
    expect(await called).toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
      remote: true,
      details: { certainty: 'delivered' },
    })
    expect(signal.reason).toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    late.resolve('too late')
  })

  test('leaves no timer when it answers in time, and stops a stream that does not end', async (ends) => {
    const { server, client } = await started(ends, { tO: 0 })
    server.register('add', async (_, { a, b }) => a + b, { timeout: 500 })
    server.register('sync', () => 1, { timeout: 500 })
    let stopped = false
    server.register(
      'ticks',
      async function* () {
        try {
          for (let n = 0; ; n++) yield n
        } finally {
          stopped = true
        }
      },
      { timeout: 500 },
    )
    expect([await client.call('add', { a: 1, b: 2 }), await client.call('sync')]).toEqual([3, 1])
    const ticks = client.stream('ticks')
    expect((await ticks.next()).value).toBe(0)
    await ends.clock.advance(500)
    await expect(all(ticks)).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    expect(stopped).toBe(true)
    expect(connOf(server, 'ann').state).toBe('live')
  })
})
