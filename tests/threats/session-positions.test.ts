import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { arrive, connBy, device, type Entered, enter, expectTalks, handled, lose, resetsOf } from './session-fixture.js'

/** What a session of this file has sent and taken, as its server sees it; one of what it sent is acknowledged. */
const SENT = 3
const TAKEN = 2
const KNOWN = 1

const LARGEST = Number.MAX_SAFE_INTEGER

/** No positions, as they stand in JSON; NaN and Infinity travel as null. */
const NO_POSITIONS = ['-1', '0.5', 'null', '9007199254740992', '1e400', '-1e400', '"5"', 'true', '[]', '{}']

/** A frame with `raw` in the place of '@'; without `raw` that member, or position, is left out. */
function wire(frame: readonly unknown[], raw?: string): string {
  const given = JSON.stringify(frame)
  const text = raw === undefined ? given.replace(/,?"\w+":"@"|,"@"/, '').replace('{,', '{') : given.replace('"@"', raw)
  // It is what it says that has to be wrong.
  expect(() => JSON.parse(text)).not.toThrow()
  return text
}

/** A session with a few frames both ways. */
async function talked(ends: Ends) {
  const { server, url } = await startServer(ends, { heartbeat: false })
  const ann = await arrive(ends, server, url)
  for (let n = 1; n <= SENT; n++) connBy(server, ann.session.id).send('n', n)
  for (let n = 1; n <= SENT; n++) expect(await ann.peer.next()).toEqual(['n', n])
  for (let n = 1; n <= TAKEN; n++) ann.peer.send(['m', n])
  ann.peer.send(['~wse:ack', KNOWN])
  await handled(server, ann.peer)
  return { server, url, ann, resets: resetsOf(server) }
}

/** `~wse:hi` of ann's next link, with positions of any kind. */
function hi({ session }: Entered, positions: object, attempt = 2): unknown[] {
  return ['~wse:hi', { v: 5, ...device('ann', attempt), resume: { token: session.token, ...positions } }]
}

/** A session that has nothing to do with the one before takes its place, and works. */
async function expectFresh(ends: Ends, server: WseServer, url: string, before: Entered): Promise<void> {
  const fresh = await enter(ends, url, device('ann', 7))
  expect(fresh.session).toMatchObject({ resumed: false, received: 0 })
  expect(fresh.session.id).not.toBe(before.session.id)
  await expectTalks(server, fresh)
  await expectAlive(ends, url)
}

behaviour('positions of a resume that are none', { codecs: 'all' }, (test) => {
  for (const member of ['received', 'first']) {
    for (const raw of [...NO_POSITIONS, undefined]) {
      test(`T32 ${member} ${raw ?? 'missing'} is closed with 4500, and costs nobody the session`, async (ends) => {
        const { server, url, ann, resets } = await talked(ends)
        await lose(server, ann)
        const peer = ends.peer(url)
        peer.send(wire(hi(ann, { received: SENT, first: TAKEN + 1, [member]: '@' }), raw))
        expect((await peer.closed).code).toBe(4500)
        expect(peer.received).toEqual([])
        const again = await enter(ends, url, { ...(hi(ann, { received: SENT, first: TAKEN + 1 }, 3)[1] as object) })
        expect(again.session).toMatchObject({ resumed: true, id: ann.session.id, received: TAKEN })
        await expectTalks(server, again)
        expect(resets).toEqual([])
        await expectFresh(ends, server, url, ann)
      })
    }
  }
})

behaviour('positions of a resume that cannot be', { codecs: 'all' }, (test) => {
  const impossible: [string, object, string][] = [
    ['received above what was sent', { received: SENT + 1 }, 'desync'],
    ['received far above what was sent', { received: LARGEST }, 'desync'],
    ['received below what was acknowledged', { received: KNOWN - 1 }, 'desync'],
    // P-56, row 9: that a client no longer holds what was not taken is a buffer too small, not a desync.
    ['first above what is missing', { first: TAKEN + 2 }, 'client-buffer'],
    ['first far above what is missing', { first: LARGEST }, 'client-buffer'],
  ]
  for (const [what, positions, reason] of impossible) {
    test(`T32 ${what} gets a fresh session for ${reason}`, async (ends) => {
      const { server, url, ann, resets } = await talked(ends)
      await lose(server, ann)
      const { received, first } = { received: SENT, first: TAKEN + 1, ...positions }
      const resume = { token: ann.session.token, received, first }
      const fresh = await enter(ends, url, { ...device('ann', 2), resume })
      expect(fresh.session).toMatchObject({ resumed: false, reason, received: TAKEN })
      expect(fresh.session.id).not.toBe(ann.session.id)
      expect(resets).toEqual([`ann ${reason}`])
      await expectTalks(server, fresh)
      await expectFresh(ends, server, url, fresh)
    })
  }
})

behaviour('positions on a link that are none', { codecs: 'all' }, (test) => {
  const frames: [string, unknown[]][] = [
    ['ack', ['~wse:ack', '@']],
    ['pong.sent', ['~wse:pong', { sent: '@', received: SENT }]],
    ['pong.received', ['~wse:pong', { sent: TAKEN, received: '@' }]],
  ]
  for (const [what, frame] of frames) {
    for (const raw of [...NO_POSITIONS, undefined]) {
      test(`T32 ${what} ${raw ?? 'missing'} is closed with 4500`, async (ends) => {
        const { server, url, ann } = await talked(ends)
        const gone = server.when.disconnected()
        ann.peer.send(wire(frame, raw))
        ann.peer.send(['m', 'too late'])
        expect((await ann.peer.closed).code).toBe(4500)
        expect((await gone)[1]).toBe(4500)
        // P-56, row 2: an end that was final is said again.
        const again = ends.peer(url)
        again.send(hi(ann, { received: SENT, first: TAKEN + 1 }))
        expect((await again.closed).code).toBe(4500)
        await expectFresh(ends, server, url, ann)
      })
    }
  }
})

behaviour('positions on a link that cannot be', { codecs: 'all' }, (test) => {
  const frames: [string, unknown[]][] = [
    ['T33 ack decreasing', ['~wse:ack', KNOWN - 1]],
    ['T33 ack above what was sent', ['~wse:ack', SENT + 1]],
    ['T32 ack far above what was sent', ['~wse:ack', LARGEST]],
    ['T32 pong.sent above what came', ['~wse:pong', { sent: TAKEN + 1, received: SENT }]],
    ['T32 pong.sent far above what came', ['~wse:pong', { sent: LARGEST, received: SENT }]],
    ['T32 pong.sent below what came', ['~wse:pong', { sent: TAKEN - 1, received: SENT }]],
    ['T33 pong.received decreasing', ['~wse:pong', { sent: TAKEN, received: KNOWN - 1 }]],
    ['T33 pong.received above what was sent', ['~wse:pong', { sent: TAKEN, received: SENT + 1 }]],
    ['T32 pong.received far above what was sent', ['~wse:pong', { sent: TAKEN, received: LARGEST }]],
  ]
  for (const [what, frame] of frames) {
    test(`${what} is closed with 4006, and the session ends`, async (ends) => {
      const { server, url, ann, resets } = await talked(ends)
      const heard: unknown[] = []
      server.channel.on('m', (_, payload) => heard.push(payload))
      const gone = server.when.disconnected()
      ann.peer.send(frame)
      ann.peer.send(['m', 'too late'])
      expect(await ann.peer.closed).toEqual({ code: 4006, reason: 'wse.desync' })
      expect((await gone).slice(1)).toEqual([4006, 'wse.desync'])
      expect([resets, heard]).toEqual([['ann desync'], []])
      const resume = { token: ann.session.token, received: SENT, first: TAKEN + 1 }
      const fresh = await enter(ends, url, { ...device('ann', 2), resume })
      expect(fresh.session).toMatchObject({ resumed: false, reason: 'desync', received: TAKEN })
      await expectTalks(server, fresh)
      await expectFresh(ends, server, url, fresh)
    })
  }

  test('T33 ack of the same again, and of everything, is taken', async (ends) => {
    const { server, url, ann, resets } = await talked(ends)
    for (const position of [KNOWN, KNOWN, SENT, SENT]) ann.peer.send(['~wse:ack', position])
    ann.peer.send(['~wse:pong', { sent: TAKEN, received: SENT }])
    await expectTalks(server, ann)
    expect(resets).toEqual([])
    await expectAlive(ends, url)
  })
})
