import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Subscriber } from './subscriber.js'

const KEEP = (instance: string) => ({ keep: true, instance })

behaviour('presence', { codecs: 'all' }, (test) => {
  test('[P21] [H17] who subscribes is told who is there, and all are told who comes, changes, and goes', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe({ topic: 'a', state: { typing: false } })).toEqual([{ presence: true }])
    const one = { cid: 'ann', id: ann.conn.conn_id, state: { typing: false } }
    expect(ann.members[0]).toEqual({ topic: 'a', whole: true, here: [one] })
    const bob = await Subscriber.enter(ends, server, 'bob')
    await bob.subscribe('a')
    const two = { cid: 'bob', id: bob.conn.conn_id }
    expect(bob.members[0]).toEqual({ topic: 'a', whole: true, here: [one, two] })
    await until(() => ann.members.some(({ here }) => JSON.stringify(here) === JSON.stringify([two])))
    expect(await ann.ask('~wse:presence', { topic: 'a', state: { typing: true } })).toBeNull()
    await until(() => JSON.stringify(bob.members.at(-1)).includes('true}'))
    expect(bob.members.at(-1)).toEqual({ topic: 'a', here: [{ ...one, state: { typing: true } }] })
    await ann.ask('~wse:unsubscribe', ['a'])
    await until(() => bob.members.at(-1)?.gone !== undefined)
    expect(bob.members.at(-1)).toEqual({ topic: 'a', gone: [one.id] })
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob' }])
  })

  test('devices of one user are one person; a device that crashes is gone', async (ends) => {
    const { server } = await ends.server({ connPerUser: 2 })
    server.topic('a', { presence: true })
    const phone = await Subscriber.enter(ends, server, 'ann')
    const laptop = await Subscriber.enter(ends, server, 'ann')
    await phone.subscribe({ topic: 'a', state: 'phone' })
    await laptop.subscribe({ topic: 'a', state: 'laptop' })
    expect(server.topics.presence('a')).toEqual([
      {
        cid: 'ann',
        state: 'laptop',
        away: false,
        devices: [
          { id: phone.conn.conn_id, state: 'phone', away: false },
          { id: laptop.conn.conn_id, state: 'laptop', away: false },
        ],
      },
    ])
    laptop.conn.terminate()
    await until(() => server.topics.presence('a')[0]?.devices.length === 1)
    await until(() => phone.members.at(-1)?.gone !== undefined)
    expect(phone.members.at(-1)).toEqual({ topic: 'a', gone: [laptop.conn.conn_id] })
  })

  test('a device without a link is away after a while, back when it is, gone with its session', async (ends) => {
    const { server } = await ends.server({ resume: { window: 20_000 } })
    server.topic('a', { presence: true })
    server.topic('soon', { presence: { away: 1_000 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    await bob.subscribe('a')
    const away = () => server.topics.presence('a').find(({ cid }) => cid === 'bob')?.away
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    await ends.clock.advance(4_000)
    expect(away()).toBe(false)
    await ends.clock.advance(1_500)
    expect(away()).toBe(true)
    await until(() => JSON.stringify(ann.members.at(-1)).includes('"away":true'))
    const again = ends.peer(ends.urlOf(server))
    await again.greet({
      identity: 'bob',
      ...KEEP('bob-1'),
      attempt: 2,
      resume: { token: bob.token as string, received: 0, first: 1 },
    })
    await until(() => bob.conn.state === 'live')
    expect(away()).toBe(false)
    await idle()
    expect(ann.members.at(-1)).toEqual({ topic: 'a', here: [{ cid: 'bob', id: bob.conn.conn_id }] })
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    await ends.clock.advance(30_000)
    expect(away()).toBeUndefined()
  })

  test('who left a topic while there was no link is not away when back on it', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    await bob.subscribe('a')
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    expect(server.topics.kick('a', 'bob')).toBe(1)
    const peer = ends.peer(ends.urlOf(server))
    const resume = { token: bob.token as string, received: 0, first: 1 }
    await peer.greet({ identity: 'bob', ...KEEP('bob-1'), attempt: 2, resume })
    peer.send(['~wse:subscribe', ['a'].map((topic) => ({ topic })), 101])
    await until(() => server.topics.count('a') === 2)
    await ends.clock.advance(6_000)
    expect(server.topics.presence('a').map(({ cid, away }) => [cid, away])).toEqual([
      ['ann', false],
      ['bob', false],
    ])
  })

  test('who loses the link while it is decided on comes without one, and is away after a while', async (ends) => {
    const { server } = await ends.server()
    const decided = deferred<boolean>()
    server.topic('a', { presence: true, authorize: () => decided.promise })
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    bob.peer.send(['~wse:subscribe', [{ topic: 'a' }], 1])
    await idle()
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    decided.resolve(true)
    await until(() => server.topics.count('a') === 1)
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob', away: false }])
    await ends.clock.advance(6_000)
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob', away: true }])
  })

  test('on another link nothing of a link is said before the client has asked anew', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true, history: true })
    server.topic('plain')
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    const [{ epoch }] = (await bob.subscribe('a', 'plain')) as [{ epoch: string }]
    const taken = bob.peer.received.filter((frame) => !/~wse:(session|welcome|members)/.test(String(frame))).length
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    server.publish('a', 'e', 'missed')
    server.publish('plain', 'e', 'waits')
    const peer = ends.peer(ends.urlOf(server))
    const { session } = await peer.greet({
      identity: 'bob',
      ...KEEP('bob-1'),
      attempt: 2,
      resume: { token: bob.token as string, received: taken, first: 1 },
    })
    expect(session?.resumed).toBe(true)
    const back = new Subscriber(peer, bob.conn, undefined)
    expect(await back.hears(1)).toEqual([['plain', 'e', 'waits']])
    expect(server.publish('a', 'e', 'still not')).toMatchObject({ queued: 1 })
    await idle()
    expect([back.events.length, back.members]).toEqual([1, []])
    peer.send(['~wse:subscribe', [{ topic: 'a', since: { epoch, offset: 0 } }], 101])
    await back.hears(3)
    expect(back.events.slice(1)).toEqual([
      ['a', 'e', 'missed', 1],
      ['a', 'e', 'still not', 2],
    ])
    expect(back.members[0]).toMatchObject({ whole: true, here: [{ cid: 'bob' }] })
    server.publish('a', 'e', 'live')
    expect((await back.hears(4)).at(-1)).toEqual(['a', 'e', 'live', 3])
  })

  test('state is refused where nobody is present', async (ends) => {
    const { server } = await ends.server()
    server.topic('a')
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.ask('~wse:presence', { topic: 'a', state: 1 })).toMatchObject({
      error: { code: 'wse.topic.forbidden' },
    })
    await ann.subscribe('a')
    expect(await ann.ask('~wse:presence', { topic: 'a', state: 1 })).toMatchObject({
      error: { code: 'wse.not-supported' },
    })
    expect(server.topics.presence('a')).toEqual([])
  })

  test('who comes into a full room is told of everyone', async (ends) => {
    const { server } = await ends.server({ connPerUser: 1_000, limits: { unauthenticatedPerAddress: 10_000 } })
    server.topic('a', { presence: true })
    const all = await Promise.all(Array.from({ length: 60 }, (_, n) => Subscriber.enter(ends, server, `u${n}`)))
    for (const one of all) await one.subscribe('a')
    const last = await Subscriber.enter(ends, server, 'last')
    await last.subscribe('a')
    const told = last.members.flatMap(({ here }) => (here as { cid: string }[]).map(({ cid }) => cid))
    expect(new Set(told).size).toBe(61)
  })

  test('a device is away in the time of its own topic, whatever was waited for before', async (ends) => {
    const { server } = await ends.server()
    server.topic('patient', { presence: { away: 60_000 } })
    server.topic('quick', { presence: { away: 1_000 } })
    const ann = await Subscriber.enter(ends, server, 'ann', KEEP('ann-1'))
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    await ann.subscribe('patient')
    await bob.subscribe('quick')
    ann.conn.terminate()
    await until(() => ann.conn.state === 'suspended')
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    await ends.clock.advance(2_000)
    expect(server.topics.presence('quick')).toMatchObject([{ cid: 'bob', away: true }])
    expect(server.topics.presence('patient')).toMatchObject([{ cid: 'ann', away: false }])
  })

  test('a device that was kicked without a link, came back and subscribed again is not away', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true })
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    await bob.subscribe('a')
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    server.topics.kick('a')
    const peer = ends.peer(ends.urlOf(server))
    await peer.greet({
      identity: 'bob',
      ...KEEP('bob-1'),
      attempt: 2,
      resume: { token: bob.token as string, received: 0, first: 1 },
    })
    await until(() => bob.conn.state === 'live')
    expect(server.inspect().topicTimers).toBe(0)
    const back = new Subscriber(peer, bob.conn, undefined)
    peer.send(['~wse:subscribe', [{ topic: 'a' }], 101])
    await until(() => server.topics.count('a') === 1)
    await ends.clock.advance(10_000)
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob', away: false }])
    expect(back.members).not.toEqual([])
  })

  test('a device that lost its link before it was let in is away, too', async (ends) => {
    const { server } = await ends.server()
    const gate = deferred<boolean>()
    server.topic('a', { presence: true, authorize: () => gate.promise })
    const bob = await Subscriber.enter(ends, server, 'bob', KEEP('bob-1'))
    bob.peer.send(['~wse:subscribe', [{ topic: 'a' }], 1])
    await idle()
    bob.conn.terminate()
    await until(() => bob.conn.state === 'suspended')
    gate.resolve(true)
    await until(() => server.topics.count('a') === 1)
    await ends.clock.advance(6_000)
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob', away: true }])
  })

  test('a state that is larger than a topic lets it be is refused: it is kept, and told to all who come', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true })
    server.topic('small', { presence: { bytes: 100 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const invalid = { error: { code: 'wse.invalid-payload', details: { limit: 4_096 } } }
    expect(await ann.subscribe({ topic: 'a', state: 'x'.repeat(5_000) })).toMatchObject([invalid])
    expect([ann.conn.topics, server.topics.names]).toEqual([[], []])
    expect(await ann.subscribe({ topic: 'a', state: 'x'.repeat(4_000) })).toEqual([{ presence: true }])
    expect(await ann.ask('~wse:presence', { topic: 'a', state: 'y'.repeat(5_000) })).toMatchObject(invalid)
    expect(await ann.subscribe({ topic: 'a', state: 'y'.repeat(5_000) })).toMatchObject([invalid])
    expect(server.topics.presence('a')[0]?.state).toHaveLength(4_000)
    expect(await ann.subscribe({ topic: 'small', state: 'x'.repeat(200) })).toMatchObject([
      { error: { details: { limit: 100 } } },
    ])
  })
})
