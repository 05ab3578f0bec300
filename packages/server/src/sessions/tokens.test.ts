import type { Clock } from '@wse/protocol'
import { createTestClock } from '@wse/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { hashOf, type SessionTokens, Tokens } from './tokens.js'

interface Owner {
  tokens: SessionTokens | null
}

let tokens: Tokens<Owner>
let owner: Owner

beforeEach(() => {
  tokens = new Tokens(createTestClock())
  owner = { tokens: null }
})

/** What a token is good for: its session's, retired, or nothing. */
function state(token: string): string {
  const found = tokens.find(token)
  if (found === undefined) return 'unknown'
  expect(found.session).toBe(owner)
  return found.retired ? 'retired' : 'valid'
}

/** A chain of tokens, each offered and confirmed for the next. */
function chain(length: number): string[] {
  const all = [tokens.issue(owner)]
  while (all.length < length) {
    all.push(tokens.issue(owner, all.at(-1)))
    tokens.confirm(owner)
  }
  return all
}

describe('a token', () => {
  it('is 32 random bytes, as a text that fits anywhere', () => {
    const token = tokens.issue(owner)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  })

  it('is all the chance it was given', () => {
    const asked: number[] = []
    const randomBytes = (count: number) => new Uint8Array(count).fill(asked.push(count))
    const chosen = new Tokens<Owner>({ ...createTestClock(), randomBytes } as Clock)
    expect(chosen.issue(owner)).not.toBe(chosen.issue({ tokens: null }))
    expect(asked).toEqual([32, 32])
  })

  it('is not kept itself, only a hash of it', () => {
    const token = tokens.issue(owner)
    expect(JSON.stringify(owner)).not.toContain(token)
    expect(owner.tokens).toEqual({ current: hashOf(token), previous: null, retired: [] })
    expect(tokens.find(hashOf(token))).toBeUndefined()
  })

  it('leads to its session alone', () => {
    const other: Owner = { tokens: null }
    const [mine, theirs] = [tokens.issue(owner), tokens.issue(other)]
    expect([tokens.find(mine)?.session, tokens.find(theirs)?.session]).toEqual([owner, other])
    expect([tokens.find(''), tokens.find('nonsense'), tokens.size]).toEqual([undefined, undefined, 2])
  })
})

describe('a session that comes back', () => {
  it('gets a new token, and the one it offered is good until the new one is confirmed', () => {
    const first = tokens.issue(owner)
    const second = tokens.issue(owner, first)
    expect([state(first), state(second)]).toEqual(['valid', 'valid'])
    tokens.confirm(owner)
    expect([state(first), state(second)]).toEqual(['retired', 'valid'])
  })

  it('may come back with the old one again and again, as long as every answer is lost', () => {
    const first = tokens.issue(owner)
    const lost = [1, 2, 3].map(() => tokens.issue(owner, first))
    expect([state(first), ...lost.map(state)]).toEqual(['valid', 'retired', 'retired', 'valid'])
    tokens.confirm(owner)
    expect([state(first), state(lost[2] as string)]).toEqual(['retired', 'valid'])
  })

  it('may come back with the new one unconfirmed: that retires the one before it', () => {
    const first = tokens.issue(owner)
    const second = tokens.issue(owner, first)
    const third = tokens.issue(owner, second)
    expect([state(first), state(second), state(third)]).toEqual(['retired', 'valid', 'valid'])
  })

  it('never has more than two that are valid', () => {
    let offered = tokens.issue(owner)
    const all = [offered]
    for (let i = 0; i < 20; i++) {
      const next = tokens.issue(owner, offered)
      all.push(next)
      if (i % 3 === 0) offered = next
      if (i % 5 === 0) tokens.confirm(owner)
      expect(all.filter((token) => state(token) === 'valid').length).toBeLessThanOrEqual(2)
      expect(state(next)).toBe('valid')
      if (i % 5 === 0) offered = next
    }
  })
})

describe('confirming', () => {
  it('changes nothing where there is nothing to retire', () => {
    tokens.confirm(owner)
    const first = tokens.issue(owner)
    tokens.confirm(owner)
    tokens.confirm(owner)
    expect([state(first), tokens.size]).toEqual(['valid', 1])
  })

  it('twice retires once', () => {
    const [first] = chain(2)
    tokens.confirm(owner)
    expect([state(first as string), owner.tokens?.retired.length]).toEqual(['retired', 1])
  })
})

it('the last four that were retired are told from those nobody knows; older ones are forgotten', () => {
  const all = chain(8)
  expect(all.map(state)).toEqual(['unknown', 'unknown', 'unknown', ...Array(4).fill('retired'), 'valid'])
  expect(tokens.size).toBe(5)
})

describe('a session that ended', () => {
  it('leaves nothing behind, and says which of its tokens were valid', () => {
    const all = chain(4)
    expect(tokens.drop(owner)).toEqual([hashOf(all[3] as string)])
    expect([tokens.size, owner.tokens, ...all.map(state)]).toEqual([0, null, ...Array(4).fill('unknown')])
  })

  it('says both where the newest was not confirmed', () => {
    const first = tokens.issue(owner)
    const second = tokens.issue(owner, first)
    expect(tokens.drop(owner).sort()).toEqual([hashOf(first), hashOf(second)].sort())
  })

  it('has none where it never had one, or was dropped before', () => {
    expect(tokens.drop(owner)).toEqual([])
    tokens.issue(owner)
    tokens.drop(owner)
    expect(tokens.drop(owner)).toEqual([])
  })

  it('takes no other along', () => {
    const other: Owner = { tokens: null }
    const theirs = tokens.issue(other)
    chain(3)
    tokens.drop(owner)
    expect([tokens.find(theirs)?.session, tokens.size]).toEqual([other, 1])
  })
})
