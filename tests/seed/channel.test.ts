import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('server.channel', { codecs: 'all' }, (test) => {
  test('[W10] [E12] [H18] gives every message with the connection it came by', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('chat', (conn, text) => heard.push([conn.cid, conn.conn_id, text]))
    const client = ends.client(url)
    await client.connect('ann')
    client.send('chat', 'hello')
    client.send('chat', { text: 'hello' })
    client.send('chat')
    await until(() => heard.length === 3)
    const { conn_id } = connOf(server, 'ann')
    expect(heard).toEqual([
      ['ann', conn_id, 'hello'],
      ['ann', conn_id, { text: 'hello' }],
      ['ann', conn_id, undefined],
    ])
  })

  test('[W10] [H18] calls listeners in the order they were added', async (ends) => {
    const { server, url } = await ends.server()
    const heard: number[] = []
    for (const n of [1, 2, 3]) server.channel.on('chat', () => heard.push(n))
    const client = ends.client(url)
    await client.connect()
    client.send('chat')
    await until(() => heard.length === 3)
    expect(heard).toEqual([1, 2, 3])
  })

  test('[W10] [H18] calls once() for one message, and nothing that was taken back by off()', async (ends) => {
    const { server, url } = await ends.server()
    const heard: string[] = []
    const never = () => heard.push('never')
    server.channel.once('chat', (_conn, n) => heard.push(`once ${n}`))
    server.channel.on('chat', (_conn, n) => heard.push(`on ${n}`))
    const takeBack = server.channel.on('chat', never)
    server.channel.on('chat', never)
    takeBack()
    server.channel.off('chat', never)
    const client = ends.client(url)
    await client.connect()
    client.send('chat', 1)
    client.send('chat', 2)
    await until(() => heard.length === 3)
    expect(heard).toEqual(['once 1', 'on 1', 'on 2'])
  })

  test('off() without a listener takes all of a type back', async (ends) => {
    const { server, url } = await ends.server()
    const heard: string[] = []
    server.channel.on('chat', () => heard.push('one'))
    server.channel.on('chat', () => heard.push('two'))
    server.channel.off('chat')
    const client = ends.client(url)
    await client.connect()
    const ignored = server.when.ignored()
    client.send('chat', 5)
    const [conn, type, payload] = await ignored
    expect([conn.cid, type, payload]).toEqual(['anonymous', 'chat', 5])
    expect(heard).toEqual([])
  })

  test('[W12] without a listener tells of the message by when.ignored, and the client stays', async (ends) => {
    const { server, url } = await ends.server()
    server.register('ping', () => 'pong')
    const ignored: unknown[] = []
    server.when.ignored((conn, type, payload) => ignored.push([conn.cid, type, payload]))
    const client = ends.client(url)
    await client.connect('ann')
    client.send('nobody-listens', { n: 1 })
    expect(await client.call('ping')).toBe('pong')
    expect(ignored).toEqual([['ann', 'nobody-listens', { n: 1 }]])
  })

  for (const how of ['throws', 'rejects'] as const) {
    test(`a listener that ${how} harms neither the sender nor other listeners`, async (ends) => {
      const { server, url } = await ends.server()
      const heard: string[] = []
      server.register('ping', () => 'pong')
      server.channel.on('chat', () => {
        if (how === 'rejects') return Promise.reject(new Error('oops'))
        throw new Error('oops')
      })
      server.channel.on('chat', (conn) => heard.push(String(conn.cid)))
      const failed = server.when.error()
      const client = ends.client(url)
      await client.connect('ann')
      client.send('chat')
      const [error, conn] = await failed
      expect(error).toMatchObject({ code: WSE_ERROR.MESSAGE_PROCESSING_ERROR, message: 'oops' })
      expect(conn?.cid).toBe('ann')
      expect(heard).toEqual(['ann'])
      expect(await client.call('ping')).toBe('pong')
    })
  }

  test('takes types that are names of an object’s own parts', async (ends) => {
    const { server, url } = await ends.server()
    const heard: string[] = []
    const names = ['__proto__', 'constructor', 'then', 'toString']
    for (const name of names) server.channel.on(name, () => heard.push(name))
    const client = ends.client(url)
    await client.connect()
    for (const name of names) client.send(name)
    await until(() => heard.length === names.length)
    expect(heard).toEqual(names)
  })
})

behaviour('client.channel', { codecs: 'all' }, (test) => {
  test('[W11] gives every message of the server, in order', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const heard: unknown[] = []
    client.channel.on('news', (payload) => heard.push(payload))
    await client.connect('ann')
    const sent = [0, 'x', null, [1, [2]], { a: { b: true } }]
    for (const payload of sent) server.send('ann', 'news', payload)
    await until(() => heard.length === sent.length)
    expect(heard).toEqual(sent)
  })

  test('[W11] has once() and off(), too', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    const heard: string[] = []
    const never = () => heard.push('never')
    client.channel.once('news', (n) => heard.push(`once ${n}`))
    client.channel.on('news', never)
    client.channel.on('news', (n) => heard.push(`on ${n}`))
    client.channel.off('news', never)
    await client.connect('ann')
    server.send('ann', 'news', 1)
    server.send('ann', 'news', 2)
    await until(() => heard.length === 3)
    expect(heard).toEqual(['once 1', 'on 1', 'on 2'])
  })

  test('[W12] without a listener tells of the message by when.ignored', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const ignored = client.when.ignored()
    server.send('ann', 'news', { n: 1 })
    expect(await ignored).toEqual(['news', { n: 1 }])
  })

  test('a listener that throws is told by when.error, and the client stays READY', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    client.channel.on('news', () => {
      throw new Error('oops')
    })
    await client.connect('ann')
    const failed = client.when.error()
    server.send('ann', 'news')
    expect(await failed).toMatchObject({ code: WSE_ERROR.MESSAGE_PROCESSING_ERROR, message: 'oops' })
    expect(client.status).toBe('READY')
  })
})
