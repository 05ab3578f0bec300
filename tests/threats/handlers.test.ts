import { WSE_ERROR } from '@wse/client'
import { WseError } from '@wse/server'
import { expect } from 'vitest'
import { connOf, deferred, idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'

const circular: Record<string, unknown> = { name: 'secret' }
circular.self = circular

const THROWN: readonly [string, () => unknown][] = [
  ['null', () => null],
  ['undefined', () => undefined],
  ['5', () => 5],
  ['a circle', () => circular],
  ['a BigInt inside', () => ({ n: 1n })],
  ['an Error whose message throws', () => Object.defineProperty(new Error('x'), 'message', { get: explode })],
  ['a Proxy that throws', () => new Proxy({}, { get: explode, getPrototypeOf: explode })],
  [
    'a getter that throws',
    () => ({
      get secret() {
        return explode()
      },
    }),
  ],
  ['a thenable whose then throws', () => Object.defineProperty({}, 'then', { get: explode })],
  ['a function', () => () => 'secret'],
  ['an Error with a secret and a stack', () => new Error('secret at /etc/passwd')],
  ['what only looks like a WseError', () => ({ type: 'wse-error' })],
]

behaviour('a handler that fails', (test) => {
  for (const [what, make] of THROWN) {
    test(`[Q5] T53 by ${what}, thrown or rejected, answers its caller with safe text alone`, async (ends) => {
      const { server, url } = await startServer(ends)
      const errors: WseError[] = []
      server.when.error((error) => errors.push(error))
      server.register('throws', () => {
        throw make()
      })
      server.register('rejects', () => Promise.reject(make()))
      const client = ends.client(url)
      await client.connect('ann')
      for (const rpc of ['throws', 'rejects']) {
        const error: WseError = await client.call(rpc, { password: 'secret' }).then(fail, (thrown) => thrown)
        expect(error.code).toBe(WSE_ERROR.RP_EXECUTION_FAILED)
        expect(error.details).toEqual({ rpc, errorId: expect.any(String) })
        expect(JSON.stringify(error)).not.toMatch(/secret|passwd|stack| at /)
        expect(errors.at(-1)?.details).toEqual(error.details)
      }
      await expectAlive(ends, url)
    })
  }

  test('T53 by never settling leaves its caller to the time-out', async (ends) => {
    const { server, url } = await startServer(ends)
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    server.register('never', () => ({ then() {} }))
    const client = ends.client(url)
    await client.connect('ann')
    const refused = expect(client.call('never')).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    await ends.clock.advance(20_000)
    await refused
  })

  test('T53 by a result that comes after the time-out sends nothing', async (ends) => {
    const { server, url } = await startServer(ends)
    const late = deferred()
    server.register('late', () => late.promise)
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    peer.send(['late', 1, 1])
    peer.send(['~wse:cancel', 'timeout', 1])
    peer.send(['add', { a: 1, b: 2 }, 3])
    expect(await peer.next()).toEqual(['~wse:response', 3, 3])
    late.resolve('secret')
    await idle()
    expect(peer.received.length).toBe(3)
  })

  test('T53 of the client, called by the server, tells nothing more', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url)
    const errors: unknown[] = []
    client.when.error((error) => errors.push(error.details))
    for (const [i, [, make]] of THROWN.entries()) client.register(`rp${i}`, () => Promise.reject(make()))
    await client.connect('ann')
    for (const rpc of THROWN.map((_, i) => `rp${i}`)) {
      const error: WseError = await connOf(server, 'ann')
        .call(rpc, 'secret')
        .then(fail, (thrown) => thrown)
      expect(error).toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED, details: { rpc }, remote: true })
      expect(errors.at(-1)).toEqual(error.details)
      expect(JSON.stringify(error)).not.toMatch(/secret|passwd|stack/)
    }
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  })

  test('T55 writes a code, a text and an error id, and nothing else', async (ends) => {
    const { server, url } = await startServer(ends)
    server.register('fails', () => {
      throw Object.assign(new Error('secret at /etc/passwd'), { code: 'ENOENT', details: { path: '/etc/passwd' } })
    })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    peer.send(['fails', { password: 'secret' }, 1])
    peer.send(['fails', { password: 'secret' }, 3])
    peer.send(['nope', { password: 'secret' }, 5])
    const frames = [await peer.next(), await peer.next(), await peer.next()]
    const failed = {
      code: WSE_ERROR.RP_EXECUTION_FAILED,
      message: 'RPC execution failed',
      details: { errorId: expect.stringMatching(/^[\w-]{21}$/) },
    }
    expect(frames).toEqual([
      ['~wse:response-err', failed, 1],
      ['~wse:response-err', failed, 3],
      ['~wse:response-err', { code: WSE_ERROR.RP_NOT_REGISTERED, details: { rpc: 'nope' } }, 5],
    ])
    expect(new Set(JSON.stringify(frames).match(/"errorId":"[^"]+"/g)).size).toBe(2)
  })

  test('T55 by a WseError made on purpose tells code, message and details', async (ends) => {
    const { server, url } = await startServer(ends)
    server.register('poor', () => {
      throw new WseError('POOR', { balance: 3 }, { message: 'not enough', cause: new Error('secret') })
    })
    const client = ends.client(url)
    await client.connect('ann')
    const error: WseError = await client.call('poor').then(fail, (thrown) => thrown)
    expect(error).toMatchObject({ code: 'POOR', message: 'not enough', details: { balance: 3 }, remote: true })
    expect(JSON.stringify(error)).not.toContain('secret')
  })
})

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])

behaviour('a result', (test) => {
  const RESULTS: readonly [string, unknown, unknown][] = [
    ['undefined', undefined, null],
    ['a function', () => {}, null],
    ['a symbol', Symbol('s'), null],
    ['NaN', Number.NaN, null],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a Map', new Map([[1, 2]]), {}],
    ['-0', -0, 0],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ]
  for (const [what, result, expected] of RESULTS) {
    test(`T54 that is ${what} arrives as JSON has it`, async (ends) => {
      const { server, url } = await startServer(ends)
      server.register('get', () => result)
      const client = ends.client(url)
      await client.connect('ann')
      expect(await client.call('get')).toEqual(expected)
    })
  }

  const UNFIT: readonly [string, unknown, string][] = [
    ['a BigInt', 1n, WSE_ERROR.UNSERIALIZABLE],
    ['a circle', circular, WSE_ERROR.UNSERIALIZABLE],
    ['too deep', deep(100), WSE_ERROR.TOO_DEEP],
    ['larger than the client takes', 'x'.repeat(2_000_000), WSE_ERROR.TOO_LARGE],
  ]
  for (const [what, result, code] of UNFIT) {
    test(`T54 that is ${what} is answered with ${code}, and reported`, async (ends) => {
      const { server, url } = await startServer(ends)
      server.register('get', () => result)
      const reported = server.when.error()
      const client = ends.client(url)
      await client.connect('ann')
      await expect(client.call('get')).rejects.toMatchObject({ code, details: { rpc: 'get' } })
      expect((await reported)[0].code).toBe(WSE_ERROR.RP_EXECUTION_FAILED)
      await expectAlive(ends, url)
    })
  }
})

behaviour('a result that is too large', (test) => {
  test('T54 for what this client takes is refused, and its link stays', async (ends) => {
    const { server, url } = await startServer(ends)
    server.register('get', (_, length) => 'x'.repeat(length))
    const client = ends.client(url, { limits: { messageBytes: 2_000 } })
    await client.connect('ann')
    expect(await client.call('get', 1_900)).toHaveLength(1_900)
    await expect(client.call('get', 2_000)).rejects.toMatchObject({ code: WSE_ERROR.TOO_LARGE, remote: true })
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  })

  test('T54 for what this server takes is refused by the client, and its link stays', async (ends) => {
    const { server, url } = await startServer(ends, { limits: { messageBytes: 2_000 } })
    const client = ends.client(url)
    client.register('get', (length) => 'x'.repeat(length))
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    await expect(conn.call('get', 2_000)).rejects.toMatchObject({ code: WSE_ERROR.TOO_LARGE, remote: true })
    expect(() => client.send('chat', 'x'.repeat(2_000))).toThrow(expect.objectContaining({ code: WSE_ERROR.TOO_LARGE }))
    expect(await conn.call('get', 1_900)).toHaveLength(1_900)
  })
})

behaviour('a listener that fails', (test) => {
  test('T53 goes to when.error with its connection, and the sender is not disturbed', async (ends) => {
    const { server, url } = await startServer(ends)
    server.channel.on('chat', () => {
      throw new Error('sync')
    })
    server.channel.on('chat', () => Promise.reject(new Error('async')))
    const heard: unknown[] = []
    server.channel.on('chat', (_, payload) => heard.push(payload))
    const errors: string[] = []
    server.when.error((error, conn) => errors.push(`${error.message} of ${conn?.cid}`))
    server.when.error(() => {
      throw new Error('even here')
    })
    const client = ends.client(url)
    await client.connect('ann')
    client.send('chat', 1)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(errors.sort()).toEqual(['async of ann', 'sync of ann'])
    expect(heard).toEqual([1])
  })
})

function explode(): never {
  throw new Error('secret')
}

function fail(): never {
  throw new Error('it should have rejected')
}
