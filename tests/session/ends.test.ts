import { type Reset, WSE_RESET } from '@wse/client'
import { expect } from 'vitest'
import { connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { TWO } from './two-protocols.js'

/** Heartbeats are other tests' business. */
const quiet = { heartbeat: false } as const
const KEPT = { v: 5, instance: 'scripted', keep: true, identity: 'ann' }

behaviour('the ends of a session that only a dishonest end brings about', { codecs: 'all' }, (test) => {
  test('a client that offers its token under another subprotocol is told so, and begins anew', async (ends) => {
    const { server, url } = await ends.server({ ...quiet, protocol: [TWO.one, TWO.two] })
    const resets: Reset[] = []
    server.when.reset((_, reset) => resets.push(reset))
    const first = ends.peer(url, 'one')
    const { session } = await first.greet({ ...KEPT, attempt: 1 })
    const suspended = server.when.suspended()
    first.transport.terminate()
    await suspended
    const resume = { token: session?.token, received: 0, first: 1 }
    const second = ends.peer(url, 'two')
    expect((await second.greet({ ...KEPT, attempt: 2, resume })).session).toMatchObject({
      resumed: false,
      reason: 'protocol',
    })
    expect(resets.map(({ reason }) => reason)).toEqual([WSE_RESET.PROTOCOL])
    second.close()
    await second.closed
  })

  test('a server that resumes from a position nobody was at is left, with 4006, and what was sent is told', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { re: true })
    const attempts = retries(client)
    const connecting = client.connect('ann')
    const first = await stage.next()
    await first.next()
    const session = { token: 'token 1', window: 60_000 }
    first.welcome({ session })
    await connecting
    client.send('m', 'one')
    client.send('m', 'two')
    expect([await first.next(), await first.next()]).toHaveLength(2)
    first.transport.terminate()
    await ends.clock.advance((await attempts.next()).delay)
    const reset = client.when.reset()
    const second = await stage.next()
    expect(await second.next()).toMatchObject(['~wse:hi', { resume: { token: 'token 1', received: 0, first: 1 } }])
    second.welcome({ session: { ...session, resumed: true, received: 3 } })
    expect(await second.closed).toEqual({ code: 4006, reason: 'wse.desync' })
    expect(await reset).toMatchObject({
      reason: WSE_RESET.DESYNC,
      unknown: [
        { type: 'm', payload: 'one' },
        { type: 'm', payload: 'two' },
      ],
    })
    await ends.clock.advance((await attempts.next()).delay)
    const third = await stage.next()
    const [, hi] = (await third.next()) as [string, object]
    expect(hi).not.toHaveProperty('resume')
    third.welcome({ session: { token: 'token 2', window: 60_000 } })
    await client.when.ready()
  })

  test('a server whose ping disagrees with what came is left, with 4006', async (ends) => {
    const stage = await ends.stage()
    const client = ends.client(stage.url, { re: true })
    const connecting = client.connect('ann')
    const peer = await stage.next()
    await peer.next()
    peer.welcome({ session: { token: 'token', window: 60_000 } })
    await connecting
    const reset = client.when.reset()
    peer.send(['m', 1])
    peer.send(['~wse:ping', { sent: 2, received: 0 }])
    expect(await peer.closed).toEqual({ code: 4006, reason: 'wse.desync' })
    expect((await reset).reason).toBe(WSE_RESET.DESYNC)
  })
})

behaviour('a session that is closed', { codecs: 'all' }, (test) => {
  test('by a client that breaks the protocol ends with it, and is not resumed', async (ends) => {
    const { server, url } = await ends.server(quiet)
    const peer = ends.peer(url)
    const { session } = await peer.greet({ ...KEPT, attempt: 1 })
    const gone = server.when.disconnected()
    peer.send('[')
    expect((await gone).slice(1)).toEqual([4500, 'wse.protocol-error'])
    const again = ends.peer(url)
    again.hi({ ...KEPT, attempt: 2, resume: { token: session?.token, received: 0, first: 1 } })
    expect(await again.closed).toEqual({ code: 4500, reason: 'wse.protocol-error' })
  })

  test('by conn.drop() while its client is away: the client is told when it comes', async (ends) => {
    const { server, url } = await ends.server(quiet)
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const suspended = server.when.suspended()
    conn.terminate()
    await suspended
    const left = server.when.left()
    conn.drop('banned')
    expect((await left).slice(1)).toEqual([4506, 'banned'])
    expect([conn.state, conn.send('m', 1)]).toEqual(['closed', 'dropped'])
    const closed = client.when.closed()
    await closed.catch(() => {})
    await ends.clock.advance((await attempts.next()).delay)
    await until(() => client.status === 'OFFLINE')
  })

  test('by server.close(): calls in flight say how far they got, and what never arrived is carried', async (ends) => {
    const { server, url } = await ends.server(quiet)
    server.register('never', () => new Promise(() => {}))
    const client = ends.client(url, { re: true })
    const attempts = retries(client)
    await client.connect('ann')
    const running = client.call('never', 1).catch((error) => error.details.certainty)
    await ends.clock.settle()
    await until(() => server.inspect().connections === 1)
    await client.call('nobody').catch(() => {})
    await server.close()
    const { delay } = await attempts.next()
    const heard: unknown[] = []
    const kept = client.call('echo', 'kept')
    const { server: again } = await ends.server({ ...quiet }, url)
    again.register('echo', (_, value) => {
      heard.push(value)
      return value
    })
    const reset = client.when.reset()
    await ends.clock.advance(delay)
    expect((await reset).reason).toBe(WSE_RESET.UNKNOWN_SESSION)
    expect([await running, await kept, heard]).toEqual(['delivered', 'kept', ['kept']])
  })
})

behaviour('the round trip', { codecs: 'all' }, (test) => {
  test('is measured by the server and told to both ends', async (ends) => {
    const { server, url } = await ends.server({ heartbeat: { interval: 5_000, grace: 2_000 } })
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    expect([conn.latency, client.latency]).toEqual([null, null])
    const atServer = server.when.latency()
    await ends.clock.advance(5_000)
    expect((await atServer)[0]).toBe(conn)
    const atClient = client.when.latency()
    await ends.clock.advance(5_000)
    expect(await atClient).toBe(client.latency)
    expect(client.latency).toBeGreaterThanOrEqual(0)
  })

  test('of a WSE 4 client is measured by the transport, where it can', async (ends) => {
    const { server, url } = await ends.server({ heartbeat: { interval: 5_000, grace: 2_000 } })
    const peer = ends.peer(url)
    await peer.greet({ version: 4, identity: 'ann' })
    const measured = server.when.latency()
    await ends.clock.advance(5_000)
    expect((await measured)[0].cid).toBe('ann')
    peer.close()
    await peer.closed
  })
})
