import { WSE_ERROR, WseError } from '@wse/client'
import { expect } from 'vitest'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from './fixture.js'

behaviour('streams', { codecs: 'all' }, (test) => {
  test('of the server arrive in order, and end with what the handler returned', async (ends) => {
    const { server, client } = await started(ends)
    server.register('count', async function* (_, to) {
      for (let n = 0; n < to; n++) yield { n }
      return 'that was all'
    })
    expect(await all(client.stream('count', 500))).toEqual(Array.from({ length: 500 }, (_, n) => ({ n })))
    const none = client.stream('count', 0)
    expect(await none.next()).toEqual({ done: true, value: 'that was all' })
  })

  test('nobody asked for are let go of, though they do not want to go', async (ends) => {
    const { server, client } = await started(ends)
    const errors: string[] = []
    server.when.error((error) => errors.push(error.message))
    const stubborn = (go: () => unknown) => ({ [Symbol.asyncIterator]: () => stubborn(go), return: go })
    server.register('throws', () =>
      stubborn(() => {
        throw new Error('no')
      }),
    )
    server.register('rejects', () => stubborn(() => Promise.reject(new Error('never'))))
    for (const name of ['throws', 'rejects']) {
      await expect(client.call(name)).rejects.toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    }
    await until(() => errors.length === 4)
    const why = 'the handler returned a stream to a caller who asked for one value'
    expect(new Set(errors)).toEqual(
      new Set(['throws failed: no', `throws failed: ${why}`, `rejects failed: ${why}`, 'rejects failed: never']),
    )
  })

  test('of the client are read by the handler', async (ends) => {
    const { server, client } = await started(ends)
    server.register('sum', async (_, from, { chunks }) => {
      let sum = from
      for await (const n of chunks) sum += n
      return sum
    })
    const numbers = Array.from({ length: 500 }, (_, n) => n)
    expect(await client.call('sum', 5, { chunks: numbers })).toBe(124_755)
  })

  test('of a client are called by the server', async (ends) => {
    const { client, conn } = await started(ends)
    client.register('log', async function* (since, { chunks }) {
      yield since
      for await (const line of chunks) yield `> ${line}`
    })
    expect(await all(conn.stream('log', 'start', { chunks: ['a', 'b'] }))).toEqual(['start', '> a', '> b'])
  })

  test('carry bytes as they are, and text and bytes in one stream', async (ends) => {
    const { server, client } = await started(ends)
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    server.register('file', () => ['name', bytes, { size: 100_000 }])
    const [name, ...rest] = await all(client.stream('file'))
    const size = rest.pop()
    expect([name, size]).toEqual(['name', { size: 100_000 }])
    expect(Buffer.concat(rest as Uint8Array[]).equals(bytes)).toBe(true)
  })

  test('by the dozen do not hold up each other, messages or calls', async (ends) => {
    const { server, client } = await started(ends)
    server.register('endless', async function* (_, name, { signal }) {
      while (!signal.aborted) yield `${name} ${'x'.repeat(5_000)}`
    })
    server.register('add', (_, [a, b]) => a + b)
    server.channel.on('ping', (conn, n) => conn.send('pong', n))
    const unread = Array.from({ length: 12 }, (_, i) => client.stream('endless', i))
    const read = client.stream('endless', 'read')
    const pong = new Promise((resolve) => client.channel.once('pong', resolve))
    client.send('ping', 7)
    for (let i = 0; i < 100; i++) expect(String((await read.next()).value).startsWith('read ')).toBe(true)
    expect([await client.call('add', [1, 2]), await pong]).toEqual([3, 7])
    await Promise.all([...unread, read].map((stream) => stream.return?.()))
    await until(() => client.inspect().pendingCalls === 0)
  })

  test('fail with the typed error of their source, after what came before', async (ends) => {
    const { server, client } = await started(ends)
    server.register('half', async function* (_, __, ctx) {
      yield 1
      throw ctx.error('DISK', { sector: 5 })
    })
    const half = client.stream('half')
    expect((await half.next()).value).toBe(1)
    await expect(half.next()).rejects.toMatchObject({ code: 'DISK', remote: true, details: { sector: 5 } })
    await expect(all(client.stream('nobody'))).rejects.toMatchObject({ code: 'wse.server.rp.not-registered' })
  })

  test('that are given up stop their source, and abort the signal', async (ends) => {
    const { server, client } = await started(ends)
    const ended: string[] = []
    server.register('endless', async function* (_, __, { signal }) {
      signal.addEventListener('abort', () => ended.push(signal.reason.code))
      try {
        for (let n = 0; ; n++) yield n
      } finally {
        ended.push('source')
      }
    })
    for await (const n of client.stream('endless')) if (n === 5) break
    await until(() => ended.length === 2)
    expect(ended.sort()).toEqual(['source', 'wse.rp.cancelled'])
    const controller = new AbortController()
    const second = client.stream('endless', null, { signal: controller.signal })
    await second.next()
    controller.abort(new Error('enough'))
    await expect(all(second)).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await until(() => ended.length === 4)
  })

  test('of a client whose source fails fail at the handler', async (ends) => {
    const { server, client } = await started(ends)
    const errors: WseError[] = []
    client.when.error((error) => errors.push(error))
    server.register('sum', async (_, __, { chunks }) => (await all(chunks)).length)
    async function* source() {
      yield 1
      throw new WseError('SENSOR', { at: 1 })
    }
    await expect(client.call('sum', null, { chunks: source() })).rejects.toMatchObject({ code: 'SENSOR' })
    expect(errors).toHaveLength(1)
  })

  test('take no memory for a reader that does not read', async (ends) => {
    const { server, client } = await started(ends)
    let made = 0
    server.register('flood', async function* () {
      for (;;) {
        made++
        yield 'x'.repeat(1_000)
      }
    })
    const flood = client.stream('flood')
    await until(() => made > 60)
    for (let i = 0; i < 20; i++) await client.call('nothing').catch(() => {})
    expect(made).toBeLessThan(70)
    await flood.return?.()
  })

  test('end with the session: the handler is told, and the reader', async (ends) => {
    const { server, client, conn } = await started(ends, { re: false })
    let why: unknown
    server.register('endless', async function* (_, __, { signal }) {
      signal.addEventListener('abort', () => {
        why = signal.reason
      })
      yield 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    const endless = client.stream('endless')
    await endless.next()
    conn.drop('bye')
    await expect(endless.next()).rejects.toMatchObject({
      code: 'wse.client.rp.disconnect',
      details: { disconnected: [4506, 'bye'] },
    })
    await until(() => why !== undefined)
    expect(why).toMatchObject({ code: 'wse.client.rp.disconnect' })
  })

  test('that wait for a link begin with it', async (ends) => {
    const { server, client, url } = await started(ends)
    server.register('count', (_, to) => Array.from({ length: to }, (_, n) => n))
    const late = ends.client(url, { re: true })
    const connecting = late.connect('bob')
    const [counted, summed] = [all(late.stream('count', 3)), late.try('nobody', 1, { chunks: [1] })]
    await connecting
    expect(await counted).toEqual([0, 1, 2])
    expect(await summed).toMatchObject({ ok: false, error: { code: 'wse.server.rp.not-registered' } })
    expect(await client.try('count', 2)).toEqual({ ok: true, value: [0, 1] })
    expect(connOf(server, 'bob').state).toBe('live')
  })
})
