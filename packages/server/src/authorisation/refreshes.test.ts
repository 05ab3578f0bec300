import type { Payload } from '@wse/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../../../protocol/src/fake-clock.test-helper.js'
import type { IdentifyContext } from '../handshake/identify.js'
import type { ServerSession } from '../sessions/server-session.js'
import type { Authorisations } from './authorisations.js'
import { Refreshes } from './refreshes.js'

class FakeSession {
  readonly cid: string | number
  readonly conn_id = 'c1'
  facts = { identity: 'old', meta: { device: 'phone' }, remote_addr: '::1', request: { headers: { a: 'b' } } }
  readonly closes: unknown[][] = []

  constructor(cid: string | number = 'ann') {
    this.cid = cid
  }

  close(...how: unknown[]): void {
    this.closes.push(how)
  }

  get real(): ServerSession {
    return this as unknown as ServerSession
  }
}

let clock: FakeClock
let refreshes: Refreshes
let session: FakeSession
/** What `identify` was given, each time. */
let asked: IdentifyContext[]
let renewed: unknown[][]
let identify: (context: IdentifyContext) => unknown

beforeEach(() => {
  clock = new FakeClock()
  session = new FakeSession()
  asked = []
  renewed = []
  identify = () => {}
  const authorisations = { set: (...how: unknown[]) => renewed.push(how) } as unknown as Authorisations
  const run = (context: IdentifyContext) => {
    asked.push(context)
    return identify(context)
  }
  refreshes = new Refreshes({ clock, identify: run, authorisations, timeout: 5_000, renewed() {} })
})

/** How a refresh came out so far. */
interface Outcome {
  is: unknown
}

function begin(identity: Payload = 'new', who = session): Outcome {
  const outcome: Outcome = { is: 'pending' }
  const settle = (how: unknown) => {
    outcome.is = how
  }
  refreshes.begin(who.real, identity).then(settle, settle)
  return outcome
}

const NOT_AUTHORIZED = [[4501, 'wse.not-authorized']]

function expectDone(): void {
  expect([refreshes.size, clock.armed]).toEqual([0, 0])
}

describe('identify', () => {
  it('is told who asks, what it says now, and that it renews', () => {
    begin({ token: 't' })
    expect(asked[0]).toMatchObject({
      identity: { token: 't' },
      meta: { device: 'phone' },
      request: { headers: { a: 'b' } },
      id: 'c1',
      challenge: null,
      resume: null,
      refresh: true,
    })
    expect([refreshes.size, clock.armed]).toEqual([1, 1])
  })

  it('renews by accepting the same user, at once or later', async () => {
    const outcome = begin()
    await turn()
    expect(outcome.is).toBe('pending')
    asked[0]?.accept('ann', 'welcome', { expires: 60_000 })
    await turn()
    expect([outcome.is, renewed, session.closes]).toEqual([null, [[session, 60_000]], []])
    expect(session.facts).toMatchObject({ identity: 'new', meta: { device: 'phone' } })
    expectDone()
  })

  it('renews for as long as it lasts where it says nothing of an end', async () => {
    identify = ({ accept }) => accept('ann')
    const outcome = begin()
    await turn()
    expect([outcome.is, renewed]).toEqual([null, [[session, undefined]]])
  })

  it.each(['ben', '', null, undefined, false, 0, 1] as const)('closes for good by accepting %o', async (cid) => {
    identify = ({ accept }) => accept(cid)
    begin()
    await turn()
    expect([session.closes, renewed, session.facts.identity]).toEqual([NOT_AUTHORIZED, [], 'old'])
    expectDone()
  })

  it('tells a number from a text', () => {
    session = new FakeSession(1)
    identify = ({ accept }) => accept('1')
    begin()
    expect(session.closes).toEqual(NOT_AUTHORIZED)
  })

  it('closes for good by refusing', () => {
    identify = ({ refuse }) => refuse()
    begin()
    expect([session.closes, renewed]).toEqual([NOT_AUTHORIZED, []])
    expectDone()
  })

  it('is heard once', async () => {
    identify = ({ accept, refuse }) => {
      accept('ann')
      refuse()
      accept('ben')
    }
    const outcome = begin()
    await turn()
    expect([outcome.is, session.closes, renewed.length]).toEqual([null, [], 1])
  })
})

describe('an identify that fails changes nothing', () => {
  const failure = new Error('the database is cold')

  it.each([
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ])('where it %s', async (_, fails) => {
    identify = fails
    const outcome = begin()
    await turn()
    expect([outcome.is, session.closes, renewed, session.facts.identity]).toEqual([failure, [], [], 'old'])
    expectDone()
  })

  it('where it does not answer in time; what it says later has no effect', async () => {
    const outcome = begin()
    clock.advance(4_999)
    await turn()
    expect(outcome.is).toBe('pending')
    clock.advance(1)
    await turn()
    expect(outcome.is).toBeInstanceOf(Error)
    asked[0]?.accept('ann')
    asked[0]?.refuse()
    expect([session.closes, renewed]).toEqual([[], []])
    expectDone()
  })

  it.each([0, -1, Number.NaN, 2 ** 31])('where it gives an end of %d', async (expires) => {
    identify = ({ accept }) => accept('ann', null, { expires })
    const outcome = begin()
    await turn()
    expect(outcome.is).toMatchObject({ code: 'wse.invalid-option' })
    expect([session.closes, renewed, session.facts.identity]).toEqual([[], [], 'old'])
    expectDone()
  })

  it('but not where it fails after it has answered', async () => {
    identify = ({ accept }) => {
      accept('ann')
      throw failure
    }
    const outcome = begin()
    await turn()
    expect([outcome.is, renewed.length]).toEqual([null, 1])
  })
})

describe('a second refresh of one session', () => {
  it('takes the place of the first', async () => {
    const first = begin('one')
    const second = begin('two')
    await turn()
    expect(first.is).toMatchObject({ code: 'wse.rp.cancelled' })
    expect([second.is, refreshes.size, clock.armed]).toEqual(['pending', 1, 1])
    asked[1]?.accept('ann', null, { expires: 7 })
    await turn()
    expect([second.is, session.facts.identity, renewed]).toEqual([null, 'two', [[session, 7]]])
    expectDone()
  })

  it('is not answered by what identify says of the first', async () => {
    begin('one')
    const second = begin('two')
    asked[0]?.accept('ann', null, { expires: 1 })
    await turn()
    expect([second.is, session.facts.identity, renewed]).toEqual(['pending', 'old', []])
  })

  it('is not refused by what identify says of the first', async () => {
    begin('one')
    begin('two')
    asked[0]?.refuse()
    await turn()
    expect([session.closes, refreshes.size]).toEqual([[], 1])
  })

  it('does not fail with the first', async () => {
    let fail = (_: Error) => {}
    identify = () => new Promise((_, reject) => (fail = reject))
    begin('one')
    identify = () => {}
    const second = begin('two')
    fail(new Error('late'))
    await turn()
    expect([second.is, refreshes.size]).toEqual(['pending', 1])
  })
})

describe('sessions', () => {
  it('are renewed each by itself', async () => {
    const other = new FakeSession('ben')
    const [mine, theirs] = [begin(), begin('theirs', other)]
    asked[1]?.accept('ben')
    await turn()
    expect([mine.is, theirs.is, refreshes.size]).toEqual(['pending', null, 1])
  })

  it('that ended are waited for no longer, and nothing is left', async () => {
    const outcome = begin()
    refreshes.ended(session.real)
    refreshes.ended(session.real)
    asked[0]?.accept('ann')
    await turn()
    expect(outcome.is).toMatchObject({ code: 'wse.rp.cancelled' })
    expect([renewed, session.closes]).toEqual([[], []])
    expectDone()
  })
})
