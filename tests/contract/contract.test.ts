import { WSE_ERROR, WseClient, type WseError } from '@wse/client'
import { WseServer } from '@wse/server'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all } from '../streams/fixture.js'
import { chat, next } from './chat.js'

const SINCE = '2026-01-02T03:04:05.000Z'

/** Both ends keep the contract; a careless client does not look at what it sends. */
async function keep(ends: Ends, { careless = false, contract = chat, outdated = 'tell' as 'tell' | 'refuse' } = {}) {
  const errors: WseError[] = []
  const { server, url } = await ends.server({
    heartbeat: false,
    contract: chat,
    outgoing: 'always',
    outdated,
    identify({ identity, accept, refuse }) {
      if (identity.token === 'bad') refuse()
      else accept(identity.token, { name: identity.token, since: SINCE })
    },
  })
  // Each test keeps what it needs of the contract.
  server.when.error((error) => error.code !== WSE_ERROR.RP_NOT_REGISTERED && errors.push(error))
  const client = ends.client(url, { re: true, contract, outgoing: careless ? 'never' : 'always' })
  return { server, url, client, errors }
}

behaviour('ends that keep a contract', { codecs: 'all' }, (test) => {
  test('introduce themselves by it: what was read is what the other end sees', async (ends) => {
    const { server, client } = await keep(ends)
    expect(await client.connect({ token: 'ann' }, {})).toEqual({ name: 'ann', since: new Date(SINCE) })
    const conn = connOf(server, 'ann')
    expect([conn.identity, conn.meta]).toEqual([{ token: 'ann' }, { device: 'unknown' }])
  })

  test('refuse an identity that does not fit for good, and tell of it without its value', async (ends) => {
    const { client, errors } = await keep(ends, { careless: true })
    await expect(client.connect({ token: 4711 })).rejects.toMatchObject({ code: WSE_ERROR.NOT_AUTHORIZED })
    expect(errors).toMatchObject([{ code: WSE_ERROR.INVALID_PAYLOAD, details: { issues: [{ path: ['token'] }] } }])
    expect(JSON.stringify(errors)).not.toContain('4711')
  })

  test('say nothing that does not fit, where they look', async (ends) => {
    const { server, client } = await keep(ends)
    await expect(client.connect({ token: 5 })).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
    await client.connect({ token: 'ann' })
    await expect(client.call('add', { a: 1 })).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      details: { certainty: 'not-sent' },
    })
    expect(() => client.send('chat', { text: 1 })).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
    for (const say of [
      () => server.broadcast('notice', 5),
      () => server.send('ann', 'notice', 5),
      () => server.clients.get('ann')?.send('notice', 5),
      () => connOf(server, 'ann').send('notice', 5),
    ]) {
      expect(say).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD }))
    }
    expect(() => client.send('nothing', 1)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
    await expect(client.call('nothing')).rejects.toMatchObject({ code: WSE_ERROR.INVALID_NAME })
  })

  test('call each other by it, transformed once each way', async (ends) => {
    const { server, client } = await keep(ends)
    let asked: unknown
    server.register('add', (_, { a, b }) => a + b)
    server.register('day', (_, day) => {
      asked = day
      return day.toISOString()
    })
    client.register('confirm', (question) => question.length > 3)
    await client.connect({ token: 'ann' })
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(await client.call('day', SINCE)).toEqual(new Date(SINCE))
    expect(asked).toEqual(new Date(SINCE))
    expect(await connOf(server, 'ann').call('confirm', 'Sure?')).toBe(true)
  })

  test('refuse bad input with its issues and without its values, and no handler sees it', async (ends) => {
    const { server, client, errors } = await keep(ends, { careless: true })
    let ran = 0
    server.register('add', () => ran++)
    await client.connect({ token: 'ann' })
    const bad = client.call('add', { a: 1, b: 'hunter2' })
    await expect(bad).rejects.toMatchObject({
      code: WSE_ERROR.INVALID_PAYLOAD,
      remote: true,
      details: { rpc: 'add', issues: [{ path: ['b'] }] },
    })
    expect(JSON.stringify(await bad.catch((error) => error))).not.toContain('hunter2')
    expect([ran, errors]).toEqual([0, []])
  })

  test('answer with the errors of the contract, typed; no others, and no result that does not fit', async (ends) => {
    const { server, client, errors } = await keep(ends)
    server.register('add', (_, { a }, ctx) => {
      if (a === 1) throw ctx.error('TOO_BIG', { max: 1 })
      if (a === 2) throw ctx.error('TOO_SMALL', { min: 1 })
      return 'three'
    })
    await client.connect({ token: 'ann' })
    const codes = await Promise.all([1, 2, 3].map((a) => client.try('add', { a, b: 0 })))
    expect(codes).toMatchObject([
      { ok: false, error: { code: 'TOO_BIG', details: { max: 1 } } },
      { ok: false, error: { code: WSE_ERROR.RP_EXECUTION_FAILED } },
      { ok: false, error: { code: WSE_ERROR.RP_EXECUTION_FAILED } },
    ])
    expect(errors).toHaveLength(2)
  })

  test('stream by it, both ways, item by item', async (ends) => {
    const { server, client } = await keep(ends, { careless: true })
    server.register('count', async function* (_, to) {
      for (let n = 0; n < to; n++) yield n
      return 'done'
    })
    server.register('sum', async (_, __, { chunks }) => (await all<number>(chunks)).reduce((a, b) => a + b, 0))
    await client.connect({ token: 'ann' })
    expect(await all(client.stream('count', 3))).toEqual([0, 1, 2])
    expect(await client.call('sum', undefined, { chunks: [1, 2, 3] })).toBe(6)
    const bad = client.call('sum', undefined, { chunks: [1, 'two', 3] })
    await expect(bad).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
    await expect(all(client.stream('count', 'three'))).rejects.toMatchObject({ code: WSE_ERROR.INVALID_PAYLOAD })
  })

  test('hear messages that fit, in order, though a schema takes its time; the others are told as errors', async (ends) => {
    const { server, client, errors } = await keep(ends, { careless: true })
    const heard: unknown[] = []
    const ignored: unknown[] = []
    for (const type of ['chat', 'slow', 'seen']) server.channel.on(type, (_, payload) => heard.push(payload))
    server.when.ignored((_, type) => ignored.push(type))
    await client.connect({ token: 'ann' })
    const plain = ends.peer(ends.urlOf(server))
    await plain.greet({ identity: { token: 'bob' }, v: 5 })
    for (const frame of [
      ['slow', 'one'],
      ['chat', { text: 'two' }],
      ['slow', 'bad'],
      ['chat', 3],
      ['nothing', 4],
      ['seen', SINCE],
    ])
      plain.send(frame)
    await until(() => heard.length === 3)
    expect(heard).toEqual(['one', { text: 'two' }, new Date(SINCE)])
    expect(errors.map(({ code }) => code)).toEqual([WSE_ERROR.INVALID_PAYLOAD, WSE_ERROR.INVALID_PAYLOAD])
    expect(ignored).toEqual(['nothing'])
    plain.close()
    await plain.closed
  })

  test('say how messages are delivered, where the sender does not', async (ends) => {
    const { server, client } = await keep(ends)
    await client.connect({ token: 'ann' })
    const conn = connOf(server, 'ann')
    const attempts = retries(client)
    conn.terminate()
    await until(() => conn.state === 'suspended')
    const states = [
      conn.send('cursor', { id: 'a', x: 1 }),
      server.broadcast('cursor', { id: 'a', x: 2 }),
      conn.send('cursor', { id: 'b', x: 3 }),
      server.send('ann', 'tick', 4),
      conn.send('tick', 5, { queue: { frames: 5 } }),
      server.clients.get('ann')?.send('tick', 6),
    ]
    const none = { sent: 0, queued: 0, dropped: 0 }
    expect(states).toEqual(['queued', { ...none, queued: 1 }, 'queued', { ...none, dropped: 1 }, 'queued', 'dropped'])
    const heard: unknown[] = []
    for (const type of ['cursor', 'tick']) client.channel.on(type, (payload) => heard.push(payload))
    await ends.clock.advance((await attempts.next()).delay)
    await until(() => heard.length === 3)
    expect(heard).toEqual([{ id: 'a', x: 2 }, { id: 'b', x: 3 }, 5])
  })

  test('with middleware: what holds for all stands before the contract, what is of a procedure behind it', async (ends) => {
    const { server, client } = await keep(ends, { careless: true })
    const seen: unknown[] = []
    server.use((ctx, go) => {
      seen.push(['all', ctx.payload])
      return go()
    })
    const own = (ctx: { payload: unknown }, go: () => unknown) => {
      seen.push(['own', ctx.payload])
      return go()
    }
    server.register('day', (_, day) => day.toISOString(), { use: [own] })
    await client.connect({ token: 'ann' })
    await client.call('day', SINCE)
    await client.call('day', 'no day').catch(() => {})
    expect(seen).toEqual([
      ['all', SINCE],
      ['own', new Date(SINCE)],
      ['all', 'no day'],
    ])
  })
})

behaviour('ends whose contracts differ', { codecs: 'all' }, (test) => {
  test('learn of it, both, and go on', async (ends) => {
    const { server, client } = await keep(ends, { contract: next })
    const told = [server.when.outdated(), client.when.outdated()]
    server.register('add', (_, { a, b }) => a + b)
    await client.connect({ token: 'ann' })
    const [[conn, here], there] = (await Promise.all(told)) as never as [[unknown, object], object]
    expect(conn).toBe(connOf(server, 'ann'))
    expect(here).toEqual({ ours: chat.hash, theirs: next.hash })
    expect(there).toEqual({ ours: next.hash, theirs: chat.hash })
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
  })

  test('part where the server says so, for good', async (ends) => {
    const { client } = await keep(ends, { contract: next, outdated: 'refuse' })
    await expect(client.connect({ token: 'ann' })).rejects.toMatchObject({
      code: WSE_ERROR.VERSION_MISMATCH,
      details: { disconnected: [4504, 'wse.version'] },
    })
  })

  test('say nothing where one has none', async (ends) => {
    const { server, url } = await keep(ends)
    const outdated: unknown[] = []
    server.when.outdated((...args) => outdated.push(args))
    const plain = ends.client(url)
    expect(await plain.connect({ token: 'bob' })).toEqual({ name: 'bob', since: SINCE })
    expect(outdated).toEqual([])
  })
})

behaviour('a contract', { codecs: 'all' }, (test) => {
  test('nobody keeps is reported once the turn is over in which its server was made', async (ends) => {
    const { server } = await ends.server({ contract: chat })
    const reported = server.when.error()
    server.register('add', () => 3)
    await ends.clock.advance(0)
    expect((await reported)[0]).toMatchObject({
      code: WSE_ERROR.RP_NOT_REGISTERED,
      details: { rpcs: ['day', 'count', 'sum'] },
    })
    expect(() => server.register('nope' as never, (() => 1) as never)).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }),
    )
  })

  test('is what defineContract returned, or an option that is refused', async () => {
    for (const make of [
      () => new WseServer({ contract: {} as never, identify: () => {} }),
      () => new WseClient({ url: 'ws://x', contract: 5 as never }),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'contract' } }))
    }
  })
})
