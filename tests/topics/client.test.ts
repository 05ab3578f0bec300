import type { Subscription, WseClient } from '@wse/client'
import { WseError, type WseServer } from '@wse/server'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

/** A client that is in. */
async function enter(ends: Ends, server: WseServer, cid: string, options: object = {}): Promise<WseClient> {
  const client = ends.client(ends.urlOf(server), { re: true, ...options })
  await client.connect(cid)
  return client
}

/** All a subscription tells, in order. */
function listen(room: Subscription): unknown[] {
  const told: unknown[] = []
  room.on('said', (data) => told.push(data))
  room.when.gap(({ reason }) => told.push(reason))
  room.when.resubscribed(({ recovered }) => told.push(recovered ? 'recovered' : 'not recovered'))
  room.when.ended((error) => told.push(error?.code ?? 'ended'))
  return told
}

/** Loses the link of a user, and waits until there is another. */
async function lose(ends: Ends, server: WseServer, client: WseClient, meanwhile = () => {}): Promise<void> {
  const ready = client.when.ready()
  let isBack = false
  void ready.then(() => {
    isBack = true
  })
  connOf(server, client.cid as string).terminate()
  await until(() => client.status !== 'READY')
  meanwhile()
  while (!isBack) await ends.clock.advance(100)
}

behaviour('subscriptions', { codecs: 'all' }, (test) => {
  test('[E5] [E20] [W16] a client hears and says on a topic, which it has by a template and its parameters', async (ends) => {
    const { server } = await ends.server()
    server.topic('room:{id}', { on: { said: true, asked: (_ctx, data) => `${data}!` } })
    const [ann, bob] = [await enter(ends, server, 'ann'), await enter(ends, server, 'bob')]
    const room = await ann.subscribe('room:{id}', { id: 42 })
    const told = listen(room)
    const other = await bob.subscribe('room:42')
    expect(await other.publish('said', 'hi')).toEqual({})
    expect(await other.publish('asked', 'why')).toMatchObject({ answer: 'why!' })
    await other.publish('said', 'loose', { volatile: true })
    await until(() => told.length === 2)
    expect(told).toEqual(['hi', 'loose'])
    await room.unsubscribe()
    expect(server.topics.members('room:42').map(({ cid }) => cid)).toEqual(['bob'])
    await expect(other.publish('sung', 1)).rejects.toMatchObject({ code: 'wse.topic.forbidden' })
  })

  test('[E10] a client is told why it may not subscribe, and why it is made to leave', async (ends) => {
    const { server } = await ends.server()
    server.topic('admins', { authorize: async ({ user }) => user.cid === 'root' })
    server.topic('room')
    const ann = await enter(ends, server, 'ann')
    await expect(ann.subscribe('admins')).rejects.toMatchObject({ code: 'wse.topic.forbidden' })
    await expect(ann.subscribe('nothing')).rejects.toMatchObject({ code: 'wse.topic.unknown' })
    const room = await ann.subscribe('room')
    const ended = room.when.ended()
    server.topics.kick('room', 'ann', new WseError('BANNED', { until: 5 }))
    expect(await ended).toMatchObject({ code: 'BANNED', details: { until: 5 } })
    expect([room.state, ann.inspect().subscriptions]).toEqual(['ended', 0])
  })

  test('[E21] what was published while a client had no link is told, once and in order, when it is back', async (ends) => {
    const { server } = await ends.server()
    server.topic('kept', { history: true })
    server.topic('plain')
    const ann = await enter(ends, server, 'ann')
    const [kept, plain] = [await ann.subscribe('kept'), await ann.subscribe('plain')]
    const [told, heard] = [listen(kept), listen(plain)]
    server.publish('kept', 'said', 1)
    await until(() => told.length === 1)
    for (const from of [2, 4, 6]) {
      await lose(ends, server, ann, () => {
        for (const n of [from, from + 1]) {
          server.publish('kept', 'said', n)
          server.publish('plain', 'said', n)
        }
      })
      await until(() => kept.state === 'subscribed' && plain.state === 'subscribed')
    }
    await idle()
    expect(told.filter((one) => typeof one === 'number')).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(told.filter((one) => typeof one !== 'number')).toEqual(['recovered', 'recovered', 'recovered'])
    expect(heard).toEqual([2, 3, 4, 5, 6, 7])
    expect([kept.position, kept.recovered]).toEqual([server.topics.position('kept'), true])
  })

  test('[E21] a new session has the same subscriptions, and says what may be missing', async (ends) => {
    const { server } = await ends.server({ resume: false })
    server.topic('kept', { history: { size: 2 } })
    server.topic('plain')
    server.publish('kept', 'said', 0)
    const ann = await enter(ends, server, 'ann')
    const [kept, plain] = [await ann.subscribe('kept'), await ann.subscribe('plain')]
    const [told, heard] = [listen(kept), listen(plain)]
    await lose(ends, server, ann, () => {
      for (const n of [1, 2]) server.publish('kept', 'said', n)
    })
    await until(() => plain.state === 'subscribed')
    await lose(ends, server, ann, () => {
      for (const n of [3, 4, 5]) server.publish('kept', 'said', n)
    })
    await until(() => plain.state === 'subscribed')
    server.publish('kept', 'said', 6)
    server.publish('plain', 'said', 6)
    await until(() => heard.at(-1) === 6 && told.at(-1) === 6)
    expect(told).toEqual(['recovered', 1, 2, 'history', 'not recovered', 6])
    expect(heard).toEqual(['session', 'not recovered', 'session', 'not recovered', 6])
  })

  test('what is stored of a topic is gone on with by another client, from there or from the start', async (ends) => {
    const { server } = await ends.server({ connPerUser: 3 })
    server.topic('a', { history: true })
    const ann = await enter(ends, server, 'ann')
    const room = await ann.subscribe('a')
    const told = listen(room)
    server.publish('a', 'said', 1)
    await until(() => told.length === 1)
    const { position } = room
    await ann.disconnect()
    server.publish('a', 'said', 2)
    const again = await enter(ends, server, 'ann')
    const since = again.topic('a', { since: position ?? 'start' })
    const after = listen(since)
    const another = await enter(ends, server, 'ann')
    const all = listen(await another.subscribe('a', { since: 'start' }))
    await until(() => after.length > 0 && all.length > 1)
    expect([after, all, since.recovered]).toEqual([[2], [1, 2], true])
  })

  test('[E21] a jump takes subscriptions along', async (ends) => {
    const [one, two] = [await ends.server(), await ends.server()]
    for (const { server } of [one, two]) server.topic('room')
    const ann = await enter(ends, one.server, 'ann')
    const room = await ann.subscribe('room')
    const told = listen(room)
    await ann.jump(two.url)
    await until(() => room.state === 'subscribed')
    two.server.publish('room', 'said', 'there')
    await until(() => told.includes('there'))
    expect(told).toEqual(['session', 'not recovered', 'there'])
  })

  test('[E21] people who are present stay so over lost links, and devices are one person', async (ends) => {
    const { server } = await ends.server({ connPerUser: 2 })
    server.topic('a', { presence: true })
    const ann = await enter(ends, server, 'ann')
    const room = await ann.subscribe('a', { state: 'here' })
    const told: unknown[] = []
    for (const change of ['join', 'leave', 'update'] as const) {
      room.presence.on(change, ({ cid, state, devices }) => told.push([change, cid, state, devices.length]))
    }
    const phone = await enter(ends, server, 'bob')
    const laptop = await enter(ends, server, 'bob')
    const other = await phone.subscribe('a', { state: 'phone' })
    await until(() => told.length === 2)
    await laptop.subscribe('a', { state: 'laptop' })
    await until(() => told.length === 3)
    await other.presence.set('typing')
    await until(() => told.length === 4)
    await lose(ends, server, ann)
    await until(() => room.state === 'subscribed')
    expect(room.presence.get()).toEqual(server.topics.presence('a'))
    await laptop.disconnect()
    await until(() => told.length === 5)
    await phone.disconnect()
    await until(() => told.length === 6)
    expect(told).toEqual([
      ['join', 'ann', 'here', 1],
      ['join', 'bob', 'phone', 1],
      ['update', 'bob', 'laptop', 2],
      ['update', 'bob', 'laptop', 2],
      ['update', 'bob', 'typing', 1],
      ['leave', 'bob', 'typing', 1],
    ])
  })

  test('[H14] what the server alone subscribed a client to is an event of the client', async (ends) => {
    const { server } = await ends.server()
    const ann = await enter(ends, server, 'ann')
    const heard: unknown[] = []
    ann.when.event((...args) => heard.push(args))
    connOf(server, 'ann').subscribe('news.#')
    server.publish('news.today', 'said', 1)
    await until(() => heard.length === 1)
    expect(heard).toEqual([['news.today', 'said', 1]])
  })
})
