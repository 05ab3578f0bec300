import { WSE_CLOSE, WSE_REASON, WSE_RESET } from '@wse/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { anew, Hall, hi, PROTOCOL, real } from './hall.test-helper.js'
import { isSuspicious } from './sessions.js'

let hall: Hall

beforeEach(() => {
  hall = new Hall()
})

const superseded = { is: 'refused', code: WSE_CLOSE.SUPERSEDED, reason: WSE_REASON.SUPERSEDED }

describe('a client that comes', () => {
  it('for the first time gets a new session', () => {
    expect(hall.judge(hi())).toEqual(anew(undefined, 0))
  })

  it('back goes on with what it had, live or waiting', () => {
    const [session, token] = hall.opened()
    expect(hall.judge(hi(token))).toEqual({ is: 'resumed', session })
    hall.suspend(session)
    expect(hall.judge(hi(token))).toEqual({ is: 'resumed', session })
  })

  it('with a token nobody knows gets a new session', () => {
    expect(hall.judge(hi('nonsense'))).toEqual(anew('unknown-session', 0))
  })

  it('anew, without a token, replaces what it had', () => {
    const [session] = hall.opened()
    expect(hall.judge(hi())).toEqual(anew(undefined, 0, session))
  })

  it.each([1, 0])('late, with attempt %i of an instance whose attempt 1 is known, is refused', (attempt) => {
    const [, token] = hall.opened()
    expect([hall.judge(hi(token, attempt)), hall.judge(hi(undefined, attempt))]).toEqual([superseded, superseded])
  })

  it('late, after it has left, is refused as well', () => {
    const [session, token] = hall.opened('ann', 'i1', 4)
    hall.end(session, 1000)
    expect([hall.judge(hi(token, 4)), hall.judge(hi(undefined, 3))]).toEqual([superseded, superseded])
    expect(hall.judge(hi(undefined, 5))).toEqual(anew(undefined, 0))
  })

  it('is judged by its own attempts only: those of other users and instances are theirs', () => {
    hall.opened('ann', 'i1', 9)
    expect(hall.judge(hi(undefined, 1, 'i2'))).toEqual(anew(undefined, 0))
    expect(hall.judge(hi(undefined, 1), 'ben')).toEqual(anew(undefined, 0))
    expect(hall.sessions.judge(hi(undefined, 1), 1, PROTOCOL)).toEqual(anew(undefined, 0))
  })

  it('too late for its session gets a new one, even before the timer has fired', () => {
    const [session, token] = hall.opened()
    hall.suspend(session)
    session.end = () => {
      expect(hall.judge(hi(token))).toEqual(anew('window', 7, session))
    }
    expect.assertions(1)
    hall.clock.sleep(5_000)
  })

  it('with another subprotocol gets a new one, and learns how far the old one came', () => {
    const [session, token] = hall.opened()
    expect(hall.judge(hi(token), 'ann', 'other')).toEqual(anew('protocol', 7, session))
  })

  it.each(['desync', 'server-buffer', 'client-buffer'] as const)('whose account says %s, likewise', (why) => {
    const [session, token] = hall.opened()
    session.refusal = why
    expect(hall.judge(hi(token))).toEqual(anew(why, 7, session))
  })
})

describe('a token of someone else', () => {
  it('leaves its owner’s session untouched, and tells nothing of it', () => {
    const [, token] = hall.opened('ann', 'i1')
    expect(hall.judge(hi(token), 'ben')).toEqual(anew('identity-mismatch', 0))
    expect(hall.judge(hi(token, 2, 'i2'))).toEqual(anew('token-reused', 0))
  })

  it('ends the session the asking client itself had', () => {
    const [, token] = hall.opened('ann', 'i1')
    const [own] = hall.opened('ben', 'i1')
    expect(hall.judge(hi(token), 'ben')).toEqual(anew('identity-mismatch', 0, own))
  })

  it('that was replaced leaves the session untouched, and tells nothing of it (P-68)', () => {
    const [session, token] = hall.opened()
    const next = hall.sessions.renew(real(session), token)
    hall.sessions.confirm(real(session))
    expect(hall.judge(hi(token))).toMatchObject({ is: 'new', why: 'token-reused', replaces: undefined })
    expect(hall.judge(hi(next))).toEqual({ is: 'resumed', session })
    expect(hall.judge(hi(token))).toMatchObject({ received: 0 })
  })

  it('is suspicious, and nothing else is', () => {
    const suspicious = Object.values(WSE_RESET).filter(isSuspicious)
    expect(suspicious).toEqual(['identity-mismatch', 'token-reused'])
    expect(isSuspicious(undefined)).toBe(false)
  })
})

describe('whose session a token is of', () => {
  it('is told while the token is good', () => {
    const [session, token] = hall.opened()
    expect(hall.sessions.owner(token)).toMatchObject({ cid: 'ann' })
    hall.sessions.renew(real(session), token)
    hall.sessions.confirm(real(session))
    expect([hall.sessions.owner(token), hall.sessions.owner('x')]).toEqual([null, null])
  })
})

describe('what a session is known by', () => {
  it('is a token only if it survives its link', () => {
    expect(hall.opened('ann', 'i1', 1, false)[1]).toBeUndefined()
    expect(hall.sessions.alive).toEqual({ instances: 1, tokens: 0 })
  })

  it('is no instance where the client names none', () => {
    const [session] = hall.opened('ann', null, 0, false)
    expect(hall.sessions.alive).toEqual({ instances: 0, tokens: 0 })
    hall.end(session, 1000)
    expect(hall.sessions.judge({ v: 5, attempt: 0 }, 'ann', PROTOCOL)).toEqual(anew(undefined, 0))
  })

  it('is not taken over by one that offered a replaced token', () => {
    const [session, token] = hall.opened()
    const [other] = hall.opened()
    expect(hall.judge(hi(token))).toEqual({ is: 'resumed', session })
    hall.end(other, 1000)
    expect(hall.judge(hi())).toEqual(anew(undefined, 0, session))
  })
})
