import { WSE_CLOSE, WSE_ERROR, WSE_REASON } from '@wse/server'
import { expect } from 'vitest'
import { deferred, hang, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cut, house } from './house.js'

behaviour('[H11] conn.ping', { codecs: 'all' }, (test) => {
  test('tells how long there and back takes now, and is the latency from then on', async (ends) => {
    const { server, guest } = await house(ends)
    const { conn } = await guest('ann')
    const told: number[] = []
    server.when.latency((_, ms) => told.push(ms))
    expect(conn.latency).toBeNull()
    const [one, two] = await Promise.all([conn.ping(), conn.ping()])
    expect([conn.latency, told]).toEqual([two, [one, two]])
    expect(one).toBeGreaterThanOrEqual(0)
    expect(server.inspect().pings).toBe(0)
  })

  test('fails where there is no link, when it is lost meanwhile, and when nobody answers', async (ends) => {
    const { server, url, guest } = await house(ends, { tO: 7 })
    const ann = await guest('ann')
    const lost = expect(ann.conn.ping()).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
    await cut(ann)
    await lost
    await expect(ann.conn.ping()).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
    const silent = ends.peer(url)
    silent.hi({ v: 5, identity: 'bob' })
    await until(() => server.clients.has('bob'))
    const [conn] = server.clients.get('bob')?.conns.values() ?? []
    const late = expect(conn?.ping()).rejects.toMatchObject({ code: WSE_ERROR.RP_TIMEOUT })
    await idle()
    await ends.clock.advance(7_000)
    await late
    expect(server.inspect().pings).toBe(0)
  })

  test('fails where its client comes back before the server missed it, and takes no answer of the new link', async (ends) => {
    const { server, url } = await house(ends)
    const hi = { v: 5, identity: 'ann', keep: true, instance: 'abcdefghijklmnopqrstuv' }
    const lost = ends.peer(url)
    lost.hi({ ...hi, attempt: 1 })
    await until(() => lost.received.length >= 2)
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    const failed = expect(conn?.ping()).rejects.toMatchObject({ code: WSE_ERROR.CONNECTION_NOT_READY })
    await ends.clock.advance(3_000)
    const { token } = (lost.received[0] as [string, { token: string }])[1]
    const back = ends.peer(url)
    back.hi({ ...hi, attempt: 2, resume: { token, received: 0, first: 1 } })
    await until(() => back.received.length >= 2)
    await failed
    expect([conn?.state, server.inspect().pings]).toEqual(['live', 0])
    const asked = conn?.ping()
    await until(() => back.received.some((frame) => (frame as unknown[])[0] === '~wse:ping'))
    await ends.clock.advance(20)
    back.send(['~wse:pong', { sent: 0, received: 0 }])
    expect(await asked).toBe(20)
  })

  test('reaches a WSE 4 client below the protocol', async (ends) => {
    const { server, url } = await house(ends)
    ends.peer(url).send(['~wse:hi', { identity: 'ann', meta: {} }])
    await until(() => server.clients.has('ann'))
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    expect(await conn?.ping()).toBeGreaterThanOrEqual(0)
  })

  test('and the heartbeat take each only the answer that is theirs', async (ends) => {
    const { server, url } = await house(ends, { heartbeat: { interval: 1_000, grace: 60_000 } })
    const peer = ends.peer(url)
    peer.hi({ v: 5, identity: 'ann' })
    await until(() => server.clients.has('ann'))
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    const told: number[] = []
    server.when.latency((_, ms) => told.push(ms))
    const pings = () => peer.received.filter((frame) => (frame as unknown[])[0] === '~wse:ping').length
    while (pings() === 0) {
      await ends.clock.advance(100)
      await idle(3)
    }
    await ends.clock.advance(50)
    const asked = conn?.ping()
    await until(() => pings() === 2)
    await ends.clock.advance(20)
    for (let i = 0; i < 2; i++) peer.send(['~wse:pong', { sent: 0, received: 0 }])
    expect(await asked).toBe(20)
    await until(() => told.length === 2)
    expect(told[1]).toBe(20)
    expect(told[0]).toBeGreaterThanOrEqual(70)
  })
})

behaviour('[H2] limits.idleTimeout', { codecs: 'all' }, (test) => {
  test('closes for good where nothing was said either way; pings do not count', async (ends) => {
    const { server, guest } = await house(ends, {
      limits: { idleTimeout: 10_000 },
      heartbeat: { interval: 1_000, grace: 5_000 },
    })
    const [quiet, told, says] = [await guest('quiet'), await guest('told'), await guest('says')]
    const closed = quiet.client.when.closed()
    for (let i = 0; i < 12; i++) {
      await ends.clock.advance(1_000)
      told.conn.send('news', i)
      says.client.send('anything')
      await idle(3)
    }
    expect(await closed).toEqual([WSE_CLOSE.IDLE, WSE_REASON.IDLE])
    await ends.clock.advance(5_000)
    expect([quiet, told, says].map(({ client }) => client.status)).toEqual(['OFFLINE', 'READY', 'READY'])
    expect([...server.clients.keys()]).toEqual(['told', 'says'])
    await quiet.client.connect('quiet')
    expect(quiet.client.status).toBe('READY')
  })

  test('leaves a call that takes longer alone', async (ends) => {
    const { server, guest } = await house(ends, { limits: { idleTimeout: 1_000 } })
    const ann = await guest('ann')
    const asked = deferred<null>()
    server.register('hang', hang(asked))
    void ann.client.call('hang', null, { timeout: 0 }).catch(() => {})
    await asked.promise
    await ends.clock.advance(30_000)
    await idle()
    expect(ann.client.status).toBe('READY')
  })
})

behaviour('limits.lifetime', { codecs: 'all' }, (test) => {
  test('ends links, and costs no session anything', async (ends) => {
    const { server, guest } = await house(ends, { limits: { lifetime: 60_000 } })
    const ann = await guest('ann')
    const closed = ann.client.when.closed()
    await ends.clock.advance(53_000)
    expect(ann.conn.state).toBe('live')
    await ends.clock.advance(7_000)
    expect(await closed).toEqual([WSE_CLOSE.LIFETIME, WSE_REASON.LIFETIME])
    ann.conn.send('news', 'while it was away')
    await until(() => ann.client.status === 'RE_CONNECTING')
    await ends.clock.advance(100)
    await until(() => ann.heard.length === 1)
    expect([ann.conn.state, server.inspect().linkAges]).toEqual(['live', 1])
  })
})
