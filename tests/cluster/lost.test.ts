import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'
import { follow } from './followed.js'

const TOPICS = (server: WseServer) => {
  server.topic('kept', { history: { size: 50 }, on: { said: true } })
  server.topic('room', { presence: { away: 0 }, history: true, on: { said: true } })
  server.topic('lobby', { presence: { away: 0 } })
}

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

behaviour('an engine that has lost all it held', { codecs: 'all' }, (test) => {
  test('has other histories: clients are told, and follow those', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const all = await Promise.all(['kept', 'room'].flatMap((topic) => clients.map((client) => follow(client, topic))))
    for (const n of [1, 2, 3])
      for (const topic of ['kept', 'room']) await serverOf(together, n % 3).publish(topic, 'said', n)
    await until(() => all.every(({ told }) => told.length === 3))
    const before = all.map(({ sub }) => sub.position?.epoch)
    together.hub.lose()
    await until(() => all.every(({ gaps }) => gaps.length === 1))
    await ends.clock.advance(2_000)
    expect(all.flatMap(({ gaps }) => gaps)).toEqual(all.map(() => ({ reason: 'epoch' })))
    expect(all.every(({ sub }, i) => sub.position?.epoch !== before[i])).toBe(true)
    expect(new Set(all.slice(0, 3).map(({ sub }) => JSON.stringify(sub.position))).size).toBe(1)
    for (const n of [4, 5, 6]) {
      for (const topic of ['kept', 'room'])
        expect(await serverOf(together, n % 3).publish(topic, 'said', n)).toMatchObject({ ok: true, offset: n - 3 })
    }
    await until(() => all.every(({ told }) => told.length === 6))
    await ends.clock.advance(2_000)
    expect(all.map(({ told }) => told)).toEqual(all.map(() => [1, 2, 3, 4, 5, 6]))
    expect(all.map(({ offsets }) => offsets)).toEqual(all.map(() => [1, 2, 3, 1, 2, 3]))
  })

  test('tells no event of one history as if it were of another', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const ann = await follow(await together.enter(0, 'ann'), 'kept')
    await serverOf(together, 1).publish('kept', 'said', 'old 1')
    await until(() => ann.told.length === 1)
    together.hub.freeze(together.backplane(0))
    together.hub.lose()
    await ends.clock.settle()
    for (const n of [1, 2, 3]) await serverOf(together, 1).publish('kept', 'said', `new ${n}`)
    together.hub.thaw(together.backplane(0))
    // Before the client can have asked for it.
    const more = [4, 5].map((n) => serverOf(together, 1).publish('kept', 'said', `new ${n}`))
    for (const one of more) await one
    await until(() => ann.gaps.length === 1)
    await serverOf(together, 1).publish('kept', 'said', 'new 6')
    await until(() => ann.told.at(-1) === 'new 6')
    const { told, offsets, sub } = ann
    expect(told[0]).toBe('old 1')
    // All that was told since then is of the new history, without a hole, and behind the gap.
    const since = told.slice(1)
    expect(since).toEqual(since.map((_, i) => `new ${7 - since.length + i}`))
    expect([offsets.at(-1), sub.position?.offset]).toEqual([6, 6])
  })

  test('takes keys anew', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const [ann, bob] = [
      await follow(await together.enter(0, 'ann'), 'kept'),
      await follow(await together.enter(1, 'bob'), 'kept'),
    ]
    expect(await ann.sub.publish('said', 1, { key: 'k' })).toMatchObject({ offset: 1 })
    await serverOf(together, 0).publish('kept', 'said', 2, { key: 'k' })
    expect(await ann.sub.publish('said', 1, { key: 'k' })).toMatchObject({ offset: 1, repeated: true })
    together.hub.lose()
    await until(() => ann.gaps.length + bob.gaps.length === 2)
    expect(await ann.sub.publish('said', 3, { key: 'k' })).not.toHaveProperty('repeated')
    expect(await serverOf(together, 1).publish('kept', 'said', 4, { key: 'k' })).toMatchObject({ repeated: false })
    expect(await serverOf(together, 0).publish('kept', 'said', 4, { key: 'k' })).toMatchObject({ repeated: true })
    await until(() => [ann, bob].every(({ told }) => told.length === 4))
    expect([ann.told, bob.told]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ])
  })

  test('is told again who is present, and which devices there are', async (ends) => {
    const together = await cluster(ends, 3, { connPerUser: 1 }, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const rooms = await Promise.all(
      ['room', 'lobby'].flatMap((topic) => clients.map((client, at) => follow(client, topic, { state: at }))),
    )
    await until(() => rooms.every(({ people }) => people().length === 3))
    const before = together.hub.inspect().entries
    const left: unknown[] = []
    for (const { sub } of rooms) sub.presence.on('leave', ({ cid }) => left.push(cid))
    together.hub.lose()
    await ends.clock.advance(2_000)
    expect(rooms.map(({ people }) => people().join())).toEqual(rooms.map(() => 'u0,u1,u2'))
    expect([together.hub.inspect().entries, left]).toEqual([before, []])
    for (const at of [0, 1, 2])
      expect(
        (
          await serverOf(together, (at + 1) % 3)
            .to(`u${at}`)
            .devices()
        ).map(({ cid }) => cid),
      ).toEqual([`u${at}`])
    const late = await follow(await together.enter(1, 'late'), 'lobby')
    expect(late.people()).toEqual(['late', 'u0', 'u1', 'u2'])
    // One device a user: the other server knows which has to go.
    await together.enter(1, 'u0')
    await until(() => clients[0]?.status === 'OFFLINE')
    await until(() => late.people().join() === 'late,u1,u2')
  })

  test('plain topics tell what they cannot know', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const all = [
      await follow(await together.enter(0, 'ann'), 'lobby'),
      await follow(await together.enter(1, 'bob'), 'lobby'),
    ]
    together.hub.lose()
    await until(() => all.every(({ gaps }) => gaps.length === 1))
    await ends.clock.advance(2_000)
    expect(all.flatMap(({ gaps }) => gaps)).toEqual([{ reason: 'missed' }, { reason: 'missed' }])
    await serverOf(together, 0).publish('lobby', 'said', 1)
    await until(() => all.every(({ told }) => told.length === 1))
  })

  test('bounces: it is lost again and again while it is read', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const clients = await Promise.all([0, 1].map((at) => together.enter(at, `u${at}`)))
    const all = await Promise.all(
      ['kept', 'room', 'lobby'].flatMap((topic) => clients.map((client) => follow(client, topic))),
    )
    for (const n of [1, 2]) await serverOf(together, 0).publish('kept', 'said', n)
    for (let n = 0; n < 40; n++) {
      if (n % 3 === 0) together.hub.freeze()
      together.hub.lose()
      if (n % 3 === 0) together.hub.thaw()
      void serverOf(together, n % 2).publish('kept', 'said', `bounce ${n}`)
      for (let i = 0; i < n % 7; i++) await Promise.resolve()
    }
    await ends.clock.advance(5_000)
    await serverOf(together, 0).publish('kept', 'said', 'last')
    await until(() => all.slice(0, 2).every(({ told }) => told.at(-1) === 'last'))
    expect(all.slice(2).map(({ people }) => people().join())).toEqual(Array(4).fill('u0,u1'))
    const positions = all.slice(0, 2).map(({ sub }) => JSON.stringify(sub.position))
    expect(positions[0]).toBe(positions[1])
    for (const { told } of all) expect(new Set(told).size).toBe(told.length)
    for (const { gaps } of all) expect(gaps.length).toBeGreaterThan(0)
  })
})
