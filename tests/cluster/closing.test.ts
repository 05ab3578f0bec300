import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'
import { follow, following } from './followed.js'

const TOPICS = (server: WseServer) => {
  server.topic('kept', { history: true, on: { said: true } })
  server.topic('room', { presence: { away: 0 }, history: true })
  server.topic('plain')
  server.register('slow', () => new Promise(() => {}))
}

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

/** Closes all of them; says what is left, of each and of the hub. */
async function closed({ servers, hub }: TestCluster): Promise<object> {
  await Promise.all(servers.map((server) => server.close({ code: 1000 })))
  await idle(3)
  const left = servers.flatMap((server) => Object.entries(server.inspect()).filter(([, count]) => count !== 0))
  const { histories, bytes, ...counts } = hub.inspect()
  return { left, held: Object.entries(counts).filter(([, count]) => count !== 0) }
}

const NOTHING = { left: [], held: [] }

behaviour('servers that are closed leave nothing behind', { codecs: ['json'] }, (test) => {
  test('after all kinds of things were done', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    for (const client of clients) for (const topic of ['kept', 'room', 'plain']) await follow(client, topic)
    const [conn] = serverOf(together, 1).clients.get('u1')?.conns.values() ?? []
    conn?.subscribe('p+')
    for (const topic of ['kept', 'room', 'plain']) await serverOf(together, 0).publish(topic, 'said', 1)
    together.hub.lose()
    await ends.clock.advance(500)
    expect(await closed(together)).toEqual(NOTHING)
  })

  test('while subscriptions wait for an engine that is out of reach', async (ends) => {
    const together = await cluster(ends, 2, {}, TOPICS)
    const clients = await Promise.all([0, 1].map((at) => together.enter(at, `u${at}`)))
    for (const client of clients) await follow(client, 'plain')
    together.hub.freeze()
    const waiting = clients.flatMap((client) => ['kept', 'room'].map((topic) => following(client, topic)))
    for (const { sub } of waiting) sub.ready.catch(() => {})
    await ends.clock.advance(2_500)
    expect(waiting.map(({ sub }) => sub.state)).toEqual(Array(4).fill('waiting'))
    expect(await closed(together)).toEqual(NOTHING)
    together.hub.thaw()
    await ends.clock.advance(2_500)
    expect(await closed(together)).toEqual(NOTHING)
  })

  test('while what has been missed is read', async (ends) => {
    for (let turns = 0; turns < 12; turns++) {
      const together = await cluster(ends, 2, {}, TOPICS)
      const clients = await Promise.all([0, 1].map((at) => together.enter(at, `u${at}`)))
      for (const client of clients) for (const topic of ['kept', 'room', 'plain']) await follow(client, topic)
      together.hub.freeze()
      for (const client of clients)
        void client
          .topic('room')
          .presence.set(turns)
          .catch(() => {})
      if (turns % 2) together.hub.lose()
      together.hub.thaw()
      for (let i = 0; i < turns; i++) await Promise.resolve()
      expect(await closed(together)).toEqual(NOTHING)
    }
  })

  test('while clients come, also from one another', async (ends) => {
    for (let turns = 0; turns < 40; turns++) {
      const together = await cluster(ends, 2, {}, TOPICS)
      const ann = await together.wander(0, 'ann')
      ann.client.topic('room')
      await ends.clock.settle()
      void ann.moveTo(1).catch(() => {})
      const bob = ends.client(ends.urlOf(serverOf(together, 0)))
      void bob.connect('bob').catch(() => {})
      if (turns % 3 === 0) together.hub.freeze()
      await ends.clock.advance(turns % 2 ? 10 : 50)
      for (let i = 0; i < turns; i++) await Promise.resolve()
      expect(await closed(together)).toEqual(NOTHING)
      await ann.client.disconnect()
      await bob.disconnect()
    }
  })

  test('while calls go on at the server their session has left', async (ends) => {
    const together = await cluster(ends, 3, { tO: 0 }, TOPICS)
    const ann = await together.wander(0, 'ann')
    ann.client.register('ask', () => new Promise(() => {}))
    const [conn] = serverOf(together, 0).clients.get('ann')?.conns.values() ?? []
    const settled: unknown[] = []
    const note = (call: PromiseLike<unknown> | undefined) => void call?.then(null, (error) => settled.push(error.code))
    note(ann.client.call('slow', 1, { timeout: 0 }))
    note(conn?.call('ask'))
    await ends.clock.settle()
    await ann.moveTo(1)
    note(ann.client.call('slow', 2, { timeout: 0 }))
    await ends.clock.settle()
    await ann.moveTo(2)
    expect(together.servers.map((server) => server.inspect().relays)).toEqual([1, 1, 1])
    expect(await closed(together)).toEqual(NOTHING)
    await ann.client.disconnect()
    await ends.clock.settle()
    expect(settled.length).toBe(3)
  })

  test('while the others are asked', async (ends) => {
    const together = await cluster(ends, 2, { tO: 0 }, TOPICS)
    const ann = await together.enter(1, 'ann')
    ann.register('ask', () => new Promise(() => {}))
    const settled: unknown[] = []
    const note = (call: PromiseLike<unknown>) =>
      void call.then(
        () => settled.push(1),
        () => settled.push(1),
      )
    note(serverOf(together, 0).call('ann', 'ask'))
    await ends.clock.settle()
    note(serverOf(together, 0).to('ann').send('x'))
    note(serverOf(together, 0).to('ann').devices())
    note(serverOf(together, 0).publish('kept', 'said', 1))
    expect(await closed(together)).toEqual(NOTHING)
    expect(settled.length).toBe(4)
  })
})
