import { WSE_ERROR, WseError } from '@wse/server'
import { expect } from 'vitest'
import { connOf, deferred, idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('client.call', { codecs: 'all' }, (test) => {
  test('[W17] [P5] [P9] [Q3] resolves to what the handler returns, or resolves to', async (ends) => {
    const { server, url } = await ends.server()
    server.register('add', (_conn, { a, b }) => a + b)
    server.register('later', async (_conn, n) => {
      await idle(2)
      return n * 2
    })
    const client = ends.client(url)
    await client.connect()
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(await client.call('later', 21)).toBe(42)
  })

  test('[W17] [P5] [Q1] gives the handler the connection of the caller', async (ends) => {
    const { server, url } = await ends.server()
    server.register('who', (conn) => [conn.cid, conn.conn_id, conn.meta])
    const client = ends.client(url)
    await client.connect('ann', { device: 'phone' })
    expect(await client.call('who')).toEqual(['ann', connOf(server, 'ann').conn_id, { device: 'phone' }])
  })

  test('[W17] [Q2] carries any value both ways', async (ends) => {
    const { server, url } = await ends.server()
    server.register('echo', (_conn, value) => value)
    const client = ends.client(url)
    await client.connect()
    const values = [null, 0, '', false, [], {}, [[1], { a: 'ä€😀' }], Uint8Array.of(0, 255), new Uint8Array(0)]
    for (const value of values) expect(await client.call('echo', value)).toEqual(value)
  })

  test('answers nothing as null', async (ends) => {
    const { server, url } = await ends.server()
    server.register('void', () => {})
    const client = ends.client(url)
    await client.connect()
    expect(await client.call('void')).toBeNull()
  })

  test('answers each of many calls with its own result, whatever the order', async (ends) => {
    const { server, url } = await ends.server()
    const waiting: (() => void)[] = []
    server.register('slow', (_conn, n) => new Promise((resolve) => waiting.unshift(() => resolve(n))))
    server.register('release', () => {
      for (const release of waiting.splice(0)) release()
    })
    const client = ends.client(url)
    await client.connect()
    const calls = Array.from({ length: 50 }, (_, n) => client.call('slow', n))
    await client.call('release')
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  test('[W17] [W33] of an unknown procedure rejects with RP_NOT_REGISTERED', async (ends) => {
    const { url } = await ends.server()
    const client = ends.client(url)
    await client.connect()
    for (const name of ['nope', 'constructor', '__proto__']) {
      const error = { code: WSE_ERROR.RP_NOT_REGISTERED, remote: true, details: { rpc: name } }
      await expect(client.call(name)).rejects.toMatchObject(error)
    }
  })

  test('[W17] [P6] [Q5] that throws a WseError rejects with its code, message and details', async (ends) => {
    const { server, url } = await ends.server()
    server.register('withdraw', () => {
      throw new WseError('POOR', { balance: 3 }, { message: 'not enough' })
    })
    const client = ends.client(url)
    await client.connect()
    const error = await client.call('withdraw').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(WseError)
    expect(error).toMatchObject({ code: 'POOR', message: 'not enough', details: { balance: 3 }, remote: true })
  })

  const thrown: Record<string, unknown> = {
    'an Error': new Error('the password is 1234'),
    'a plain object': { password: '1234' },
    'a text': 'the password is 1234',
    nothing: undefined,
  }
  for (const [what, value] of Object.entries(thrown)) {
    for (const how of ['throws', 'rejects with'] as const) {
      test(`that ${how} ${what} rejects with RP_EXECUTION_FAILED and tells nothing more`, async (ends) => {
        const { server, url } = await ends.server()
        server.register('fail', () => {
          if (how === 'rejects with') return Promise.reject(value)
          throw value
        })
        const failed = server.when.error()
        const client = ends.client(url)
        await client.connect('ann')
        const error = await client.call('fail', { token: 't' }).catch((caught) => caught)
        expect(error).toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED, remote: true, details: { rpc: 'fail' } })
        expect(JSON.stringify(error)).not.toContain('1234')
        const [reported, conn] = await failed
        expect([reported.code, reported.cause]).toEqual([WSE_ERROR.RP_EXECUTION_FAILED, value])
        expect(reported.details.errorId).toBe(error.details.errorId)
        expect(conn?.cid).toBe('ann')
      })
    }
  }

  test('whose result cannot be encoded rejects, and the connection stays', async (ends) => {
    const { server, url } = await ends.server()
    const circle: unknown[] = []
    circle.push(circle)
    server.register('circle', () => circle)
    server.register('ok', () => 'ok')
    const client = ends.client(url)
    await client.connect()
    await expect(client.call('circle')).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE })
    expect(await client.call('ok')).toBe('ok')
  })

  test('[W17] [W33] rejects with RP_DISCONNECT, code and reason when the link ends meanwhile', async (ends) => {
    const { server, url } = await ends.server()
    const started = deferred()
    server.register('never', (conn) => {
      started.resolve(null)
      conn.drop('go away')
      return new Promise(() => {})
    })
    const client = ends.client(url)
    await client.connect()
    const failed = expect(client.call('never')).rejects.toMatchObject({
      code: WSE_ERROR.RP_DISCONNECT,
      details: { rpc: 'never', certainty: 'unknown', disconnected: [4506, 'go away'] },
    })
    await started.promise
    await failed
  })

  test('whose caller has left answers nobody', async (ends) => {
    const { server, url } = await ends.server()
    const errors: unknown[] = []
    server.when.error((error) => errors.push(error))
    const [started, result] = [deferred(), deferred()]
    server.register('slow', () => {
      started.resolve(null)
      return result.promise
    })
    const client = ends.client(url)
    await client.connect()
    const gone = expect(client.call('slow')).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
    await started.promise
    const left = server.when.left()
    await client.disconnect()
    await left
    result.resolve('too late')
    await gone
    await idle()
    expect(errors).toEqual([])
  })
})

behaviour('server.register', { codecs: 'all' }, (test) => {
  test('[W17] [W19] takes a name once; unregister makes room for another', async (ends) => {
    const { server, url } = await ends.server()
    server.register('f', () => 1)
    expect(() => server.register('f', () => 2)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.RP_ALREADY_REGISTERED, details: { rpc: 'f' } }),
    )
    const client = ends.client(url)
    await client.connect()
    expect(await client.call('f')).toBe(1)
    server.unregister('f')
    await expect(client.call('f')).rejects.toMatchObject({ code: WSE_ERROR.RP_NOT_REGISTERED })
    server.register('f', () => 2)
    expect(await client.call('f')).toBe(2)
  })

  test('[W19] unregister of a name that is not there throws RP_NOT_REGISTERED', async (ends) => {
    const { server } = await ends.server()
    expect(() => server.unregister('f')).toThrow(expect.objectContaining({ code: WSE_ERROR.RP_NOT_REGISTERED }))
  })

  test('refuses names and handlers that are none', async (ends) => {
    const { server } = await ends.server()
    for (const name of ['', '~wse:hi', 'x'.repeat(129)]) {
      expect(() => server.register(name, () => 1)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
    }
    expect(() => server.register('f', 'x' as unknown as () => 1)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }),
    )
  })
})
