import { WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { started } from '../streams/fixture.js'

behaviour('middleware around messages of clients', { codecs: 'all' }, (test) => {
  test('knows the message, and adds to what listeners see', async (ends) => {
    const { server, client, conn } = await started(ends)
    const app = server.use((ctx, next) => next({ of: [ctx.kind, ctx.name, ctx.payload, ctx.user === conn.client] }))
    const heard: unknown[] = []
    app.channel.on('chat', (by, text, ctx) => heard.push([by === conn, text, ctx.of, ctx.requestId.length]))
    client.send('chat', 'hi')
    await until(() => heard.length > 0)
    expect(heard).toEqual([[true, 'hi', ['message', 'chat', 'hi', true], 21]])
  })

  test('[E1] changes it, swallows it, or refuses it', async (ends) => {
    const { server, client } = await started(ends)
    const heard: unknown[] = []
    const errors: string[] = []
    server.when.error((error, conn) => errors.push(`${error.code} of ${conn?.cid}`))
    server.use((ctx, next) => {
      if (ctx.payload === 'spam') return
      if (ctx.payload === 'bad') throw new WseError('RUDE')
      if (ctx.payload === 'worse') return Promise.reject(new Error('boom'))
      ctx.payload = `${ctx.payload}!`
      return next()
    })
    server.channel.on('chat', (_, text) => heard.push(text))
    for (const text of ['one', 'spam', 'bad', 'worse', 'two']) client.send('chat', text)
    await until(() => heard.length === 2)
    expect(heard).toEqual(['one!', 'two!'])
    expect(errors).toEqual(['RUDE of ann', `${WSE_ERROR.MESSAGE_PROCESSING_ERROR} of ann`])
  })

  test('of one type stands behind that of the server, and before all listeners of it', async (ends) => {
    const { server, client } = await started(ends)
    const log: string[] = []
    server.use((ctx, next) => {
      log.push(`server ${ctx.name}`)
      return next()
    })
    const members = (ctx: { payload: unknown }, next: () => unknown) => log.push('members') && ctx.payload && next()
    const off = server.message('chat', (_, text, ctx) => log.push(`${ctx.kind} ${text}`), { use: [members] })
    server.channel.on('chat', (_, text) => log.push(`other ${text}`))
    server.channel.on('end', () => log.push('end'))
    client.send('chat', 'a')
    client.send('chat', 0)
    client.send('end')
    await until(() => log.includes('end'))
    expect(log.join()).toBe('server chat,members,message a,other a,server chat,members,server end,end')
    expect(() => server.message('chat', () => {}, { log: null })).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }),
    )
    off()
    log.length = 0
    client.send('chat', 'b')
    await until(() => log.length > 1)
    expect(log.join()).toBe('server chat,other b')
  })

  test('keeps their order, though it takes its time with one', async (ends) => {
    const { server, client } = await started(ends)
    const gate = deferred()
    const heard: unknown[] = []
    server.use(async (ctx, next) => {
      if (ctx.payload === 1) await gate.promise
      return next()
    })
    server.channel.on('n', (_, n) => heard.push(n))
    for (const n of [0, 1, 2, 3]) client.send('n', n)
    server.register('now', () => heard.length)
    expect(await client.call('now')).toBe(1)
    const other = ends.client((client as { url: string }).url)
    gate.resolve(null)
    await until(() => heard.length === 4)
    expect(heard).toEqual([0, 1, 2, 3])
    client.send('n', 4)
    await until(() => heard.length === 5)
    expect(other.status).toBe('IDLE')
  })

  test('holds up nobody else', async (ends) => {
    const { server, client, url } = await started(ends)
    const heard: unknown[] = []
    server.use((ctx, next) => (ctx.user.cid === 'ann' ? new Promise(() => {}) : next()))
    server.channel.on('n', (conn, n) => heard.push([conn.cid, n]))
    const bob = ends.client(url)
    await bob.connect('bob')
    client.send('n', 1)
    client.send('n', 2)
    bob.send('n', 3)
    await until(() => heard.length > 0)
    await idle()
    expect(heard).toEqual([['bob', 3]])
  })

  test('that is too slow for what comes costs the link, and nothing that came', async (ends) => {
    const { server, client } = await started(ends, {}, { limits: { callsIn: 4 } })
    const gate = deferred()
    const heard: unknown[] = []
    server.use(async (_, next) => {
      await gate.promise
      return next()
    })
    server.channel.on('n', (_, n) => heard.push(n))
    const closed = client.when.closed()
    for (let n = 0; n < 6; n++) client.send('n', n)
    expect((await closed)[0]).toBe(4004)
    gate.resolve(null)
    await until(() => heard.length === 6)
    expect(heard).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('lets what nobody listens to be ignored, once it let it through', async (ends) => {
    const { server, client } = await started(ends)
    const ignored = server.when.ignored()
    server.use((ctx, next) => {
      ctx.payload = 'seen'
      return next()
    })
    client.send('nobody', 1)
    expect((await ignored).slice(1)).toEqual(['nobody', 'seen'])
  })

  test('finishes what was taken, though its sender has left', async (ends) => {
    const { server, client } = await started(ends)
    const gate = deferred()
    const heard: unknown[] = []
    server.use(async (_, next) => {
      await gate.promise
      return next()
    })
    server.channel.on('n', (_, n) => heard.push(n))
    client.send('n', 1)
    client.send('n', 2)
    const gone = server.when.disconnected()
    await client.disconnect()
    await gone
    gate.resolve(null)
    await until(() => heard.length === 2)
    expect(heard).toEqual([1, 2])
  })

  test('is there for messages to a client, too', async (ends) => {
    const { client, conn } = await started(ends)
    const heard: unknown[] = []
    const app = client.use(async (_, next) => next({ n: 1 }))
    app.channel.on('news', (text, ctx) => heard.push([text, ctx.n, ctx.kind]))
    app.message('quiet', (text, ctx) => heard.push([text, ctx.n]), { use: [(_, next) => next()] })
    conn.send('news', 'a')
    conn.send('quiet', 'b')
    await until(() => heard.length === 2)
    expect(heard).toEqual([
      ['a', 1, 'message'],
      ['b', 1],
    ])
  })
})
