import { WSE_ERROR, WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import { connOf, idle, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('WSE 4 on a client that connects and comes back', (test) => {
  test('defect 10: close() did not stop a client that was connecting', async (ends) => {
    const stage = await ends.stage()
    for (const re of [false, true]) {
      const client = ends.client(stage.url, { re })
      const closed = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
      expect(client.status).toBe(WSE_STATUS.CONNECTING)
      await client.close()
      await closed
      await ends.clock.advance(60_000)
      expect([client.status, client.inspect().links]).toEqual([WSE_STATUS.OFFLINE, 0])
    }
  })

  test('defect 11: connect() and jump() to a server that said nothing never settled', async (ends) => {
    const stage = await ends.stage()
    const { url } = await ends.server()
    const late = { code: WSE_ERROR.CONNECT_TIMEOUT }
    const client = ends.client(stage.url)
    const connected = expect(client.connect('ann')).rejects.toMatchObject(late)
    await (await stage.next()).next()
    await ends.clock.advance(10_000)
    await connected
    for (const re of [false, true]) {
      const jumper = ends.client(url, { re })
      await jumper.connect('ann')
      const jumped = expect(jumper.jump(stage.url)).rejects.toMatchObject(late)
      await (await stage.next()).next()
      await ends.clock.advance(10_000)
      await jumped
      expect(jumper.status).toBe(WSE_STATUS.READY)
      await jumper.disconnect()
    }
  })

  test('defect 12: jump() while coming back opened a second socket', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 5, heartbeat: false })
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const attempts = retries(client)
    connOf(server, 'ann').terminate()
    await attempts.next()
    await client.jump(url)
    // The session it had waits for its window: a jump begins another.
    await ends.clock.advance(120_000)
    await idle()
    const { links, connections } = server.inspect()
    expect([client.status, client.inspect().links, links, connections]).toEqual([WSE_STATUS.READY, 1, 1, 1])
  })

  test('defect 15: a malformed frame, or a listener that threw, ended a client in Node', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url)
    const errors: unknown[] = []
    client.when.error((error) => errors.push(error.message))
    client.channel.on('news', () => {
      throw new Error('mine')
    })
    client.channel.on('later', () => Promise.reject(new Error('mine too')))
    const connected = client.connect('ann')
    const peer = await stage.next()
    await peer.next()
    peer.welcome()
    await connected
    peer.send(['news', 1])
    peer.send(['later', 1])
    await until(() => errors.length === 2)
    expect([errors, client.status]).toEqual([['mine', 'mine too'], WSE_STATUS.READY])
    peer.send('}{')
    expect((await peer.closed).code).toBe(4500)
    await until(() => client.status === WSE_STATUS.OFFLINE)
    expect(errors.length).toBe(3)
  })

  test('defect 20: a client could not tell a close that is for good from one that is not', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const [dropped, lost] = [ends.client(url, { re: true }), ends.client(url, { re: true })]
    await dropped.connect('ann')
    await lost.connect('bob')
    const attempts = retries(lost)
    const closed = dropped.when.closed()
    server.dropClient('ann')
    await closed
    await server.close()
    expect((await attempts.next()).cause).toMatchObject({ details: { disconnected: [4001, 'wse.restart'] } })
    expect([dropped.status, dropped.inspect().reconnectTimers]).toEqual([WSE_STATUS.OFFLINE, 0])
    expect(lost.status).toBe(WSE_STATUS.RE_CONNECTING)
  })

  test('defect 21: jump dropped the messages sent before it', async (ends) => {
    const [first, second] = [await ends.server(), await ends.server()]
    const heard: unknown[] = []
    first.server.channel.on('n', (_, n) => heard.push(n))
    second.server.channel.on('n', (_, n) => heard.push(n))
    const client = ends.client(first.url)
    await client.connect('ann')
    client.send('n', 1)
    const jumped = client.jump(second.url)
    client.send('n', 2)
    await jumped
    client.send('n', 3)
    await until(() => heard.length === 3)
    expect(heard.sort()).toEqual([1, 2, 3])
  })

  test('defect 22: messages and calls of a client that was coming back were refused', async (ends) => {
    const { server, url } = await ends.server()
    const heard: unknown[] = []
    server.channel.on('n', (_, n) => heard.push(n))
    server.register('count', () => heard.length)
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const attempts = retries(client)
    connOf(server, 'ann').terminate()
    const { delay } = await attempts.next()
    expect([client.send('n', 1), client.send('n', 2)]).toEqual(['queued', 'queued'])
    const counted = client.call('count')
    await ends.clock.advance(delay)
    expect([await counted, heard]).toEqual([2, [1, 2]])
  })

  test('defect 22: between attempts it never waited any longer', async (ends) => {
    const client = ends.client(await ends.nowhere(), { re: true })
    const attempts = retries(client)
    const connecting = expect(client.connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CLOSED })
    const delays: number[] = []
    for (let i = 0; i < 12; i++) {
      const { delay } = await attempts.next()
      delays.push(delay)
      await ends.clock.advance(delay)
    }
    await client.disconnect()
    await connecting
    expect(Math.max(...delays.slice(6))).toBeGreaterThan(Math.max(...delays.slice(0, 3)))
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000)
  })

  test('defect 23: ready came again to who asked late, and connect() inside closed threw', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const heard: unknown[] = []
    client.when.ready((welcome) => heard.push(welcome))
    await idle()
    expect(heard).toEqual([])
    const again = new Promise((resolve) => {
      const off = client.when.closed(() => {
        off()
        resolve(client.connect('bob'))
      })
    })
    server.dropClient('ann')
    expect(await again).toEqual({ hello: 'bob' })
    expect([heard, client.status]).toEqual([[{ hello: 'bob' }], WSE_STATUS.READY])
  })

  test('defect 23: what a client threw was a text', async (ends) => {
    const client = ends.client(await ends.nowhere())
    const notReady = expect.objectContaining({ type: 'wse-error', code: WSE_ERROR.CONNECTION_NOT_READY })
    expect(() => client.send('n')).toThrow(notReady)
    await expect(client.call('n')).rejects.toEqual(notReady)
    await expect(client.connect()).rejects.toBeInstanceOf(Error)
  })
})
