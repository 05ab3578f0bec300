import { randomBytes } from 'node:crypto'
import { createTestClock } from '@wse/testing'
import { describe, expect, it, vi } from 'vitest'
import { type SessionTokens, Tokens } from '../../packages/server/src/sessions/tokens.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { arrive, back, device, enter, errorsOf, expectTalks, lose, resetsOf } from './session-fixture.js'

// A second or so of work, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 20_000 })

const guess = () => randomBytes(32).toString('base64url')

/** `token` with another character at `place`. */
function forged(token: string, place: number): string {
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
}

const offer = (token: string) => ({ resume: { token, received: 0, first: 1 } })

behaviour('resume tokens that are guessed', { codecs: 'all' }, (test) => {
  test('T29 300 random ones, and a real one with one character changed, get a fresh session that works', async (ends) => {
    const { server, url } = await startServer(ends)
    const errors = errorsOf(server)
    const ann = await arrive(ends, server, url)
    await lose(server, ann)
    const { token } = ann.session
    const changed = Array.from(token, (_, place) => forged(token, place))
    const tokens = [...Array.from({ length: 300 }, guess), ...changed, '', token.slice(1), `${token}A`, `${token}=`]
    for (const [n, wrong] of tokens.entries()) {
      const guesser = await enter(ends, url, { ...device(`guesser ${n}`), ...offer(wrong) })
      expect(guesser.session).toMatchObject({ resumed: false, reason: 'unknown-session', received: 0 })
      await expectTalks(server, guesser)
      guesser.peer.close()
    }
    // Who guesses is no thief yet: a token nobody knows is what a restart leaves behind.
    expect(errors).toEqual([])
    const again = await enter(ends, url, back(ann.session, 2))
    expect(again.session).toMatchObject({ resumed: true, id: ann.session.id })
    await expectAlive(ends, url)
  })
})

describe('the tokens of a server', () => {
  it('T29 100,000 random ones find none of 1,000 sessions, and nothing of them is remembered', () => {
    const tokens = new Tokens<{ tokens: SessionTokens | null }>(createTestClock())
    const sessions = Array.from({ length: 1_000 }, () => ({ tokens: null }))
    const issued = sessions.map((session) => tokens.issue(session))
    expect(new Set(issued).size).toBe(1_000)
    for (let n = 0; n < 100_000; n++) if (tokens.find(guess()) !== undefined) throw new Error('a guess was right')
    expect(tokens.size).toBe(1_000)
    expect(issued.map((token) => tokens.find(token)?.session)).toEqual(sessions)
  })
})

behaviour('a resume token of someone else', { codecs: 'all' }, (test) => {
  const strangers = ['mallory', '']
  for (const identity of strangers) {
    for (const away of [false, true]) {
      const [who, where] = [identity || 'nobody', away ? 'suspended' : 'live']
      test(`T30 offered by ${who} gives a fresh session; the owner's stays ${where} and resumable`, async (ends) => {
        const { server, url } = await startServer(ends)
        const [errors, resets] = [errorsOf(server), resetsOf(server)]
        const ann = await arrive(ends, server, url)
        if (away) await lose(server, ann)
        // As the owner's own device, if that helps.
        const thief = await enter(ends, url, { ...back(ann.session, 2), identity })
        expect(thief.session).toMatchObject({ resumed: false, reason: 'identity-mismatch', received: 0 })
        expect(thief.session.cid).not.toBe('ann')
        expect(thief.session.id).not.toBe(ann.session.id)
        expect(errors).toMatchObject([{ code: 'wse.server.resume-refused', details: { reason: 'identity-mismatch' } }])
        expect(errors[0]?.details).toMatchObject({ cid: thief.session.cid, conn_id: thief.session.id })
        expect(errors[0]?.text).not.toContain(ann.session.token)
        await expectTalks(server, thief)
        if (!away) {
          await expectTalks(server, ann)
          await lose(server, ann)
        }
        const position = away ? 0 : 1
        const again = await enter(ends, url, back(ann.session, 2, { received: position, first: position + 1 }))
        expect(again.session).toMatchObject({ resumed: true, id: ann.session.id, received: position })
        await expectTalks(server, again)
        expect(resets).toEqual([])
        await expectAlive(ends, url)
      })
    }
  }
})

behaviour('a resume token that was replaced', { codecs: 'all' }, (test) => {
  test('T31 is good until the new one is confirmed: the answer may have been lost', async (ends) => {
    const { server, url } = await startServer(ends, { connPerUser: 2 })
    const first = await arrive(ends, server, url)
    await lose(server, first)
    const second = await enter(ends, url, back(first.session, 2))
    expect(second.session.token).not.toBe(first.session.token)
    await lose(server, second)
    const third = await enter(ends, url, back(first.session, 3))
    expect(third.session).toMatchObject({ resumed: true, id: first.session.id })
    // What that lost answer had brought was replaced by this one.
    const late = await enter(ends, url, back(second.session, 4))
    expect(late.session).toMatchObject({ resumed: false, reason: 'token-reused' })
    await expectTalks(server, third)
    await expectAlive(ends, url)
  })

  for (const away of [false, true]) {
    test(`T31 is refused once that is confirmed, and the ${away ? 'suspended' : 'live'} session untouched`, async (ends) => {
      const { server, url } = await startServer(ends, { connPerUser: 2 })
      const [errors, resets] = [errorsOf(server), resetsOf(server)]
      const first = await arrive(ends, server, url)
      await lose(server, first)
      const second = await enter(ends, url, back(first.session, 2))
      second.peer.send(['~wse:ack', 0])
      await expectTalks(server, second)
      if (away) await lose(server, second)
      const thief = await enter(ends, url, back(first.session, 9))
      expect(thief.session).toMatchObject({ resumed: false, reason: 'token-reused' })
      expect(thief.session.id).not.toBe(first.session.id)
      expect(errors).toMatchObject([{ code: 'wse.server.resume-refused', details: { reason: 'token-reused' } }])
      expect(second.peer.closedWith?.code ?? 'open').toBe(away ? 1006 : 'open')
      await expectTalks(server, thief)
      if (!away) {
        await expectTalks(server, second)
        await lose(server, second)
      }
      const position = away ? 1 : 2
      const third = await enter(ends, url, back(second.session, 3, { received: position, first: position + 1 }))
      expect(third.session).toMatchObject({ resumed: true, id: first.session.id, received: position })
      await expectTalks(server, third)
      expect(resets).toEqual([])
      await expectAlive(ends, url)
    })
  }

  test('T31 tells whoever offers it nothing of the session, not even how far it got (P-68)', async (ends) => {
    const { server, url } = await startServer(ends, { connPerUser: 2 })
    const first = await arrive(ends, server, url)
    await expectTalks(server, first)
    await lose(server, first)
    const second = await enter(ends, url, back(first.session, 2, { received: 1, first: 2 }))
    second.peer.send(['~wse:ack', 1])
    await expectTalks(server, second)
    const thief = await enter(ends, url, back(first.session, 9, { received: 1, first: 2 }))
    expect(thief.session).toMatchObject({ resumed: false, reason: 'token-reused', received: 0 })
    await expectAlive(ends, url)
  })

  test('T31 is refused to another instance of the same user', async (ends) => {
    const { server, url } = await startServer(ends, { connPerUser: 2 })
    const ann = await arrive(ends, server, url)
    const other = await enter(ends, url, { ...back(ann.session, 2), instance: 'a laptop' })
    expect(other.session).toMatchObject({ resumed: false, reason: 'token-reused' })
    await expectTalks(server, ann)
    await expectAlive(ends, url)
  })
})

behaviour('what a client would like to be', { codecs: 'all' }, (test) => {
  test('T39 ids and tokens of its own choice in ~wse:hi are ignored', async (ends) => {
    const { server, url } = await startServer(ends)
    const ann = await arrive(ends, server, url)
    const wishes = { sid: 'wish', token: 'wish', cid: 'root', conn_id: 'wish', id: ann.session.id, epoch: 'wish' }
    const claims = { session: { id: 'wish', token: 'wish' }, resumed: true, received: 7, window: 1e9, expires: 1e9 }
    const mallory = await enter(ends, url, { ...device('mallory'), ...wishes, ...claims })
    expect(mallory.session).toMatchObject({ cid: 'mallory', resumed: false, received: 0, window: 120_000 })
    expect(mallory.session).not.toHaveProperty('reason')
    const { id, token } = mallory.session
    for (const wish of ['wish', 'root', ann.session.id, ann.session.token]) expect([id, token]).not.toContain(wish)
    expect([...server.clients.keys()]).toEqual(['ann', 'mallory'])
    expect([...(server.clients.get('mallory')?.conns.keys() ?? [])]).toEqual([id])
    const again = await enter(ends, url, { ...device('mallory', 2), ...offer('wish') })
    expect(again.session).toMatchObject({ resumed: false, reason: 'unknown-session' })
    await expectTalks(server, again)
    await expectTalks(server, ann)
    await expectAlive(ends, url)
  })

  test('T40 a session of another server process is unknown here, and untouched there', async (ends) => {
    const there = await startServer(ends)
    const here = await startServer(ends)
    const ann = await arrive(ends, there.server, there.url)
    await expectTalks(there.server, ann)
    await lose(there.server, ann)
    const fresh = await enter(ends, here.url, back(ann.session, 2, { received: 1, first: 2 }))
    expect(fresh.session).toMatchObject({ resumed: false, reason: 'unknown-session', received: 0 })
    await expectTalks(here.server, fresh)
    const again = await enter(ends, there.url, back(ann.session, 3, { received: 1, first: 2 }))
    expect(again.session).toMatchObject({ resumed: true, id: ann.session.id, received: 1 })
    await expectTalks(there.server, again)
    await expectAlive(ends, here.url)
    await expectAlive(ends, there.url)
  })
})
