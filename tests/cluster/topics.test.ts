import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster } from './cluster.js'

const TOPICS = (server: WseServer) => {
  server.topic('plain:{id}', { on: { said: true } })
  server.topic('kept:{id}', { history: { size: 5 }, on: { said: true } })
  server.topic('room', { presence: true, history: true })
}

behaviour('topics on several servers', { codecs: 'all' }, (test) => {
  test('an event reaches who is subscribed, whichever server they are at', async (ends) => {
    const { servers, enter } = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all(servers.map((_, at) => enter(at, `u${at}`)))
    const told: unknown[][] = []
    for (const client of clients) {
      const heard: unknown[] = []
      const plain = await client.subscribe('plain:1')
      plain.on('said', (data) => heard.push(data))
      told.push(heard)
    }
    const outcome = await servers[0]?.publish('plain:1', 'said', { at: 1 })
    expect(outcome).toMatchObject({ ok: true, offset: undefined })
    await clients[2]?.topic('plain:1').publish('said', { at: 2 })
    await until(() => told.every(({ length }) => length === 2))
    expect(told).toEqual(Array(3).fill([{ at: 1 }, { at: 2 }]))
  })

  test('all servers number the events of a history alike, and repeat what a client of any of them has missed', async (ends) => {
    const { servers, enter } = await cluster(ends, 2, {}, TOPICS)
    for (const n of [1, 2, 3]) await servers[n % 2]?.publish('kept:1', 'said', n, { key: `k${n}` })
    const [ann, bob] = [await enter(0, 'ann'), await enter(1, 'bob')]
    const heard: unknown[][] = [[], []]
    for (const [at, client] of [ann, bob].entries()) {
      const kept = client.topic('kept:1', { since: 'start' })
      kept.on('said', (data, { offset }) => heard[at]?.push([data, offset]))
      await kept.when.resubscribed
    }
    await until(() => heard.every(({ length }) => length === 3))
    const again = await servers[0]?.publish('kept:1', 'said', 'again', { key: 'k2' })
    expect(again).toMatchObject({ ok: true, repeated: true, offset: 2 })
    for (const n of [4, 5]) servers[n % 2]?.publish('kept:1', 'said', n)
    await until(() => heard.every(({ length }) => length === 5))
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]?.map((one) => (one as unknown[])[1])).toEqual([1, 2, 3, 4, 5])
    expect(servers[0]?.topics.position('kept:1')).toEqual(servers[1]?.topics.position('kept:1'))
  })

  test('who is present is the same everywhere, also after a server is gone', async (ends) => {
    const { hub, servers, enter } = await cluster(ends, 2, {}, TOPICS)
    const [ann, bob] = [await enter(0, 'ann'), await enter(1, 'bob')]
    const [atAnn, atBob] = [await ann.subscribe('room', { state: 1 }), await bob.subscribe('room', { state: 2 })]
    const names = (room: typeof atAnn) =>
      room.presence
        .get()
        .map(({ cid }) => cid)
        .sort()
    await until(() => names(atAnn).length === 2 && names(atBob).length === 2)
    await atBob.presence.set({ typing: true })
    await until(() => JSON.stringify(atAnn.presence.get()).includes('typing'))
    await servers[1]?.close()
    await until(() => names(atAnn).length === 1)
    expect(hub.inspect().entries).toBeGreaterThan(0)
  })

  test('a filter brings events of every server, each once', async (ends) => {
    const { servers, enter } = await cluster(ends, 2, {}, TOPICS)
    const ann = await enter(0, 'ann')
    const heard: unknown[] = []
    ann.when.event((topic, event, data) => heard.push([topic, event, data]))
    const conn = [...(servers[0]?.clients.get('ann')?.conns.values() ?? [])][0]
    conn?.subscribe('orders:ann.#')
    conn?.subscribe('orders:#')
    conn?.subscribe('+.made')
    await ends.clock.settle()
    await servers[1]?.publish('orders:ann.made', 'x', 1)
    await servers[0]?.publish('orders:bob.made', 'x', 2)
    await servers[1]?.publish('bills.made', 'x', 3)
    await servers[1]?.publish('bills.paid', 'x', 4)
    await until(() => heard.length === 3)
    expect(heard).toEqual([
      ['orders:ann.made', 'x', 1],
      ['orders:bob.made', 'x', 2],
      ['bills.made', 'x', 3],
    ])
  })
})
