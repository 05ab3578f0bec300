import type { ProtocolObject } from '@wse/client'
import type { Identify, IdentifyContext } from '@wse/server'
import { expect } from 'vitest'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { TWO } from '../session/two-protocols.js'
import { expectAlive, startServer } from '../threats/alive.js'
import { arrive, device, enter, errorsOf, expectTalks, handled, resetsOf } from '../threats/session-fixture.js'

/** Heartbeats are other tests' business. */
const quiet = { heartbeat: false } as const

/** A protocol that cannot say everything. */
const PICKY: ProtocolObject = {
  ...TWO.two,
  pack: (frame) => {
    if (JSON.stringify(frame).includes('unspeakable')) throw new Error('cannot be said')
    return TWO.two.pack(frame)
  },
}

behaviour('a broadcast in two protocols', (test) => {
  test('defect 20: what one protocol could not encode reached nobody of the other', async (ends) => {
    const { server, url } = await ends.server({ ...quiet, protocol: [TWO.one, PICKY] })
    const peers = ['two', 'one', 'two', 'one'].map((name) => ends.peer(url, name))
    for (const [i, peer] of peers.entries()) await peer.greet({ identity: `user ${i}` })
    expect(server.broadcast('news', 'unspeakable')).toEqual({ sent: 2, queued: 0, dropped: 2 })
    expect(server.broadcast('news', 'unspeakable', { volatile: true })).toEqual({ sent: 2, queued: 0, dropped: 2 })
    expect(server.broadcast('news', 'plain')).toEqual({ sent: 4, queued: 0, dropped: 0 })
    const heard = await Promise.all(
      peers.map(async (peer) => {
        let frames = 1
        while (((await peer.next()) as unknown[])[1] !== 'plain') frames++
        return frames
      }),
    )
    expect(heard).toEqual([1, 3, 1, 3])
    // What nobody hears is for the caller to know.
    expect(() => server.send('user 0', 'news', 'unspeakable')).toThrow('cannot be said')
    for (const peer of peers) peer.close()
    await Promise.all(peers.map(({ closed }) => closed))
  })
})

behaviour('messageRate', (test) => {
  for (const [what, frame] of [
    ['~wse:ack', ['~wse:ack', 0]],
    ['~wse:pong', ['~wse:pong', { sent: 0, received: 0 }]],
  ] as const) {
    test(`defect 21: ${what} was free of charge`, async (ends) => {
      const rate = { perSecond: 20, burst: 100, close: true }
      const { server, url } = await startServer(ends, { ...quiet, limits: { messageRate: rate } })
      const { peer } = await enter(ends, url, device('ann'))
      for (let n = 0; n < 90; n++) peer.send(frame)
      await handled(server, peer)
      expect(peer.closedWith).toBe(null)
      for (let n = 0; n < 410; n++) peer.send(frame)
      expect(await peer.closed).toEqual({ code: 4004, reason: 'wse.rate' })
      await expectAlive(ends, url)
    })
  }
})

/** Everybody who does not say who they are is another guest. */
function guests(): Identify {
  let guest = 0
  return ({ identity, accept }) => accept(identity ? String(identity) : `guest ${++guest}`, null, { expires: 2_000 })
}

behaviour('a guest whose authorisation ends', (test) => {
  for (const nobody of ['', null]) {
    test(`defect 22: it was sent away when it renewed, as ${JSON.stringify(nobody)}`, async (ends) => {
      const { server, url } = await startServer(ends, { ...quiet, identify: guests() })
      const { identity: _, ...hi } = device('')
      const guest = await enter(ends, url, hi)
      expect(guest.session.cid).toBe('guest 1')
      for (let renewal = 0; renewal < 4; renewal++) {
        await ends.clock.advance(20_000)
        const stamp = 2 * renewal + 1
        guest.peer.send(['~wse:identify', nobody, stamp])
        await until(() => JSON.stringify(guest.peer.received).includes(`["~wse:response",null,${stamp}]`))
      }
      expect([guest.peer.closedWith, connOf(server, 'guest 1').state]).toEqual([null, 'live'])
      guest.peer.send(['~wse:identify', 'mallory', 9])
      expect(await guest.peer.closed).toEqual({ code: 4501, reason: 'wse.not-authorized' })
      await expectAlive(ends, url)
    })
  }

  test('defect 22: its client was sent away when it renewed', async (ends) => {
    const { server, url } = await startServer(ends, { ...quiet, identify: guests() })
    const client = ends.client(url, { re: true })
    await client.connect()
    const closed: number[] = []
    client.when.closed((code) => closed.push(code))
    for (let renewal = 0; renewal < 3; renewal++) {
      await ends.clock.advance(20_000)
      await client.refresh('')
    }
    await idle()
    expect([client.status, client.cid, closed]).toEqual(['READY', 'guest 1', []])
    expect([...server.clients.keys()]).toEqual(['guest 1'])
  })
})

behaviour('drain()', (test) => {
  test('defect 23: who was in the midst of the handshake was let in', async (ends) => {
    const asked: IdentifyContext[] = []
    const identify: Identify = (context) => {
      if (context.identity === 'slow') asked.push(context)
      else context.accept(String(context.identity))
    }
    const { server, url } = await startServer(ends, { ...quiet, identify })
    const told: unknown[] = []
    server.when.joined(({ cid }) => told.push(cid))
    const errors = errorsOf(server)
    const [silent, slow] = [ends.peer(url), ends.peer(url)]
    slow.hi(device('slow'))
    await until(() => asked.length === 1 && server.inspect().handshakes === 2)
    const drained = server.drain({ timeout: 5_000, spread: 0 })
    asked[0]?.accept('slow')
    silent.hi(device('late'))
    const tryAgain = { code: 4009, reason: 'wse.try-again' }
    expect(await Promise.all([slow.closed, silent.closed])).toEqual([tryAgain, tryAgain])
    expect([slow.received, silent.received, told, errors, server.clients.size]).toEqual([[], [], [], [], 0])
    await ends.clock.advance(1_000)
    await drained
  })
})

behaviour('a client that closes with 4503', (test) => {
  test('defect 24: it was told as revoked', async (ends) => {
    const { server, url } = await startServer(ends, quiet)
    const resets = resetsOf(server)
    const [ann, bob, eve] = await Promise.all(['ann', 'bob', 'eve'].map((cid) => arrive(ends, server, url, cid)))
    if (!ann || !bob || !eve) throw new Error('somebody is missing')
    expect(connOf(server, 'bob').send('m', 'not acknowledged')).toBe('sent')
    const codes: unknown[] = []
    server.when.disconnected(({ cid }, code) => codes.push(`${cid} ${code}`))
    for (const [{ peer }, cid] of [
      [ann, 'ann'],
      [bob, 'bob'],
    ] as const) {
      peer.close(4503, 'wse.revoked')
      await until(() => !server.clients.has(cid))
    }
    expect([codes, resets]).toEqual([['ann 4503', 'bob 4503'], ['bob closed']])
    await expectTalks(server, eve)
    server.revoke('eve')
    expect(resets).toEqual(['bob closed', 'eve revoked'])
  })
})
