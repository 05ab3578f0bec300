import { describe, expect, it } from 'vitest'
import { type JumpPolicy, judgeMove, jumpPolicyOption } from './jump-policy.js'

const FROM = 'wss://chat.example.com/ws?room=1'

function judge(policy: JumpPolicy, to: string, from = FROM, identity: unknown = 'secret') {
  return judgeMove(policy, from, to, identity)
}

const ALONG = { identity: 'secret' }
const WITHOUT = { identity: '' }

describe('by default a move', () => {
  it.each([
    'wss://chat.example.com',
    'wss://chat.example.com/other?x=1#y',
    'WSS://CHAT.example.COM/ws',
    'wss://chat.example.com?room=2',
  ])('to %s, the same origin, is followed with the identity', (to) => {
    expect(judge('same-origin', to)).toEqual(ALONG)
  })

  it.each([
    'wss://other.example.com/ws',
    'wss://example.com/ws',
    'wss://chat.example.com:8443/ws',
    'wss://chat.example.com.evil.com/ws',
    'wss://chat.example.com@evil.com/ws',
    'wss://evil.com/wss://chat.example.com',
    'wss://evil.com#wss://chat.example.com',
    'wss://evil.com?wss://chat.example.com',
    ' wss://chat.example.com',
  ])('to %s is not', (to) => {
    expect(judge('same-origin', to)).toBeNull()
  })

  it.each(['', 'chat.example.com', 'https://chat.example.com', 'javascript:alert(1)', 'wss://', 'wss:///x', '/ws'])(
    'to %o, no address of a server, is not',
    (to) => {
      for (const policy of ['same-origin', [to], () => true] as const) expect(judge(policy, to)).toBeNull()
    },
  )
})

describe('from wss: to ws:', () => {
  it('is never followed, whatever the policy (P-39)', () => {
    const to = 'ws://chat.example.com/ws'
    for (const policy of ['same-origin', [to], () => true] as const) {
      expect(judge(policy, to)).toBeNull()
      expect(judge(policy, 'WS://chat.example.com/ws')).toBeNull()
      expect(judge(policy, to, 'WSS://chat.example.com/ws')).toBeNull()
    }
  })

  it('and the other way round is another origin', () => {
    const from = 'ws://chat.example.com/ws'
    expect(judge('same-origin', FROM, from)).toBeNull()
    expect(judge(['wss://chat.example.com'], FROM, from)).toEqual(ALONG)
    expect(judge('same-origin', 'ws://chat.example.com/x', from)).toEqual(ALONG)
  })
})

describe('a list of origins', () => {
  const policy = ['wss://a.example.com', 'wss://B.example.com:8443/ignored']

  it.each(['wss://a.example.com/ws', 'wss://b.example.com:8443', 'WSS://A.example.com'])(
    'lets %s be followed, with the identity',
    (to) => {
      expect(judge(policy, to)).toEqual(ALONG)
    },
  )

  it.each(['wss://c.example.com', 'wss://b.example.com', 'wss://x.a.example.com', 'wss://a.example.com:444'])(
    'does not let %s',
    (to) => {
      expect(judge(policy, to)).toBeNull()
    },
  )

  it('need not name the own origin, and may be empty', () => {
    expect(judge([], 'wss://chat.example.com/x')).toEqual(ALONG)
    expect(judge([], 'wss://a.example.com')).toBeNull()
  })

  it('of what is no address lets nothing be followed', () => {
    expect(judge(['a.example.com', '', '*', 'https://a.example.com'], 'wss://a.example.com')).toBeNull()
  })
})

describe('a function', () => {
  it('is asked for other origins, and told the whole address', () => {
    const asked: string[] = []
    const policy = (url: string) => asked.push(url) > 0
    judge(policy, 'wss://a.example.com/x?y')
    judge(policy, 'wss://chat.example.com/x')
    expect(asked).toEqual(['wss://a.example.com/x?y'])
  })

  it('says yes with true alone', () => {
    for (const answer of [false, undefined, 1, 'yes', Promise.resolve(true)]) {
      expect(judge((() => answer) as unknown as JumpPolicy, 'wss://a.example.com')).toBeNull()
    }
  })

  it('that says yes does not send an identity meant for this server elsewhere', () => {
    expect(judge(() => true, 'wss://a.example.com')).toEqual(WITHOUT)
    expect(judge(() => true, 'wss://a.example.com', FROM, { token: 't' })).toEqual(WITHOUT)
  })

  it('that says yes lets an identity go along that is asked for anew', () => {
    const identity = () => 'fresh'
    expect(judge(() => true, 'wss://a.example.com', FROM, identity)).toEqual({ identity })
  })
})

describe('the option jumpPolicy', () => {
  it('is the own origin where nothing is said', () => {
    expect(jumpPolicyOption('jumpPolicy', undefined)).toBe('same-origin')
  })

  it.each(['same-origin', [], ['wss://a.example.com'], () => true])('may be %o', (given) => {
    expect(jumpPolicyOption('jumpPolicy', given)).toBe(given)
  })

  it.each([null, true, false, '', 'any', '*', 'wss://a.example.com', [1], ['a', null], {}, 5])(
    'may not be %o',
    (given) => {
      const refused = expect.objectContaining({ code: 'wse.invalid-option', details: { option: 'jumpPolicy' } })
      expect(() => jumpPolicyOption('jumpPolicy', given)).toThrow(refused)
    },
  )
})
