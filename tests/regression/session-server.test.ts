import { WSE_ERROR } from '@wse/client'
import type { Identify, IdentifyContext, WseServer } from '@wse/server'
import { expect } from 'vitest'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from '../threats/alive.js'
import { arrive, back, device, enter, errorsOf, expectTalks, lose } from '../threats/session-fixture.js'

/** Heartbeats are other tests' business. */
const quiet = { heartbeat: false } as const
const TRY_AGAIN = { code: 4009, reason: 'wse.try-again' }

/** What a server tells of the life of sessions, in order. */
function lifeOf(server: WseServer): string[] {
  const told: string[] = []
  server.when.connected(({ cid }) => told.push(`connected ${cid}`))
  server.when.suspended(({ cid }) => told.push(`suspended ${cid}`))
  server.when.resumed(({ cid }) => told.push(`resumed ${cid}`))
  server.when.disconnected(({ cid }, code) => told.push(`disconnected ${cid} ${code}`))
  return told
}

behaviour('a hello whose limit is too small for ~wse:session', (test) => {
  test('defect 13: it left a user behind that nobody was', async (ends) => {
    const { server, url } = await startServer(ends, { ...quiet, connPerUser: 1 })
    const [errors, told] = [errorsOf(server), lifeOf(server)]
    const peer = ends.peer(url)
    peer.hi({ ...device('ann'), limit: 50 })
    expect(await peer.closed).toEqual(TRY_AGAIN)
    expect([peer.received, server.clients.size, told]).toEqual([[], 0, []])
    expect(server.inspect()).toMatchObject({ connections: 0, clients: 0, instances: 0, tokens: 0, handshakes: 0 })
    expect(errors.map(({ code }) => code)).toEqual([WSE_ERROR.IDENTIFY_FAILED])
    await expectTalks(server, await arrive(ends, server, url))
    await expectAlive(ends, url)
    await server.close()
    expect(new Set(Object.values(server.inspect()))).toEqual(new Set([0]))
  })

  for (const away of [true, false]) {
    test(`defect 13: it cost the ${away ? 'suspended' : 'live'} session it asked for`, async (ends) => {
      const { server, url } = await startServer(ends, quiet)
      const ann = await arrive(ends, server, url)
      if (away) await lose(server, ann)
      const told = lifeOf(server)
      for (let times = 0; times < 6; times++) {
        const peer = ends.peer(url)
        peer.hi({ ...back(ann.session, 2), limit: 50 })
        expect(await peer.closed).toEqual(TRY_AGAIN)
      }
      expect([connOf(server, 'ann').state, told]).toEqual([away ? 'suspended' : 'live', []])
      const again = await enter(ends, url, back(ann.session, 2))
      expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
      await expectTalks(server, again)
      await server.close()
      expect(new Set(Object.values(server.inspect()))).toEqual(new Set([0]))
    })
  }
})

behaviour('server.close()', (test) => {
  test('defect 14: with a reason too long for a client it never resolved, nor did a second one', async (ends) => {
    const { server, url } = await startServer(ends, quiet)
    const { peer } = await enter(ends, url, { ...device('ann'), limit: 330 })
    const bob = await arrive(ends, server, url, 'bob')
    await server.close({ reason: 'x'.repeat(330) })
    await server.close()
    const closing = { code: 4001, reason: 'x'.repeat(123) }
    expect(await Promise.all([peer.closed, bob.peer.closed])).toEqual([closing, closing])
    expect(new Set(Object.values(server.inspect()))).toEqual(new Set([0]))
  })

  test('defect 15: a listener of disconnected that closed it again had clients see two codes', async (ends) => {
    const { server, url } = await startServer(ends, quiet)
    const away = await arrive(ends, server, url, 'away')
    const here = await Promise.all(['ann', 'bob', 'eve'].map((cid) => arrive(ends, server, url, cid)))
    await lose(server, away)
    const [codes, again]: [number[], Promise<void>[]] = [[], []]
    server.when.disconnected((_, code) => {
      codes.push(code)
      again.push(server.close({ code: 4503, reason: 'wse.revoked' }))
    })
    await server.close()
    await Promise.all(again)
    expect(codes).toEqual([4001, 4001, 4001, 4001])
    const restart = { code: 4001, reason: 'wse.restart' }
    expect(await Promise.all(here.map(({ peer }) => peer.closed))).toEqual([restart, restart, restart])
  })
})

behaviour('a suspended session that is full', (test) => {
  test('defect 16: a call that expired and ended it left the timer of the next call armed', async (ends) => {
    const { server, url } = await startServer(ends, { ...quiet, resume: { frames: 2 } })
    const ann = await arrive(ends, server, url)
    const conn = connOf(server, 'ann')
    const fates = [1_000, 5_000].map((timeout) => conn.call('ask', 1, { timeout }).catch(({ code }) => code))
    expect([await ann.peer.next(), await ann.peer.next()]).toHaveLength(2)
    await lose(server, ann)
    const reset = server.when.reset()
    await ends.clock.advance(1_000)
    expect((await reset)[1]).toMatchObject({ reason: 'server-buffer' })
    expect(await Promise.all(fates)).toEqual(['wse.client.rp.timeout', 'wse.client.rp.disconnect'])
    expect([conn.state, ends.clock.timers]).toEqual(['closed', []])
  })
})

behaviour('a session that changes hands in a listener', (test) => {
  test('defect 17: a renewal asked for on a lost link closed the new one when it was refused', async (ends) => {
    const renewals: IdentifyContext[] = []
    const identify: Identify = (context) => {
      if (context.refresh) renewals.push(context)
      else context.accept('ann')
    }
    const { server, url } = await startServer(ends, { ...quiet, identify })
    const ann = await arrive(ends, server, url)
    ann.peer.send(['~wse:identify', 'stale', 1])
    await until(() => renewals.length === 1)
    await lose(server, ann)
    const again = await enter(ends, url, { ...back(ann.session, 2, { first: 2 }), identity: 'fresh' })
    expect(again.session).toMatchObject({ resumed: true, received: 1 })
    expect(await again.peer.next()).toMatchObject(['~wse:response-err', {}, 1])
    renewals[0]?.refuse()
    await idle()
    expect([again.peer.closedWith, connOf(server, 'ann').identity]).toEqual([null, 'fresh'])
    await expectTalks(server, again)
    expect(server.inspect()).toMatchObject({ refreshes: 0, connections: 1 })
  })

  test('defect 18: resumed was told of a link that a listener of suspended had cut', async (ends) => {
    const { server, url } = await startServer(ends, quiet)
    const ann = await arrive(ends, server, url)
    const told = lifeOf(server)
    const off = server.when.suspended((conn) => conn.terminate())
    const peer = ends.peer(url)
    peer.hi(back(ann.session, 2))
    expect((await ann.peer.closed).code).toBe(4005)
    expect((await peer.closed).code).toBe(1006)
    expect([told, connOf(server, 'ann').state]).toEqual([['suspended ann', 'suspended ann'], 'suspended'])
    off()
    const again = await enter(ends, url, back(ann.session, 3))
    expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
    await expectTalks(server, again)
    expect(told.slice(2)).toEqual(['resumed ann'])
  })

  for (const away of [true, false]) {
    test(`defect 19: a welcome that dropped the ${away ? 'suspended' : 'live'} connection resurrected it`, async (ends) => {
      let drops = false
      const identify: Identify = ({ identity, accept }) => {
        const welcome = {
          get name() {
            if (drops) server.dropClient('ann', 'banned')
            return 'Ann'
          },
        }
        accept(String(identity), identity === 'ann' ? welcome : null)
      }
      const { server, url } = await startServer(ends, { ...quiet, identify })
      const ann = await arrive(ends, server, url)
      if (away) await lose(server, ann)
      const told = lifeOf(server)
      drops = true
      const peer = ends.peer(url)
      peer.hi(back(ann.session, 2))
      expect(await peer.closed).toEqual({ code: 4506, reason: 'banned' })
      expect([peer.received, told, [...server.clients.keys()]]).toEqual([[], ['disconnected ann 4506'], []])
      if (!away) expect((await ann.peer.closed).code).toBe(4506)
      expect(server.inspect()).toMatchObject({ connections: 0, suspended: 0, tokens: 0, instances: 0 })
      await expectAlive(ends, url)
    })
  }
})
