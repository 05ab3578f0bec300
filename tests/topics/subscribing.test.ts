import { WseError } from '@wse/server'
import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { refused, Subscriber } from './subscriber.js'

behaviour('subscribing', { codecs: 'all' }, (test) => {
  test('[E5] [E10] a client hears what is published on a topic it may subscribe to, until it does not want it', async (ends) => {
    const { server } = await ends.server()
    server.topic('news')
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe('news')).toEqual([{}])
    expect(server.publish('news', 'said', { text: 'hi' })).toMatchObject({ sent: 1, queued: 0, dropped: 0 })
    expect(await ann.hears(1)).toEqual([['news', 'said', { text: 'hi' }]])
    expect(await ann.ask('~wse:unsubscribe', ['news'])).toBeNull()
    expect(server.publish('news', 'said', 2)).toMatchObject({ sent: 0 })
    expect([ann.conn.topics, server.topics.names]).toEqual([[], []])
  })

  test('[E10] a topic nobody defined is unknown, one that is not for this user forbidden', async (ends) => {
    const { server } = await ends.server()
    server.topic('admins', { authorize: ({ user }) => user.cid === 'root' })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const root = await Subscriber.enter(ends, server, 'root')
    expect(await ann.subscribe('admins')).toMatchObject(refused('wse.topic.forbidden'))
    expect(await ann.subscribe('nothing')).toMatchObject(refused('wse.topic.unknown'))
    expect(await root.subscribe('admins')).toEqual([{}])
    for (const name of ['a:', '', 5, '~wse:x']) {
      const answer = (await ann.subscribe({ topic: name })) as [{ error?: { code: string } }]
      expect([answer].flat()[0]?.error?.code, String(name)).toMatch(/wse.invalid-(name|payload)/)
    }
  })

  test('[E10] authorize may take its time, and what it throws refuses; what is no WseError stays here', async (ends) => {
    const { server } = await ends.server()
    const errors: string[] = []
    server.when.error((error) => errors.push(error.message))
    server.topic('slow', { authorize: async () => true })
    server.topic('no', { authorize: async () => false })
    server.topic('banned', { authorize: () => Promise.reject(new WseError('BANNED', { until: 5 })) })
    server.topic('broken', {
      authorize: () => {
        throw new Error('secret')
      },
    })
    server.topic('truthy', { authorize: (() => 1) as never })
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe('slow', 'no', 'banned', 'broken', 'truthy')).toMatchObject([
      {},
      { error: { code: 'wse.topic.forbidden' } },
      { error: { code: 'BANNED', details: { until: 5 } } },
      { error: { code: 'wse.server.rp.failed', message: 'RPC execution failed' } },
      { error: { code: 'wse.topic.forbidden' } },
    ])
    expect(JSON.stringify(ann.peer.received)).not.toContain('secret')
    expect(errors).toEqual(['broken failed: secret'])
    expect(ann.conn.topics).toEqual(['slow'])
  })

  test('[E6] a template has named parameters, an exact name goes before it', async (ends) => {
    const { server } = await ends.server()
    const asked: unknown[] = []
    const note = (which: string) => ({
      authorize: ({ topic, params }: { topic: string; params: object }) => {
        asked.push([which, topic, { ...params }])
        return true
      },
    })
    server.topic('chat:{room}.{user}', note('template'))
    server.topic('chat:lobby.1', note('name'))
    server.topic('any/*', note('anonymous'))
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe('chat:a.7', 'chat:lobby.1', 'chat:lobby.2', 'any/thing')).toEqual([{}, {}, {}, {}])
    expect(asked).toEqual([
      ['template', 'chat:a.7', { room: 'a', user: '7' }],
      ['name', 'chat:lobby.1', {}],
      ['template', 'chat:lobby.2', { room: 'lobby', user: '2' }],
      ['anonymous', 'any/thing', { '*': 'thing' }],
    ])
    expect(() => server.topic('chat:{x}.{y}')).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
    for (const template of ['', 'a:', 'a{b}', '{a}:{a}', 'a:+', '#', '~wse:a'])
      expect(() => server.topic(template)).toThrow()
  })

  test('[E9] [E14] members are those of the concrete topic: user:1 hears nothing of user:2, and says nothing there', async (ends) => {
    const { server } = await ends.server()
    const users = server.topic('user:{id}', {
      authorize: ({ user, params }) => user.cid === params.id,
      on: { said: true },
    })
    const one = await Subscriber.enter(ends, server, '1')
    const two = await Subscriber.enter(ends, server, '2')
    await one.subscribe('user:1')
    await two.subscribe('user:2')
    users.publish({ id: 2 }, 'secret', 'for two')
    expect(await two.hears(1)).toEqual([['user:2', 'secret', 'for two']])
    expect(await one.publish('user:2', 'said', 'hi')).toMatchObject({ error: { code: 'wse.topic.forbidden' } })
    await idle()
    expect([one.events, two.events.length]).toEqual([[], 1])
  })

  test('to subscribe again is no error, and asks nobody', async (ends) => {
    const { server } = await ends.server()
    let asked = 0
    server.topic('a', { authorize: () => ++asked === 1 })
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect([await ann.subscribe('a'), await ann.subscribe('a', 'a')]).toEqual([[{}], [{}, {}]])
    server.publish('a', 'once', 1)
    await idle()
    expect(ann.events).toEqual([['a', 'once', 1]])
  })

  test('a subscription given up while it is decided on does not come to be', async (ends) => {
    const { server } = await ends.server()
    const decided = deferred<boolean>()
    server.topic('a', { authorize: () => decided.promise })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const answer = ann.subscribe('a')
    await ann.ask('~wse:unsubscribe', ['a'])
    decided.resolve(true)
    expect(await answer).toMatchObject(refused('wse.topic.forbidden'))
    expect([ann.conn.topics, server.topics.count('a')]).toEqual([[], 0])
  })

  test('what is ended while others of the same call are decided on is answered as ended', async (ends) => {
    const { server } = await ends.server()
    const { promise, resolve } = deferred<boolean>()
    server.topic('quick')
    server.topic('slow', { authorize: () => promise })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const asked = ann.subscribe('quick', 'slow')
    await until(() => ann.conn.topics.includes('quick'))
    expect(server.topics.kick('quick', 'ann')).toBe(1)
    resolve(true)
    expect(await asked).toMatchObject([{ error: { code: 'wse.topic.forbidden' } }, {}])
    expect(ann.conn.topics).toEqual(['slow'])
  })

  test('a device that goes while it is decided on leaves nothing', async (ends) => {
    const { server } = await ends.server()
    const decided = deferred<boolean>()
    let asked = false
    server.topic('a', {
      authorize: () => {
        asked = true
        return decided.promise
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.peer.send(['~wse:subscribe', [{ topic: 'a' }], 1])
    await until(() => asked)
    ann.conn.drop()
    decided.resolve(true)
    await idle()
    expect(server.topics.names).toEqual([])
  })

  test('T64 a device may have 256 subscriptions, or as many as limits say; a topic as many members as it says', async (ends) => {
    const { server } = await ends.server({ limits: { subscriptions: 3 }, connPerUser: 3 })
    server.topic('t:{n}', { authorize: async () => true })
    server.topic('pair', { limits: { members: 1 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const answers = (await ann.subscribe('t:1', 't:2', 't:3', 't:4', 't:5')) as { error?: { code: string } }[]
    expect(answers.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      'wse.topic.full',
      'wse.topic.full',
    ])
    expect(ann.conn.topics.length).toBe(3)
    const [bob, eve] = [await Subscriber.enter(ends, server, 'bob'), await Subscriber.enter(ends, server, 'eve')]
    expect(await bob.subscribe('pair')).toEqual([{}])
    expect(await eve.subscribe('pair')).toMatchObject(refused('wse.topic.full'))
  })

  test('a topic that stands twice in a list is asked for once, and told once what is on it', async (ends) => {
    const { server } = await ends.server()
    server.topic('{name}', { history: true, presence: true, authorize: async () => true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    server.publish('a', 'e', 1)
    const one = { topic: 'a', since: { offset: 0 } }
    const [first, , again] = (await ann.subscribe(one, 'b', one)) as object[]
    expect([first, again]).toMatchObject([{ recovered: true }, { recovered: true }])
    await ann.subscribe(one, one, one)
    await idle()
    expect(ann.members.map(({ topic }) => topic).sort()).toEqual(['a', 'a', 'a', 'b', 'b'])
    expect(ann.events).toHaveLength(2)
  })

  test('what is no list of topics is refused, and nothing else happens', async (ends) => {
    const { server } = await ends.server()
    const ann = await Subscriber.enter(ends, server, 'ann')
    for (const name of ['subscribe', 'unsubscribe', 'publish', 'presence']) {
      for (const payload of [null, 5, ['a', 1], [{}], { topic: 5 }, [{ topic: 'a', since: 1 }], 'x']) {
        if (name === 'unsubscribe' && payload === null) continue
        expect(await ann.ask(`~wse:${name}`, payload), name).toMatchObject({ error: { code: 'wse.invalid-payload' } })
      }
    }
  })
})

behaviour('ending subscriptions', { codecs: 'all' }, (test) => {
  test('[E10] a user is kicked off a topic and told why', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { on: { said: true } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    await ann.subscribe('a')
    await bob.subscribe('a')
    expect(server.topics.kick('a', 'bob', new WseError('BANNED'))).toBe(1)
    expect(await bob.hears(1)).toMatchObject([['a', '~wse:ended', { code: 'BANNED' }]])
    expect(await bob.publish('a', 'said', 1)).toMatchObject({ error: { code: 'wse.topic.forbidden' } })
    expect(server.topics.members('a')).toEqual([ann.conn])
  })

  test('[E10] authorisation is asked anew on demand, of one user or all', async (ends) => {
    const { server } = await ends.server()
    const banned = new Set<unknown>()
    server.topic('a', { authorize: async ({ user }) => !banned.has(user.cid) })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    await ann.subscribe('a')
    await bob.subscribe('a')
    banned.add('bob').add('ann')
    expect(await server.topics.review('bob')).toBe(1)
    expect(server.topics.members('a')).toEqual([ann.conn])
    expect(await server.topics.review()).toBe(1)
    expect(server.topics.count('a')).toBe(0)
    expect(await bob.hears(1)).toMatchObject([['a', '~wse:ended', { code: 'wse.topic.forbidden' }]])
  })

  test('an authorize that fails when asked anew ends nothing, and is told', async (ends) => {
    const { server } = await ends.server()
    let fails = false
    server.topic('a', {
      authorize: () => {
        if (fails) throw new Error('cold database')
        return true
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    fails = true
    const told = server.when.error()
    expect(await server.topics.review()).toBe(0)
    expect(((await told) as unknown[])[0]).toMatchObject({ message: 'a failed: cold database' })
    expect(server.topics.count('a')).toBe(1)
  })

  test('[H17] joined, left and empty are told, however a subscription begins and ends', async (ends) => {
    const { server } = await ends.server()
    server.topic('a')
    const log: string[] = []
    server.topics.when.joined((topic, conn) => log.push(`joined ${topic} ${conn.cid}`))
    server.topics.when.left((topic, conn) => log.push(`left ${topic} ${conn.cid}`))
    server.topics.when.empty((topic) => log.push(`empty ${topic}`))
    const ann = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    await ann.subscribe('a')
    bob.conn.subscribe('a')
    await bob.subscribe('a')
    await bob.ask('~wse:unsubscribe', ['a'])
    bob.conn.unsubscribe('a')
    ann.conn.drop()
    expect(log).toEqual(['joined a ann', 'joined a bob', 'left a bob', 'left a ann', 'empty a'])
  })

  test('T64: a list of more topics than any device may have is refused whole', async (ends) => {
    const { server } = await ends.server({ limits: { subscriptions: 300 } })
    server.topic('x:{id}')
    const ann = await Subscriber.enter(ends, server, 'ann')
    const names = Array.from({ length: 301 }, (_, n) => `x:${n}`)
    expect(await ann.subscribe(...names)).toMatchObject({ error: { code: 'wse.invalid-payload' } })
    expect(ann.conn.topics).toEqual([])
    expect(await ann.subscribe(...names.slice(1))).toHaveLength(300)
    expect(ann.conn.topics).toHaveLength(300)
  })

  test('who is kicked before its list is answered is told so by the answer', async (ends) => {
    const { server } = await ends.server()
    const gate = deferred<boolean>()
    server.topic('a')
    server.topic('b')
    server.topic('slow', { authorize: () => gate.promise })
    server.topics.when.joined((topic, conn) => {
      if (topic === 'b') server.topics.kick('b', conn)
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const asked = ann.subscribe('a', 'b', 'slow')
    await until(() => ann.conn.topics.includes('a'))
    server.topics.kick('a', 'ann', new WseError('BANNED', { until: 5 }))
    gate.resolve(true)
    expect(await asked).toMatchObject([
      { error: { code: 'BANNED', details: { until: 5 } } },
      { error: { code: 'wse.topic.forbidden' } },
      {},
    ])
    expect(ann.conn.topics).toEqual(['slow'])
    expect(await ann.subscribe('b')).toMatchObject(refused('wse.topic.forbidden'))
  })

  test('who is kicked while it is decided on does not come in by what was decided before', async (ends) => {
    const { server } = await ends.server()
    const gate = deferred<boolean>()
    server.topic('a', { authorize: () => gate.promise })
    const [ann, bob] = [await Subscriber.enter(ends, server, 'ann'), await Subscriber.enter(ends, server, 'bob')]
    const [asked, other] = [ann.subscribe('a'), bob.subscribe('a')]
    await idle()
    expect(server.topics.kick('a', 'ann', new WseError('BANNED'))).toBe(1)
    expect(server.topics.kick('b')).toBe(0)
    gate.resolve(true)
    expect(await asked).toMatchObject(refused('BANNED'))
    expect(await other).toEqual([{}])
    expect(server.topics.members('a')).toEqual([bob.conn])
    expect(ann.events).toEqual([])
  })

  test('a device that the server has put on a full topic takes no other place when it subscribes', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { limits: { members: 1 } })
    const [ann, bob] = [await Subscriber.enter(ends, server, 'ann'), await Subscriber.enter(ends, server, 'bob')]
    ann.conn.subscribe('a')
    expect(await bob.subscribe('a')).toMatchObject(refused('wse.topic.full'))
    expect(await ann.subscribe('a')).toEqual([{}])
  })

  test('an error that cannot be told keeps nobody from being kicked, and ends no process', async (ends) => {
    const { server } = await ends.server()
    const errors: string[] = []
    server.when.error((error) => errors.push(error.code))
    const circular: Record<string, unknown> = {}
    circular.self = circular
    let isBanned = false
    const banned = () => new WseError('BANNED', circular)
    server.topic('a', {
      authorize: () => {
        if (isBanned) throw banned()
        return true
      },
    })
    server.topic('b')
    const [ann, bob] = [await Subscriber.enter(ends, server, 'ann'), await Subscriber.enter(ends, server, 'bob')]
    await ann.subscribe('a')
    await bob.subscribe('a')
    isBanned = true
    expect(await server.topics.review('ann')).toBe(1)
    expect(server.topics.kick('a', 'bob', banned())).toBe(1)
    for (const one of [ann, bob]) expect(await one.hears(1)).toMatchObject([['a', '~wse:ended', { code: 'BANNED' }]])
    expect(await ann.subscribe('b', 'a')).toMatchObject([{}, { error: { code: 'BANNED' } }])
    expect(errors.length).toBe(3)
  })

  test('a topic that comes to be defined, or is defined anew, is that for who is on it already', async (ends) => {
    const { server } = await ends.server()
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.conn.subscribe('a')
    const old = server.topic('a', { presence: true, history: true, on: { said: true } })
    expect(await ann.subscribe({ topic: 'a', state: 1 })).toMatchObject([{ presence: true, offset: 0 }])
    expect(await ann.publish('a', 'said', 1)).toMatchObject({ offset: 1 })
    expect(await ann.subscribe({ topic: 'a', state: 2 })).toMatchObject([{ presence: true, offset: 1 }])
    old.remove()
    server.topic('a', { authorize: ({ user }) => user.cid === 'bob', presence: true, history: true })
    const bob = await Subscriber.enter(ends, server, 'bob')
    expect(await bob.subscribe({ topic: 'a', since: { offset: 0 } })).toMatchObject([{ recovered: true }])
    expect(await bob.publish('a', 'said', 2)).toMatchObject({ error: { code: 'wse.topic.forbidden' } })
    expect(await server.topics.review()).toBe(1)
    expect(server.topics.presence('a')).toMatchObject([{ cid: 'bob' }])
  })

  test('a topic defined anew with a history keeps none while somebody is on it who knows of none', async (ends) => {
    const { server } = await ends.server()
    const old = server.topic('a')
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe('a')).toEqual([{}])
    old.remove()
    server.topic('a', { history: true, presence: true })
    server.publish('a', 'e', 1)
    expect(await ann.hears(1)).toEqual([['a', 'e', 1]])
    await ann.ask('~wse:unsubscribe', ['a'])
    expect(await ann.subscribe('a')).toMatchObject([{ presence: true, offset: 0 }])
  })

  test('a topic that somebody comes back to at once is not told to be empty', async (ends) => {
    const { server } = await ends.server()
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.conn.subscribe('a')
    const told: string[] = []
    server.topics.when.left((topic, conn) => void conn.subscribe(topic))
    server.topics.when.empty((topic) => told.push(topic))
    ann.conn.unsubscribe('a')
    expect([ann.conn.topics, told]).toEqual([['a'], []])
  })

  test('what is published when the server is closed leaves nothing behind', async (ends) => {
    const { server } = await ends.server()
    const gate = deferred<void>()
    let published = false
    server.topic('a', {
      history: true,
      presence: true,
      on: {
        said: async (ctx) => {
          await gate.promise
          ctx.publish('said', 1)
          published = true
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    ann.peer.send(['~wse:publish', { topic: 'a', event: 'said' }, 101])
    await idle()
    await server.close()
    gate.resolve()
    await until(() => published)
    const left = Object.entries(server.inspect()).filter(([, count]) => count !== 0)
    expect(left).toEqual([])
  })
})
