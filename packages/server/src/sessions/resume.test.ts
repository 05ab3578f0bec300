import { WSE_RESET, type WseReset } from '@wse/protocol'
import { isAnonymous } from '@wse/protocol/internal'
import { describe, expect, it } from 'vitest'
import { type Candidate, type Claim, claimant, judgeResume, ownTombstone } from './resume.js'
import type { Tombstone } from './tombstones.js'

const OFFER = { received: 3, first: 1 }

function candidate(change: Partial<Candidate> = {}, refusal: WseReset | null = null): Candidate {
  const ledger = { refusal: () => refusal }
  const base = { cid: 'ann', anonymous: false, instance: 'i1', protocol: 'wse-default-json', overdue: false, ledger }
  return { ...base, ...change }
}

function tombstone(change: Partial<Tombstone> = {}): Tombstone {
  return { cid: 'ann', anonymous: false, instance: 'i1', reason: 'displaced', close: null, received: 9, ...change }
}

function claim(change: Partial<Claim> = {}): Claim {
  const hi = { identity: 'secret', instance: 'i1', attempt: 2 }
  const base = { hi, cid: 'ann', protocol: 'wse-default-json', candidate: candidate(), retired: false }
  return { ...base, tombstone: undefined, ...change }
}

const nobody = { identity: null, instance: 'i1' }

describe('a resume goes on', () => {
  it('where nothing stands against it', () => {
    expect(judgeResume(OFFER, claim())).toBeNull()
  })

  it('for users that are numbers, 0 included', () => {
    expect(judgeResume(OFFER, claim({ cid: 0, candidate: candidate({ cid: 0 }) }))).toBeNull()
    expect(judgeResume(OFFER, claim({ cid: '0', candidate: candidate({ cid: 0 }) }))).toBe('identity-mismatch')
  })

  it('by what the client says it has, which the account judges', () => {
    const asked: unknown[] = []
    const refusal = (offer: unknown) => {
      asked.push(offer)
      return null
    }
    judgeResume(OFFER, claim({ candidate: candidate({ ledger: { refusal } }) }))
    expect(asked).toEqual([OFFER])
  })
})

describe('it does not, by the first row of P-56 that fits', () => {
  // Each row has everything against it that comes later, too.
  const worst = { cid: 'ben', instance: 'i2', overdue: true, protocol: 'other' }

  it.each<[string, WseReset, Partial<Claim>]>([
    ['1: the token is unknown', 'unknown-session', { candidate: undefined }],
    ['2: its session has ended', 'displaced', { candidate: undefined, tombstone: tombstone() }],
    [
      '2: that of another identity is unknown',
      'unknown-session',
      { candidate: undefined, tombstone: tombstone({ cid: 'ben' }) },
    ],
    ['3: another identity', 'identity-mismatch', { candidate: candidate(worst, 'desync'), retired: true }],
    [
      '4: the token is retired',
      'token-reused',
      { candidate: candidate({ ...worst, cid: 'ann', instance: 'i1' }, 'desync'), retired: true },
    ],
    ['4: of another instance', 'token-reused', { candidate: candidate({ ...worst, cid: 'ann' }, 'desync') }],
    ['6: it waited for too long', 'window', { candidate: candidate({ overdue: true, protocol: 'other' }, 'desync') }],
    ['7: another subprotocol', 'protocol', { candidate: candidate({ protocol: 'other' }, 'desync') }],
    ['8: positions disagree', 'desync', { candidate: candidate({}, WSE_RESET.DESYNC) }],
    ['8: no longer held here', 'server-buffer', { candidate: candidate({}, WSE_RESET.SERVER_BUFFER) }],
    ['9: no longer held there', 'client-buffer', { candidate: candidate({}, WSE_RESET.CLIENT_BUFFER) }],
  ])('%s', (_, expected, change) => {
    expect(judgeResume(OFFER, claim(change))).toBe(expected)
  })
})

describe('where nobody ever said who they are (P-67)', () => {
  const anonymous = candidate({ cid: 'guest-1', anonymous: true })

  it.each([undefined, null, ''])('%o is no identity', (identity) => {
    expect(isAnonymous(identity)).toBe(true)
    const asked = claim({ hi: { ...nobody, identity }, cid: 'guest-2', candidate: anonymous })
    expect([claimant(asked), judgeResume(OFFER, asked)]).toEqual(['guest-1', null])
  })

  it.each([0, false, {}, [], 'x', Number.NaN])('%o is one', (identity) => {
    expect(isAnonymous(identity)).toBe(false)
    const asked = claim({ hi: { ...nobody, identity }, cid: 'guest-2', candidate: anonymous })
    expect([claimant(asked), judgeResume(OFFER, asked)]).toEqual(['guest-2', 'identity-mismatch'])
  })

  it('a token of a session that had an identity is not enough', () => {
    const asked = claim({ hi: nobody, cid: 'guest-2' })
    expect([claimant(asked), judgeResume(OFFER, asked)]).toEqual(['guest-2', 'identity-mismatch'])
  })

  it('a token of another instance is not, either', () => {
    const asked = claim({ hi: { ...nobody, instance: 'i2' }, cid: 'guest-2', candidate: anonymous })
    expect([claimant(asked), judgeResume(OFFER, asked)]).toEqual(['guest-2', 'identity-mismatch'])
  })

  it('a token that was replaced is refused as ever', () => {
    const asked = claim({ hi: nobody, cid: 'guest-2', candidate: anonymous, retired: true })
    expect(judgeResume(OFFER, asked)).toBe('token-reused')
  })

  it('the end of such a session is theirs who have its token', () => {
    const left = tombstone({ cid: 'guest-1', anonymous: true })
    const asked = claim({ hi: nobody, cid: 'guest-2', candidate: undefined, tombstone: left })
    expect([ownTombstone(asked), judgeResume(OFFER, asked)]).toEqual([left, 'displaced'])
    expect(ownTombstone({ ...asked, hi: { ...nobody, identity: 'secret' } })).toBeUndefined()
    expect(ownTombstone({ ...asked, hi: { ...nobody, instance: 'i2' } })).toBeUndefined()
  })
})

it('whose session it is to be is the accepted one’s where no token is known', () => {
  expect(claimant(claim({ candidate: undefined }))).toBe('ann')
  expect(ownTombstone(claim({ candidate: undefined }))).toBeUndefined()
})
