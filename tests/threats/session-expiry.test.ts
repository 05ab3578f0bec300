import { WSE_STATUS, type WseError } from '@wse/client'
import type { Identify } from '@wse/server'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { clientLog, connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { back, device, enter, expectTalks, resetsOf, seconds } from './session-fixture.js'

/** Users are called 'ann:1', 'ann:2' …: the same user, with credentials of another day. */
function timed(expires: number): Identify {
  return ({ identity, accept }) => accept(String(identity).split(':')[0], null, { expires })
}

/** A server that authorises for a while. Its heart does not beat, so that only the authorisation can end a link. */
async function start(ends: Ends, expires = 2_000, identify: Identify = timed(expires)) {
  const { server, url } = await startServer(ends, { identify, heartbeat: false })
  const suspended: string[] = []
  server.when.suspended((conn) => suspended.push(String(conn.cid)))
  return { server, url, suspended, resets: resetsOf(server) }
}

/** A client, and how often it was told that its authorisation ends. */
async function ready(ends: Ends, url: string, identity: unknown) {
  const client = ends.client(url, { re: true })
  const told: number[] = []
  client.when.expiring((ms) => told.push(ms))
  await client.connect(identity)
  return { client, told, log: clientLog(client) }
}

behaviour('an authorisation that is renewed', (test) => {
  test('T24 by an identity function goes on: the client stays READY on its link', async (ends) => {
    const { server, url, suspended } = await start(ends)
    let reads = 0
    const { client, told, log } = await ready(ends, url, () => `ann:${++reads}`)
    const { conn_id } = connOf(server, 'ann')
    await seconds(ends, 60)
    expect([client.status, log, suspended]).toEqual([WSE_STATUS.READY, [], []])
    expect(told.length).toBeGreaterThan(20)
    expect(told.every((ms) => ms >= 0 && ms <= 2_000)).toBe(true)
    expect(connOf(server, 'ann')).toMatchObject({ conn_id, identity: `ann:${reads}` })
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    await expectAlive(ends, url)
  })

  test('T24 by client.refresh goes on, and the client comes back with what it gave last', async (ends) => {
    const { server, url, suspended } = await start(ends)
    let day = 1
    const { client, log } = await ready(ends, url, 'ann:1')
    const off = client.when.expiring(() => client.refresh(`ann:${++day}`))
    await seconds(ends, 60)
    expect([client.status, log, suspended]).toEqual([WSE_STATUS.READY, [], []])
    off()
    const again = client.when.ready()
    connOf(server, 'ann').terminate()
    await seconds(ends, 2)
    expect(await again).toMatchObject([null, { resumed: true }])
    expect(connOf(server, 'ann').identity).toBe(`ann:${day}`)
    await expectAlive(ends, url)
  })

  test('T24 by hand: the notice comes once, 30 s before the end, and again before the next one', async (ends) => {
    const { server, url, suspended } = await start(ends, 100_000)
    const ann = await enter(ends, url, device('ann:1'))
    for (let renewal = 0; renewal < 3; renewal++) {
      const quiet = ann.peer.received.length
      await seconds(ends, 68)
      expect(ann.peer.received.length).toBe(quiet)
      await seconds(ends, 20)
      expect(ann.peer.received.slice(quiet)).toEqual([['~wse:expiring', { in: 30_000 }]])
      await ann.peer.next()
      const stamp = 2 * renewal + 1
      ann.peer.send(['~wse:identify', 'ann:2', stamp])
      expect(await ann.peer.next()).toEqual(['~wse:response', null, stamp])
      ann.peer.send(['~wse:ack', renewal + 1])
      await ends.clock.advance(1_000)
      expect(await ann.peer.next()).toEqual(['~wse:ack', renewal + 1])
    }
    await expectTalks(server, ann)
    expect(suspended).toEqual([])
    await expectAlive(ends, url)
  })
})

behaviour('an authorisation that is not renewed', (test) => {
  test('T24 costs the link 25 s after its end, and the session waits', async (ends) => {
    const { server, url, suspended, resets } = await start(ends)
    const ann = await enter(ends, url, device('ann'))
    await ends.clock.advance(26_999)
    expect([ann.peer.closedWith, suspended]).toEqual([null, []])
    expect(ann.peer.received.slice(2)).toEqual([['~wse:expiring', { in: 1_000 }]])
    await ends.clock.advance(1)
    expect(await ann.peer.closed).toEqual({ code: 4007, reason: 'wse.auth-expired' })
    expect([suspended, connOf(server, 'ann').state]).toEqual([['ann'], 'suspended'])
    const again = await enter(ends, url, back(ann.session, 2))
    expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
    await expectTalks(server, again)
    // What identify gave the second time ends as well.
    await ends.clock.advance(27_000)
    expect((await again.peer.closed).code).toBe(4007)
    await ends.clock.advance(120_000)
    expect(resets).toEqual(['ann auth-expired'])
    const late = await enter(ends, url, back(again.session, 3, { received: 1, first: 2 }))
    expect(late.session).toMatchObject({ resumed: false, reason: 'auth-expired', received: 1 })
    await expectAlive(ends, url)
  })

  test('T24 brings a client with an identity function back at once, and nothing is lost', async (ends) => {
    const { server, url, suspended, resets } = await start(ends)
    const identity = ({ attempt }: { attempt: number }) => {
      if (attempt === 0) throw new Error('no fresh one now')
      return 'ann'
    }
    const { client, log } = await ready(ends, url, identity)
    const [heard, attempts] = [[] as unknown[], retries(client)]
    client.channel.on('n', (n) => heard.push(n))
    const { conn_id } = connOf(server, 'ann')
    const closed = client.when.closed()
    await seconds(ends, 27)
    expect(await closed).toEqual([4007, 'wse.auth-expired'])
    expect(connOf(server, 'ann').send('n', 1)).toBe('queued')
    const again = client.when.ready()
    const { delay } = await attempts.next()
    expect(delay).toBeLessThanOrEqual(500)
    await ends.clock.advance(delay)
    expect(await again).toMatchObject([null, { resumed: true }])
    await until(() => heard.length > 0)
    expect([heard, suspended, resets]).toEqual([[1], ['ann'], []])
    expect([connOf(server, 'ann').conn_id, log.filter((line) => line.startsWith('closed')).length]).toEqual([
      conn_id,
      1,
    ])
    await expectAlive(ends, url)
  })

  async function expired(ends: Ends) {
    const started = await start(ends)
    const { client } = await ready(ends, started.url, 'ann')
    const tried: unknown[] = []
    client.when.retrying((retrying) => tried.push(retrying))
    const outcome = client.when.ready().catch((error: WseError) => error)
    const closed = client.when.closed()
    await seconds(ends, 27)
    return { ...started, client, tried, outcome, closed }
  }

  test('T24 keeps a client with a plain value away', async (ends) => {
    const { server, url, client, tried, closed, suspended } = await expired(ends)
    expect(await closed).toEqual([4007, 'wse.auth-expired'])
    await seconds(ends, 30)
    expect([client.status, tried, suspended]).toEqual([WSE_STATUS.OFFLINE, [], ['ann']])
    expect(server.inspect()).toMatchObject({ links: 0, suspended: 1 })
    await expectAlive(ends, url)
  })

  test('T24 tells a client with a plain value NOT_AUTHORIZED', async (ends) => {
    const { url, outcome } = await expired(ends)
    const { code, cause } = (await outcome) as WseError & { cause: WseError }
    expect([code, cause.code]).toEqual(['wse.closed', 'wse.not-authorized'])
    await expectAlive(ends, url)
  })
})

behaviour('an authorisation that is renewed wrongly', (test) => {
  const wrong: [string, Identify][] = [
    ['as someone else', timed(2_000)],
    ['and refused', ({ identity, refresh, accept, refuse }) => (refresh ? refuse() : accept(String(identity)))],
    ['and accepted as nobody', ({ identity, refresh, accept }) => accept(refresh ? null : String(identity))],
  ]
  for (const [what, identify] of wrong) {
    test(`T24 ${what} is closed 4501, and the session ends`, async (ends) => {
      const { server, url, suspended } = await start(ends, 2_000, identify)
      const { client } = await ready(ends, url, 'ann')
      const gone = server.when.disconnected()
      const closed = client.when.closed()
      await expect(client.refresh('bob')).rejects.toMatchObject({ code: 'wse.client.rp.disconnect' })
      expect(await closed).toEqual([4501, 'wse.not-authorized'])
      expect((await gone).slice(1)).toEqual([4501, 'wse.not-authorized'])
      await seconds(ends, 30)
      expect([client.status, suspended, server.clients.size]).toEqual([WSE_STATUS.OFFLINE, [], 0])
      expect(server.inspect()).toMatchObject({ tokens: 0, instances: 0, authorisations: 0, refreshes: 0 })
      await expectAlive(ends, url)
    })
  }

  test('T24 as someone else by hand: its token is of no more use', async (ends) => {
    const { server, url } = await start(ends)
    const ann = await enter(ends, url, device('ann'))
    ann.peer.send(['~wse:identify', 'bob', 1])
    expect((await ann.peer.closed).code).toBe(4501)
    const again = ends.peer(url)
    again.hi(back(ann.session, 2, { first: 2 }))
    expect((await again.closed).code).toBe(4501)
    expect([again.received, server.clients.size]).toEqual([[], 0])
    await expectAlive(ends, url)
  })

  test('T24 while identify is broken changes nothing until the time is over', async (ends) => {
    const accepts = timed(2_000)
    const identify: Identify = (context) => {
      if (context.refresh) throw new Error('cold')
      return accepts(context)
    }
    const { server, url } = await start(ends, 2_000, identify)
    const ann = await enter(ends, url, device('ann'))
    ann.peer.send(['~wse:identify', 'ann', 1])
    expect(await ann.peer.next()).toMatchObject(['~wse:response-err', { code: 'wse.server.rp.failed' }, 1])
    expect(JSON.stringify(ann.peer.received)).not.toContain('cold')
    await expectTalks(server, ann)
    await ends.clock.advance(27_000)
    expect((await ann.peer.closed).code).toBe(4007)
    await expectAlive(ends, url)
  })
})
