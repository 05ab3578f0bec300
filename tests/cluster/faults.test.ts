import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'
import { follow, following } from './followed.js'

const TOPICS = (server: WseServer) => {
  server.topic('plain', { on: { said: true } })
  server.topic('kept', { history: { size: 50 }, on: { said: true } })
  server.topic('other', { history: { size: 50 } })
  server.topic('room', { presence: { away: 0 } })
  server.register('add', (_, n) => (n as number) + 1)
}

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

const DOWN = { ok: false, reason: 'down' }

behaviour('an engine that is out of reach', { codecs: 'all' }, (test) => {
  test('keeps clients, and what is of one server alone, as they are', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const [ann, bob] = [await together.enter(0, 'ann'), await together.enter(1, 'bob')]
    const closed: unknown[] = []
    for (const client of [ann, bob]) client.when.closed((code) => closed.push(code))
    const states: unknown[] = []
    serverOf(together, 0).when.backplane((state) => states.push(state))
    ann.register('ask', () => 'yes')
    const heard: unknown[] = []
    ann.channel.on('news', (text) => heard.push(text))
    together.hub.freeze()
    await ends.clock.advance(60_000)
    expect(await ann.call('add', 1)).toBe(2)
    expect(await serverOf(together, 0).call('ann', 'ask')).toBe('yes')
    serverOf(together, 0).send('ann', 'news', 1)
    serverOf(together, 0).broadcast('news', 2)
    serverOf(together, 1).send('ann', 'news', 'is at another server')
    expect(await serverOf(together, 0).to(['ann', 'bob']).send('news', 3)).toMatchObject([
      { cid: 'ann', result: 'sent' },
      { cid: 'bob', result: 'offline' },
    ])
    await expect(serverOf(together, 1).call('ann', 'ask')).rejects.toMatchObject({
      code: 'wse.server.client.connection-missing',
    })
    expect([await serverOf(together, 0).isOnline('ann'), await serverOf(together, 1).isOnline('ann')]).toEqual([
      true,
      false,
    ])
    await until(() => heard.length === 3)
    expect([heard, closed, states]).toEqual([[1, 2, 3], [], ['down']])
    expect(serverOf(together, 0).inspect().interestTimers).toBe(0)
    together.hub.thaw()
    await ends.clock.settle()
    expect(states).toEqual(['down', 'up'])
  })

  test('an event that is not kept reaches who is at the same server, and says so', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const [ann, bob, eve] = [
      await together.enter(0, 'ann'),
      await together.enter(1, 'bob'),
      await together.enter(0, 'eve'),
    ]
    const all = [await follow(ann, 'plain'), await follow(bob, 'plain'), await follow(ann, 'room')]
    const events: unknown[] = []
    eve.when.event((topic, _, data) => events.push([topic, data]))
    const [conn] = serverOf(together, 0).clients.get('eve')?.conns.values() ?? []
    conn?.subscribe('plain')
    conn?.subscribe('ro+')
    conn?.subscribe('room')
    together.hub.freeze()
    expect(await serverOf(together, 0).publish('plain', 'said', 1)).toMatchObject(DOWN)
    expect(await serverOf(together, 0).publish('room', 'said', 2, { except: 'eve' })).toMatchObject(DOWN)
    await expect(bob.topic('plain').publish('said', 3)).rejects.toMatchObject({ code: 'wse.server.backplane-failed' })
    expect(await serverOf(together, 0).publish('kept', 'said', 4, { volatile: true })).toMatchObject(DOWN)
    await ends.clock.settle()
    expect(all.map(({ told }) => told)).toEqual([[1], [3], [2]])
    expect(events).toEqual([['plain', 1]])
  })

  test('an event that is kept reaches nobody, and says so', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const ann = await follow(await together.enter(0, 'ann'), 'kept')
    together.hub.freeze()
    expect(await serverOf(together, 0).publish('kept', 'said', 1)).toMatchObject(DOWN)
    await expect(ann.sub.publish('said', 2, { key: 'k' })).rejects.toMatchObject({
      code: 'wse.server.backplane-failed',
      details: { topic: 'kept', reason: 'down' },
    })
    together.hub.thaw()
    await ends.clock.settle()
    expect([ann.told, ann.gaps]).toEqual([[], []])
    expect(await ann.sub.publish('said', 2, { key: 'k' })).toMatchObject({ offset: 1 })
    await until(() => ann.told.length === 1)
  })

  test('new clients are let in, and to what keeps nothing; to what does once it is back', async (ends) => {
    const together = await cluster(ends, 2, { connPerUser: 1 }, TOPICS)
    await serverOf(together, 1).publish('other', 'said', 1)
    together.hub.freeze()
    const ann = await together.enter(0, 'ann')
    const plain = await follow(ann, 'plain')
    await serverOf(together, 0).publish('plain', 'said', 1)
    await until(() => plain.told.length === 1)
    const [other, room] = [following(ann, 'other', { since: 'start' }), following(ann, 'room')]
    await ends.clock.advance(60_000)
    expect([other.sub.state, room.sub.state]).toEqual(['waiting', 'waiting'])
    together.hub.thaw()
    await ends.clock.advance(40_000)
    expect([other.sub.state, room.sub.state, other.told, room.people()]).toEqual([
      'subscribed',
      'subscribed',
      [1],
      ['ann'],
    ])
    // The others know of it now.
    const again = await together.enter(1, 'ann')
    await until(() => ann.status === 'OFFLINE')
    expect(again.status).toBe('READY')
  })

  test('when it is back, what was missed of a history is told, once and in order, and of all else that it was', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const kept = await Promise.all(clients.map((client) => follow(client, 'kept')))
    const plain = await Promise.all(clients.map((client) => follow(client, 'plain')))
    const room = await Promise.all(clients.map((client) => follow(client, 'room')))
    const gaps: unknown[] = []
    serverOf(together, 2).when.gap(({ lost, forMs, subjects }) => gaps.push([lost, forMs, subjects.includes('t:kept')]))
    await serverOf(together, 0).publish('kept', 'said', 0)
    // One server alone is cut off: the others go on.
    together.hub.freeze(together.backplane(2))
    for (const n of [1, 2, 3]) {
      expect(await serverOf(together, n % 2).publish('kept', 'said', n)).toMatchObject({ ok: true })
      await serverOf(together, n % 2).publish('plain', 'said', n)
    }
    expect(await serverOf(together, 2).publish('kept', 'said', 'never')).toMatchObject(DOWN)
    await ends.clock.advance(3_000)
    expect(kept.map(({ told }) => told.length)).toEqual([4, 4, 1])
    together.hub.thaw(together.backplane(2))
    await ends.clock.settle()
    await serverOf(together, 1).publish('kept', 'said', 4)
    await serverOf(together, 1).publish('plain', 'said', 4)
    await until(() => kept.every(({ told }) => told.length === 5))
    expect(kept.map(({ told }) => told)).toEqual(Array(3).fill([0, 1, 2, 3, 4]))
    expect(kept.map(({ offsets }) => offsets)).toEqual(Array(3).fill([1, 2, 3, 4, 5]))
    expect(kept.flatMap(({ gaps }) => gaps)).toEqual([])
    // The server has told it by itself.
    expect(kept[2]?.replayed).toEqual(Array(5).fill(false))
    await until(() => plain.every(({ told }) => told.at(-1) === 4))
    expect(plain.map(({ told }) => told)).toEqual([[1, 2, 3, 4], [1, 2, 3, 4], [4]])
    for (const topic of [plain, room]) expect(topic.map(({ gaps }) => gaps)).toEqual([[], [], [{ reason: 'missed' }]])
    expect(gaps).toEqual([[false, 3_000, true]])
  })

  test('when it is back, who is present is right again everywhere', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const rooms = await Promise.all(clients.map((client) => follow(client, 'room', { state: 1 })))
    const late = await together.enter(2, 'late')
    await until(() => rooms.every(({ people }) => people().length === 3))
    together.hub.freeze(together.backplane(2))
    await rooms[2]?.sub.unsubscribe()
    await rooms[1]?.sub.presence.set(2)
    const lately = following(late, 'room')
    await ends.clock.advance(3_000)
    expect([lately.sub.state, rooms[0]?.people()]).toEqual(['waiting', ['u0', 'u1', 'u2']])
    together.hub.thaw(together.backplane(2))
    await until(() => rooms[0]?.people().join() === 'late,u0,u1')
    const everybody = [rooms[0], rooms[1], lately]
    await until(() => everybody.every((one) => one?.people().join() === 'late,u0,u1'))
    await until(() => JSON.stringify(lately.sub.presence.get()).includes('"state":2'))
    // Whoever comes later reads the same.
    const last = await follow(clients[2] as never, 'room')
    await until(() => last.people().join() === 'late,u0,u1,u2')
  })

  test('a server that was out of reach for longer than its lease is dead to the others, and comes back', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const [ann, bob] = [await together.enter(0, 'ann'), await together.enter(1, 'bob')]
    const rooms = [await follow(ann, 'room'), await follow(bob, 'room')]
    await until(() => rooms.every(({ people }) => people().length === 2))
    together.hub.freeze(together.backplane(1))
    await ends.clock.advance(20_000)
    expect(rooms.map(({ people }) => people().join())).toEqual(['ann', 'ann,bob'])
    expect((await serverOf(together, 0).to('bob').devices()).length).toBe(0)
    const gaps: unknown[] = []
    serverOf(together, 1).when.gap(({ lost }) => gaps.push(lost))
    together.hub.thaw(together.backplane(1))
    await until(() => rooms.every(({ people }) => people().join() === 'ann,bob'))
    expect(gaps).toEqual([true])
    expect((await serverOf(together, 0).to('bob').devices()).length).toBe(1)
    expect(bob.status).toBe('READY')
  })

  test('what another server was asked settles when it is back, if not before', async (ends) => {
    const together = await cluster(ends, 2, { tO: 0 }, TOPICS)
    const ann = await together.enter(1, 'ann')
    ann.register('slow', () => new Promise(() => {}))
    let answer: (value: unknown) => void = () => {}
    ann.register('later', () => new Promise((resolve) => (answer = resolve)))
    const settled: unknown[] = []
    const note = (call: Promise<unknown>) =>
      call.then(
        (value) => settled.push(value),
        (error) => settled.push(error.code),
      )
    void note(serverOf(together, 0).call('ann', 'slow'))
    await ends.clock.settle()
    together.hub.freeze()
    await ends.clock.advance(10_000)
    expect(settled).toEqual([])
    together.hub.thaw()
    await until(() => settled.length === 1)
    expect(settled.splice(0)).toEqual(['wse.client.rp.disconnect'])
    // Who answers may be cut off, too: it answers once it is back.
    void note(serverOf(together, 0).call('ann', 'later'))
    await ends.clock.settle()
    together.hub.freeze(together.backplane(1))
    answer('yes')
    await ends.clock.advance(5_000)
    together.hub.thaw(together.backplane(1))
    await until(() => settled.length === 1)
    expect(settled).toEqual(['yes'])
    expect(serverOf(together, 0).inspect().asks).toBe(0)
  })
})
