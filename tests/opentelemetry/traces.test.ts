import { context, trace } from '@opentelemetry/api'
import { instrumentClient } from '@wse/opentelemetry'
import { expect } from 'vitest'
import { turn } from '../../packages/testing/src/turn.test-helper.js'
import { behaviour } from '../fixtures/matrix.js'
import { sdk, traced } from './fixture.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`

behaviour('a trace', (test) => {
  test('goes from client to server, back to the client, and on to another client', async (ends) => {
    const { server, client, enter } = await traced(ends)
    const bob = await enter('bob')
    client.register('sure', async (_, ctx) => {
      await turn()
      return ctx.call('name')
    })
    bob.client.register('allow', async () => {
      await turn()
      return true
    })
    server.register('name', (conn) => conn.cid)
    server.register('act', async (_, __, ctx) => {
      await turn()
      const name = await ctx.call('sure')
      return [name, await bob.conn.call('allow')]
    })
    expect(await client.call('act')).toEqual(['ann', true])
    const act = 'client act > server act'
    expect(sdk.tree().sort()).toEqual([
      'client act',
      act,
      `${act} > client allow`,
      `${act} > client allow > server allow`,
      `${act} > client sure`,
      `${act} > client sure > server sure`,
      `${act} > client sure > server sure > client name`,
      `${act} > client sure > server sure > client name > server name`,
    ])
    expect(new Set(sdk.spans.map((span) => span.spanContext().traceId)).size).toBe(1)
    expect(sdk.open).toEqual(new Set())
  })

  test('begins with the active span of who calls', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('add', (_, [a, b]) => a + b)
    const tracer = trace.getTracer('application')
    await tracer.startActiveSpan('page', async (span) => {
      await turn()
      await client.call('add', [1, 2])
      span.end()
    })
    await client.call('add', [3, 4])
    expect(sdk.tree()).toEqual([
      'internal page',
      'internal page > client add',
      'internal page > client add > server add',
      'client add',
      'client add > server add',
    ])
  })

  test('is that of the traceparent an application names', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('add', () => 1)
    await client.call('add', null, { trace: PARENT })
    expect(sdk.tree()).toEqual(['client add', 'client add > server add'])
    expect(sdk.span('client add').parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT.slice(36, 52) })
  })

  test('of a call that is made again has a span for every try, side by side', async (ends) => {
    const { server, url } = await traced(ends)
    let tries = 0
    server.register('flaky', () => {
      if (++tries < 2) throw new Error('busy')
      return tries
    })
    const client = ends.client(url)
    client.intercept(async (_, next) => {
      try {
        return await next()
      } catch {
        return next()
      }
    })
    instrumentClient(client)
    await client.connect('bob')
    expect(await client.call('flaky')).toBe(2)
    const again = ['client flaky', 'client flaky > server flaky']
    expect(sdk.tree()).toEqual([...again, ...again])
  })

  test('does not hang on what was active when the socket was opened', async (ends) => {
    const { server, url } = await traced(ends)
    server.register('add', () => 1)
    const plain = ends.client(url)
    const tracer = trace.getTracer('application')
    await tracer.startActiveSpan('start', async (span) => {
      await plain.connect('bob')
      span.end()
    })
    await context.with(trace.deleteSpan(context.active()), () => plain.call('add'))
    expect(sdk.span('server add').parentSpanContext).toBeUndefined()
  })

  test('is begun anew, and linked, for callers who are not trusted', async (ends) => {
    const { server, client } = await traced(ends, { joinTraces: false })
    server.register('add', () => 1)
    await client.call('add')
    const [called, answered] = [sdk.span('client add'), sdk.span('server add')]
    expect(answered.parentSpanContext).toBeUndefined()
    expect(answered.links.map((link) => link.context.spanId)).toEqual([called.spanContext().spanId])
  })

  test('survives a traceparent that is none', async (ends) => {
    const { server, client } = await traced(ends)
    server.register('add', () => 1)
    for (const bad of ['', 'x', `ff-${TRACE}-b7ad6b7169203331-01`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]) {
      expect(await client.call('add', null, { trace: bad })).toBe(1)
    }
    expect(sdk.spans).toHaveLength(8)
  })
})

behaviour('spans', (test) => {
  test('say what is called, and nothing of who calls and what is sent', async (ends) => {
    const { server, client } = await traced(ends, { attributes: { 'app.room': 'lobby' } })
    server.register('login', (_, { password }) => {
      throw new Error(`${password} is wrong`)
    })
    await client.try('login', { password: 'hunter2' })
    const own = { 'app.room': 'lobby', 'rpc.system.name': 'wse', 'rpc.method': 'login' }
    const failed = { 'rpc.response.status_code': 'wse.server.rp.failed', 'error.type': 'wse.server.rp.failed' }
    for (const span of sdk.spans) {
      expect(span.attributes).toEqual({ ...own, ...failed })
      expect(span.events).toEqual([])
      expect(span.status.message).toBeUndefined()
    }
  })

  test('name the user, and what was thrown, where that is asked for', async (ends) => {
    const { server, client, conn } = await traced(ends, { cid: true, exceptions: true })
    server.register('fail', () => {
      throw new Error('no')
    })
    client.register('ok', () => 1)
    await client.try('fail')
    await conn.call('ok')
    expect(sdk.spans.map((span) => span.attributes['user.id'])).toEqual(Array(4).fill('ann'))
    expect(sdk.span('server fail').events).toMatchObject([{ attributes: { 'exception.message': 'no' } }])
    expect(sdk.span('client fail').events).toEqual([])
  })

  test('are made of messages where that is asked for, each a trace of its own', async (ends) => {
    const { server, client } = await traced(ends, { messages: true })
    const heard = new Promise((resolve) => {
      server.channel.on('chat', (_, text) => resolve([text, trace.getActiveSpan() !== undefined]))
    })
    client.send('chat', 'secret')
    expect(await heard).toEqual(['secret', true])
    const span = sdk.span('consumer chat')
    expect(span.parentSpanContext).toBeUndefined()
    expect(span.attributes).toEqual({
      'messaging.system': 'wse',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'chat',
    })
  })

  test('are made of what is asked of topics, named by what defines them, not by each room', async (ends) => {
    const { server, client } = await traced(ends, { messages: true })
    server.topic('room:{id}', { on: { said: true } })
    const room = await client.subscribe('room:42')
    await room.publish('said', 'secret')
    expect(sdk.span('consumer subscribe room:{id}').attributes['messaging.destination.name']).toBe('room:42')
    expect(sdk.span('consumer publish room:{id}').attributes['messaging.destination.name']).toBe('room:42')
    await room.unsubscribe()
  })

  test('are not made of messages otherwise', async (ends) => {
    const { server, client } = await traced(ends)
    const heard = new Promise((resolve) => server.channel.on('chat', resolve))
    client.send('chat', 1)
    await heard
    expect(sdk.spans).toEqual([])
  })

  test('are not made of what the SDK calls itself', async (ends) => {
    const { server, client, conn } = await traced(ends)
    const opened = new Promise((resolve) => server.streams.on('upload', resolve))
    const stream = client.openStream('upload')
    await opened
    await client.refresh('ann').catch(() => {})
    stream.abort()
    expect([sdk.spans, sdk.open.size, conn.state]).toEqual([[], 0, 'live'])
  })
})
