import type { Identify, WseServer } from '@wse/server'
import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { arrive, back, device, enter, expectTalks, handled, lose, resetsOf } from './session-fixture.js'

/** Lets nobody in until it is told to, and then in the order it is told. */
function gate(identities: readonly string[]) {
  const waiting = new Map<string, () => void>()
  const identify: Identify = ({ identity, meta, accept }) => {
    const { link } = (meta ?? {}) as { link?: string }
    if (link === undefined || !identities.includes(link)) return accept(String(identity))
    waiting.set(link, () => accept(String(identity)))
  }
  const open = (...order: string[]) => {
    for (const link of order) waiting.get(link)?.()
  }
  return { identify, waiting, open }
}

/** What the server tells of devices that end. */
function endsOf(server: WseServer): string[] {
  const told: string[] = []
  server.when.disconnected((conn, code) => told.push(`${conn.cid} ${code}`))
  return told
}

behaviour('two links of one client', (test) => {
  for (const order of [
    ['older', 'newer'],
    ['newer', 'older'],
  ]) {
    for (const away of [true, false]) {
      const title = `T34 that resume its ${away ? 'suspended' : 'live'} session in one turn, the ${order[0]} first`
      test(`${title}: the newer one has it, the other is closed 4005`, async (ends) => {
        const { identify, waiting, open } = gate(['older', 'newer'])
        const { server, url } = await startServer(ends, { identify })
        const [told, resets] = [endsOf(server), resetsOf(server)]
        const ann = await arrive(ends, server, url)
        if (away) await lose(server, ann)
        const [older, newer] = [ends.peer(url), ends.peer(url)]
        older.hi({ ...back(ann.session, 2), meta: { link: 'older' } })
        newer.hi({ ...back(ann.session, 3), meta: { link: 'newer' } })
        await until(() => waiting.size === 2)
        open(...order)
        expect(await older.closed).toEqual({ code: 4005, reason: 'wse.superseded' })
        const [, session] = (await newer.next()) as [string, typeof ann.session]
        expect(session).toMatchObject({ resumed: true, id: ann.session.id })
        expect(await newer.next()).toEqual(['~wse:welcome'])
        if (!away) expect((await ann.peer.closed).code).toBe(4005)
        const now = { peer: newer, session }
        await expectTalks(server, now)
        expect(server.inspect()).toMatchObject({ connections: 1, links: 1, suspended: 0, instances: 1 })
        expect([told, resets]).toEqual([[], []])
        await lose(server, now)
        const again = await enter(ends, url, back(session, 4, { received: 1, first: 2 }))
        expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
        await expectAlive(ends, url)
      })
    }
  }

  test('T34 that resume it without a gate in between: one of them has it in the end', async (ends) => {
    const { server, url } = await startServer(ends)
    const ann = await arrive(ends, server, url)
    await lose(server, ann)
    const peers = Array.from({ length: 10 }, (_, n) => {
      const peer = ends.peer(url)
      peer.hi(back(ann.session, n + 2))
      return peer
    })
    await until(() => peers.filter(({ closedWith }) => closedWith === null).length === 1)
    await idle()
    const codes = peers.map(({ closedWith }) => closedWith?.code ?? 'open').sort()
    expect(codes).toEqual([...Array.from({ length: 9 }, () => 4005), 'open'])
    expect(server.inspect()).toMatchObject({ connections: 1, links: 1, suspended: 0 })
    await expectAlive(ends, url)
  })
})

behaviour('a hello that comes late', (test) => {
  for (const [what, isResume] of [
    ['a hello', false],
    ['a resume', true],
  ] as const) {
    test(`T35 ${what} of attempt 2 after attempt 3 is closed 4005 and costs nothing`, async (ends) => {
      const { server, url } = await startServer(ends, { connPerUser: 1 })
      const [told, resets] = [endsOf(server), resetsOf(server)]
      const ann = await enter(ends, url, device('ann', 3))
      for (const attempt of [2, 3, 0]) {
        const late = ends.peer(url)
        late.hi(isResume ? back(ann.session, attempt) : device('ann', attempt))
        expect(await late.closed).toEqual({ code: 4005, reason: 'wse.superseded' })
        expect(late.received).toEqual([])
      }
      await expectTalks(server, ann)
      expect([told, resets, server.inspect().connections]).toEqual([[], [], 1])
      await lose(server, ann)
      const again = await enter(ends, url, back(ann.session, 4, { received: 1, first: 2 }))
      expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
      await expectTalks(server, again)
      await expectAlive(ends, url)
    })
  }

  test('T35 a hello of attempt 2 after attempt 3 has left brings nobody back', async (ends) => {
    const { server, url } = await startServer(ends)
    const ann = await enter(ends, url, device('ann', 3))
    const gone = server.when.disconnected()
    ann.peer.close()
    await gone
    const late = ends.peer(url)
    late.hi(device('ann', 2))
    expect((await late.closed).code).toBe(4005)
    expect(server.inspect()).toMatchObject({ connections: 0, clients: 0 })
    await expectAlive(ends, url)
  })
})

behaviour('frames on a link that was left', (test) => {
  test('T41 never reach a handler, and are not counted', async (ends) => {
    const { server, url } = await startServer(ends, { heartbeat: false })
    const heard: unknown[] = []
    server.channel.on('m', (_, payload) => heard.push(payload))
    server.register('late', () => heard.push('called'))
    const ann = await arrive(ends, server, url)
    ann.peer.send(['m', 1])
    await handled(server, ann.peer)
    // Its other end is told of the close, but has not heard of it yet.
    server.when.resumed(() => {
      for (const frame of [['m', 'late'], ['~wse:volatile', ['m', 'late']], ['late', 1, 1], ['~wse:ack', 9], 'junk']) {
        ann.peer.send(frame)
      }
    })
    const now = await enter(ends, url, back(ann.session, 2, { first: 2 }))
    expect(now.session).toMatchObject({ resumed: true, received: 1 })
    expect((await ann.peer.closed).code).toBe(4005)
    expect(ann.peer.transport.state).toBe('closed')
    now.peer.send(['m', 2])
    await handled(server, now.peer)
    await idle()
    expect(heard).toEqual([1, 2])
    await ends.clock.advance(1_000)
    expect(await now.peer.next()).toEqual(['~wse:ack', 2])
    await expectTalks(server, now)
    await expectAlive(ends, url)
  })
})

behaviour('frames before ~wse:session', (test) => {
  for (const [count, isResume] of [
    [500, false],
    [500, true],
    [2, false],
    [2, true],
  ] as const) {
    test(`T42 ${count} of them behind a ${isResume ? 'resume' : 'hello'} are closed 4500, none is handled`, async (ends) => {
      const accepted = deferred<void>()
      let slow = false
      const identify: Identify = async ({ identity, accept }) => {
        if (slow && identity === 'ann') await accepted.promise
        accept(String(identity))
      }
      const { server, url } = await startServer(ends, { identify })
      const heard: unknown[] = []
      server.channel.on('m', (_, payload) => heard.push(payload))
      server.register('early', () => heard.push('called'))
      const ann = await arrive(ends, server, url)
      await lose(server, ann)
      slow = true
      const peer = ends.peer(url)
      peer.hi(isResume ? back(ann.session, 2) : device('ann', 2))
      for (let n = 0; n < count / 2; n++)
        for (const frame of [
          ['m', n],
          ['early', n, 2 * n + 1],
        ])
          peer.send(frame)
      expect((await peer.closed).code).toBe(4500)
      accepted.resolve()
      await idle()
      expect([heard, peer.received]).toEqual([[], []])
      expect(server.inspect()).toMatchObject({ connections: 1, suspended: 1, handshakes: 0, heldFrames: 0 })
      const again = await enter(ends, url, back(ann.session, 3))
      expect(again.session).toMatchObject({ resumed: true, id: ann.session.id, received: 0 })
      await expectTalks(server, again)
      await expectAlive(ends, url)
    })
  }
})
