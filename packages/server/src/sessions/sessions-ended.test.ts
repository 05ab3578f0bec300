import { WSE_CLOSE, WSE_RESET } from '@wse/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { anew, Hall, hi, real } from './hall.test-helper.js'

let hall: Hall

beforeEach(() => {
  hall = new Hall()
})

describe('a session that ended', () => {
  it.each([WSE_RESET.WINDOW, WSE_RESET.EVICTED, WSE_RESET.SUPERSEDED])(
    '%s, is told so, with how far it came',
    (why) => {
      const [session, token] = hall.opened()
      hall.end(session, 1006, why)
      expect(hall.judge(hi(token))).toEqual(anew(why, 5))
      expect(hall.judge(hi(token), 'ben')).toEqual(anew('unknown-session', 0))
    },
  )

  it.each([
    [WSE_CLOSE.REVOKED, WSE_RESET.REVOKED],
    [WSE_CLOSE.DISPLACED, WSE_RESET.DISPLACED],
    [WSE_CLOSE.DROPPED, WSE_RESET.CLOSED],
    [WSE_CLOSE.MALFORMED, WSE_RESET.CLOSED],
  ])('with %i for good is closed with it again, for its own client alone', (code, why) => {
    const [session, token] = hall.opened()
    hall.end(session, code, why)
    expect(hall.judge(hi(token))).toEqual({ is: 'refused', code, reason: `because ${code}` })
    expect(hall.judge(hi(token), 'ben')).toEqual(anew('unknown-session', 0))
    expect(hall.judge(hi(undefined, 3))).toEqual(anew(undefined, 0))
  })

  it.each([1000, 1001, 4000, 4001])('with %i because its client left is forgotten', (code) => {
    const [session, token] = hall.opened()
    hall.end(session, code)
    expect(hall.judge(hi(token))).toEqual(anew('unknown-session', 0))
  })

  it('leaves no token and no instance alive', () => {
    const [session, token] = hall.opened()
    hall.sessions.renew(real(session), token)
    expect(hall.sessions.alive).toEqual({ instances: 1, tokens: 2 })
    hall.suspend(session)
    hall.end(session, 1000)
    expect([hall.sessions.alive, hall.sessions.suspended.size, hall.clock.armed]).toEqual([
      { instances: 0, tokens: 0 },
      0,
      0,
    ])
  })

  it('is forgotten with all others when the server closes', () => {
    const [session, token] = hall.opened()
    hall.end(session, 1006, WSE_RESET.WINDOW)
    hall.sessions.clear()
    expect(hall.judge(hi(token, 1))).toEqual(anew('unknown-session', 0))
  })
})

describe('a session nobody came back for', () => {
  it.each([
    [false, 'window'],
    [true, 'auth-expired'],
  ])('ends with how its link did; authorisation run out: %s', (expired, why) => {
    const [session] = hall.opened()
    session.expired = expired
    hall.suspend(session)
    hall.clock.advance(5_000)
    expect([session.ends, hall.clock.armed]).toEqual([[[1006, 'lost', why]], 0])
  })

  it('ends as evicted where the room was needed', () => {
    const all = ['i1', 'i2', 'i3', 'i4'].map((instance) => hall.opened('ann', instance)[0])
    for (const session of all) hall.suspend(session)
    expect(all.map(({ ends }) => ends)).toEqual([[[1006, 'lost', 'evicted']], [], [], []])
  })
})
