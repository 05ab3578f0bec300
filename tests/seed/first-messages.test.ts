import { expect } from 'vitest'
import { idle, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('listeners attached right after await connect()', (test) => {
  test('hear what the server sent in its connected listener', async (ends) => {
    const { server, url } = await ends.server()
    server.when.connected((conn) => {
      for (let n = 0; n < 20; n++) conn.send('news', n)
    })
    const client = ends.client(url)
    await client.connect('ann')
    const heard: unknown[] = []
    client.channel.on('news', (n) => heard.push(n))
    client.when.ignored((type) => heard.push(`ignored ${type}`))
    await until(() => heard.length === 20)
    expect(heard).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  test('hear it also when the server drops the client right after', async (ends) => {
    const { server, url } = await ends.server()
    server.when.connected((conn) => {
      conn.send('news', 'you are banned')
      conn.drop('banned')
    })
    const client = ends.client(url)
    await client.connect('ann')
    const heard: unknown[] = []
    client.channel.on('news', (text) => heard.push(text))
    client.when.closed((code, reason) => heard.push(`${code} ${reason}`))
    await until(() => heard.length === 2)
    expect(heard).toEqual(['you are banned', '4506 banned'])
  })

  test('answer what the server called in its connected listener', async (ends) => {
    const { server, url } = await ends.server()
    const answers: unknown[] = []
    server.when.connected(async (conn) => answers.push(await conn.call('name')))
    const client = ends.client(url)
    await client.connect('ann')
    client.register('name', () => 'Ann')
    await until(() => answers.length === 1)
    expect(answers).toEqual(['Ann'])
  })

  test('hear it when connect() waited for its first success', async (ends) => {
    const url = await ends.nowhere()
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    const connecting = client.connect('ann')
    const { delay } = await attempts.next()
    const { server } = await ends.server({}, url)
    server.when.connected((conn) => conn.send('news', 'first'))
    const heard: unknown[] = []
    const attached = connecting.then(() => void client.channel.on('news', (n) => heard.push(n)))
    await ends.clock.advance(delay)
    await attached
    await until(() => heard.length === 1)
    expect(heard).toEqual(['first'])
  })

  test('hear it after await jump() as well', async (ends) => {
    const [a, b] = [await ends.server(), await ends.server()]
    b.server.when.connected((conn) => conn.send('news', 'from b'))
    const client = ends.client(a.url)
    await client.connect('ann')
    await client.jump(b.url)
    const heard: unknown[] = []
    client.channel.on('news', (text) => heard.push(text))
    await until(() => heard.length === 1)
    expect(heard).toEqual(['from b'])
  })
})

behaviour('listeners attached in the tick of connected', (test) => {
  test('hear what a client sends at once', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.when.connected((conn) => {
      server.channel.on('chat', (from, text) => from === conn && heard.push(text))
      server.register('f', () => 'answered')
    })
    const client = ends.client(url, { re: true })
    const connecting = client.connect('ann')
    client.send('chat', 'hello')
    const call = client.call('f')
    await connecting
    expect(await call).toBe('answered')
    expect(heard).toEqual(['hello'])
  })

  test('hear what a WSE 4 client sent with its hi', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.when.connected(() => void server.channel.on('chat', (_conn, text) => heard.push(text)))
    const peer = ends.peer(url)
    peer.hi({ version: 4, identity: 'ann', meta: {} })
    peer.send(['chat', 'hello', null])
    await until(() => heard.length === 1)
    await idle()
    expect(heard).toEqual(['hello'])
  })
})
