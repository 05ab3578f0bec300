import { WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import { connOf, deferred, hang } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('conn.call', { codecs: 'all' }, (test) => {
  test('[W18] resolves to what the client answers', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    client.register('double', (n) => n * 2)
    client.register('later', async (text) => `${text}!`)
    await client.connect('ann')
    expect(await connOf(server, 'ann').call('double', 21)).toBe(42)
    expect(await connOf(server, 'ann').call('later', 'hi')).toBe('hi!')
  })

  test('[W18] asks this device only', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    for (const device of ['phone', 'laptop']) {
      const client = ends.client(url)
      client.register('device', () => device)
      await client.connect('ann', device)
    }
    const conns = [...(server.clients.get('ann')?.conns.values() ?? [])]
    expect(await Promise.all(conns.map((conn) => conn.call('device')))).toEqual(conns.map(({ meta }) => meta))
  })

  test('of an unknown procedure rejects with RP_NOT_REGISTERED', async (ends) => {
    const { server, url } = await ends.server()
    await ends.client(url).connect('ann')
    await expect(connOf(server, 'ann').call('nope')).rejects.toMatchObject({
      code: WSE_ERROR.RP_NOT_REGISTERED,
      remote: true,
    })
  })

  test('that throws a WseError rejects with it; with anything else it learns nothing', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    client.register('own', () => {
      throw new WseError('BUSY', { until: 5 })
    })
    client.register('vanilla', () => {
      throw new Error('secret')
    })
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    await expect(conn.call('own')).rejects.toMatchObject({ code: 'BUSY', details: { until: 5 }, remote: true })
    const failed = client.when.error()
    const error = await conn.call('vanilla').catch((thrown) => thrown)
    expect(error.code).toBe(WSE_ERROR.RP_EXECUTION_FAILED)
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(await failed).toMatchObject({ cause: { message: 'secret' } })
  })

  test('[W18] [W32] times out after tO of the server', async (ends) => {
    const { server, url } = await ends.server({ tO: 3 })
    const started = deferred()
    const client = ends.client(url)
    client.register('never', hang(started))
    await client.connect('ann')
    const failed = expect(connOf(server, 'ann').call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_TIMEOUT,
      details: { rpc: 'never', certainty: 'unknown' },
    })
    await started.promise
    await ends.clock.advance(3_000)
    await failed
  })

  test('rejects with RP_DISCONNECT when its device leaves, though others stay and go', async (ends) => {
    const { server, url } = await ends.server()
    const [ann, bob] = [ends.client(url), ends.client(url)]
    const started = deferred()
    ann.register('never', hang(started))
    await Promise.all([ann.connect('ann'), bob.connect('bob')])
    const failed = expect(connOf(server, 'ann').call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { disconnected: [1000, 'bye'] },
    })
    await started.promise
    await bob.disconnect()
    await ann.disconnect('bye')
    await failed
  })

  test('can be made from inside a handler, both ways at once', async (ends) => {
    const { server, url } = await ends.server()
    server.register('sum', async (conn, list) => {
      let sum = 0
      for (const n of list) sum += await conn.call('weigh', n)
      return sum
    })
    server.register('factor', () => 10)
    const client = ends.client(url)
    client.register('weigh', async (n) => n * (await client.call('factor')))
    await client.connect('ann')
    expect(await client.call('sum', [1, 2, 3])).toBe(60)
  })

  test('is answered by the one it asked: others cannot', async (ends) => {
    const { server, url } = await ends.server()
    const asked = deferred()
    const answer = deferred()
    const ann = ends.client(url)
    ann.register('ask', () => {
      asked.resolve(null)
      return answer.promise
    })
    await ann.connect('ann')
    const mallory = ends.peer(url)
    await mallory.greet({ identity: 'mallory' })
    const call = connOf(server, 'ann').call('ask')
    await asked.promise
    for (let stamp = 1; stamp < 20; stamp++) mallory.send(['~wse:response', 'forged', stamp])
    mallory.send(['nope', null, 21])
    await mallory.next()
    answer.resolve('genuine')
    expect(await call).toBe('genuine')
  })
})

behaviour('client.register', { codecs: 'all' }, (test) => {
  test('[W18] [W19] takes a name once, before or after connecting; unregister takes it back', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    client.register('f', () => 1)
    expect(() => client.register('f', () => 2)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.RP_ALREADY_REGISTERED }),
    )
    expect(await conn.call('f')).toBe(1)
    client.unregister('f')
    await expect(conn.call('f')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
    expect(() => client.unregister('f')).toThrow(expect.objectContaining({ code: WSE_ERROR.RP_NOT_REGISTERED }))
  })

  test('[W18] [W21] keeps what is registered over a reconnect', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url, { re: true })
    client.register('f', () => 'still here')
    await client.connect('ann')
    const retrying = client.when.retrying()
    connOf(server, 'ann').terminate()
    const { delay } = await retrying
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    await ready
    expect(await connOf(server, 'ann').call('f')).toBe('still here')
  })
})
