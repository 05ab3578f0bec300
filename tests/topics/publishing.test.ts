import { msgpack } from '@wse/msgpack'
import { jsonCodec } from '@wse/protocol/wire'
import { WseError } from '@wse/server'
import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Subscriber } from './subscriber.js'

behaviour('publishing', { codecs: 'all' }, (test) => {
  test('[E7] [E8] a client publishes what the topic has a handler for, and nothing else by any name', async (ends) => {
    const { server } = await ends.server()
    server.topic('room:{id}', {
      on: {
        said: true,
        shout: (ctx, text) =>
          ctx.publish('said', { from: ctx.user.cid, text: String(text).toUpperCase(), in: ctx.params.id }),
        count: (ctx) => server.topics.count(ctx.topic),
        broken: () => {
          throw new WseError('TOO_LOUD', { max: 1 })
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    await ann.subscribe('room:1')
    await bob.subscribe('room:1')
    expect(await ann.publish('room:1', 'said', 'hi')).toEqual({})
    expect(await ann.publish('room:1', 'shout', 'hey')).toEqual({})
    expect(await ann.publish('room:1', 'count')).toEqual({ answer: 2 })
    expect(await ann.publish('room:1', 'broken')).toMatchObject({ error: { code: 'TOO_LOUD', details: { max: 1 } } })
    const heard = [
      ['room:1', 'said', 'hi'],
      ['room:1', 'said', { from: 'ann', text: 'HEY', in: '1' }],
    ]
    // Who published hears it, too.
    expect([await ann.hears(2), await bob.hears(2)]).toEqual([heard, heard])
    for (const event of ['constructor', 'toString', '__proto__', 'broadcast', 'other']) {
      expect(await ann.publish('room:1', event), event).toMatchObject({ error: { code: 'wse.topic.forbidden' } })
    }
    expect(await ann.publish('room:1', '~wse:ended')).toMatchObject({ error: { code: 'wse.invalid-payload' } })
  })

  test('[E9] who is not subscribed publishes nothing', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { on: { said: true } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const forbidden = { error: { code: 'wse.topic.forbidden' } }
    expect(await ann.publish('a', 'said', 1)).toMatchObject(forbidden)
    // Put there by the server it hears, which is not to say that it may speak.
    ann.conn.subscribe('a')
    expect(await ann.publish('a', 'said', 1)).toMatchObject(forbidden)
  })

  test('[H15] [H16] the server publishes to all but those it excepts: a device, or a user', async (ends) => {
    const { server } = await ends.server({ connPerUser: 2 })
    server.topic('a')
    const ann = await Subscriber.enter(ends, server, 'ann')
    const ann2 = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    for (const one of [ann, ann2, bob]) await one.subscribe('a')
    server.publish('a', 'all', 1)
    server.publish('a', 'not this', 2, { except: ann.conn })
    server.publish('a', 'not ann', 3, { except: 'ann' })
    server.publish('a', 'nobody', 4, { except: ['ann', bob.conn] })
    server.publish('a', 'end', 5)
    const names = (events: unknown[]) => events.map((event) => (event as string[])[1])
    expect(names(await ann.hears(2))).toEqual(['all', 'end'])
    expect(names(await ann2.hears(3))).toEqual(['all', 'not this', 'end'])
    expect(names(await bob.hears(4))).toEqual(['all', 'not this', 'not ann', 'end'])
  })

  test('[E15] server.to() and ctx.reply publish to those of a user that are subscribed', async (ends) => {
    const { server } = await ends.server({ connPerUser: 2 })
    server.topic('a', { history: true, on: { ask: (ctx) => ctx.reply('answer', ctx.user.cid) } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const ann2 = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    for (const one of [ann, bob]) await one.subscribe('a')
    ann2.conn.subscribe('b')
    const report = server.to(['ann', 'eve']).publish('a', 'whisper', 1)
    expect({ ...report }).toMatchObject({ sent: 1, queued: 0, dropped: 1 })
    expect((await report).map(({ result }) => result)).toEqual(['sent', 'dropped', 'offline'])
    expect(await bob.publish('a', 'ask')).toEqual({})
    expect(await ann.hears(1)).toEqual([['a', 'whisper', 1]])
    expect(await bob.hears(1)).toEqual([['a', 'answer', 'bob']])
    expect([ann2.events, server.topics.position('a')?.offset]).toEqual([[], 0])
  })

  test('bytes and texts are data like any other', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { on: { blob: true } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const bytes = new Uint8Array([1, 2, 3])
    server.publish('a', 'text', 'hello')
    server.publish('a', 'bytes', bytes)
    await until(() => ann.peer.received.at(-1) instanceof Uint8Array || ann.events.length === 2)
    const last = ann.peer.received.at(-1) as [string, { data: unknown }]
    // With JSON they travel in a frame of their own, behind the header.
    if (last instanceof Uint8Array) expect([...last.subarray(-3)]).toEqual([1, 2, 3])
    else expect(last[1].data).toEqual(bytes)
  })

  test('[E11] middleware of the server and of the topic stands around subscribing and publishing', async (ends) => {
    const { server } = await ends.server()
    const log: string[] = []
    server.use((ctx, next) => {
      log.push(`all ${ctx.kind} ${ctx.name}`)
      return next()
    })
    server.topic('a', {
      use: [
        (ctx, next) => {
          log.push(`topic ${ctx.kind}`)
          if (ctx.user.cid === 'eve') throw ctx.error('NOT_YOU')
          return next()
        },
      ],
      authorize: () => log.push('authorize') > 0,
      on: { said: (_, data) => void log.push(`handler ${data}`) },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const eve = await Subscriber.enter(ends, server, 'eve')
    await ann.subscribe('a')
    await ann.publish('a', 'said', 1)
    expect(await eve.subscribe('a')).toMatchObject([{ error: { code: 'NOT_YOU' } }])
    expect(log).toEqual([
      'all subscribe a',
      'topic subscribe',
      'authorize',
      'all publish a',
      'topic publish',
      'handler 1',
      'all subscribe a',
      'topic subscribe',
    ])
  })

  test('a volatile event has no answer; what may not be published has no effect', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { on: { cursor: true } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    ann.peer.send(['~wse:event', { topic: 'a', event: 'other', volatile: true }])
    ann.peer.send(['~wse:event', { topic: 'b', event: 'cursor', volatile: true }])
    ann.peer.send(['~wse:event', { topic: 'a', event: 'cursor', data: { x: 1 }, volatile: true }])
    expect(await ann.hears(1)).toEqual([['a', 'cursor', { x: 1 }]])
    expect(ann.peer.received.at(-1)).toEqual([
      '~wse:event',
      { topic: 'a', event: 'cursor', data: { x: 1 }, volatile: true },
    ])
    ann.peer.send(['~wse:event', { topic: 'a', event: 'cursor' }])
    expect(await ann.peer.closed).toMatchObject({ code: 4500 })
  })

  test("an event that cannot be encoded is the publisher's error, and nothing is kept", async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    server.topic('b')
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a', 'b')
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    for (const topic of ['a', 'b']) expect(() => server.publish(topic, 'x', cycle)).toThrow(WseError)
    expect(server.topics.position('a')?.offset).toBe(0)
    server.topic('h:{n}', { history: true })
    for (const [event, data] of [
      ['x', cycle],
      ['', 1],
    ] as const)
      expect(() => server.publish('h:1', event, data)).toThrow()
    expect(server.topics.names).toEqual(['a', 'b'])
    for (const [topic, event] of [
      ['a:', 'x'],
      ['a', ''],
      ['a', '~wse:x'],
      [5, 'x'],
    ]) {
      expect(() => server.publish(topic as string, event as string)).toThrow(
        expect.objectContaining({ code: 'wse.invalid-name' }),
      )
    }
    for (const options of [{ key: '' }, { key: 5 }, { except: {} }, { nope: 1 }, { latest: 5 }]) {
      expect(() => server.publish('a', 'x', 1, options as never)).toThrow(
        expect.objectContaining({ code: 'wse.invalid-option' }),
      )
    }
    expect(() => server.publish('b', 'x', 1, { key: 'k' })).toThrow(
      expect.objectContaining({ code: 'wse.invalid-option' }),
    )
  })
})

behaviour('publishing that goes wrong', (test) => {
  test('what clients publish counts towards the calls that may run', async (ends) => {
    const { server } = await ends.server({ limits: { callsIn: 2 } })
    let running = 0
    server.topic('a', {
      on: {
        said: () => {
          running++
          return new Promise(() => {})
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    for (const stamp of [101, 103]) ann.peer.send(['~wse:publish', { topic: 'a', event: 'said' }, stamp])
    expect(await ann.publish('a', 'said')).toMatchObject({ error: { code: 'wse.rp.overload' } })
    expect(running).toBe(2)
  })

  test('volatile events that are more than may be handled at once are dropped', async (ends) => {
    const { server } = await ends.server({ limits: { callsIn: 2 } })
    const gate = deferred<void>()
    let handled = 0
    server.topic('a', {
      on: {
        moved: async () => {
          handled++
          await gate.promise
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const moves = (count: number) => {
      for (let n = 0; n < count; n++) ann.peer.send(['~wse:event', { topic: 'a', event: 'moved', volatile: true }])
    }
    moves(5)
    await until(() => handled === 2)
    await idle()
    expect(handled).toBe(2)
    gate.resolve()
    await idle()
    moves(1)
    await until(() => handled === 3)
  })

  test('one whose protocol cannot say it keeps no other device from being told', async (ends) => {
    const { server } = await ends.server({ protocol: [jsonCodec, msgpack], connPerUser: 2 })
    server.topic('a')
    const devices: string[] = []
    for (const protocol of ['json', 'msgpack'] as const) {
      const client = ends.client(ends.urlOf(server), { protocol: protocol === 'json' ? jsonCodec : msgpack })
      await client.connect('ann')
      const sub = await client.subscribe('a')
      sub.on('e', (data) => void devices.push(`${protocol} ${data}`))
    }
    expect(server.to('ann').publish('a', 'e', 5n)).toMatchObject({ sent: 1, dropped: 1 })
    await until(() => devices.length === 1)
    expect(devices).toEqual(['msgpack 5'])
  })

  test('what is volatile is so by true alone, so that both ends count alike', async (ends) => {
    const { server } = await ends.server()
    expect(() => server.publish('a', 'e', 1, { volatile: 1 as never })).toThrow(
      expect.objectContaining({ code: 'wse.invalid-option' }),
    )
  })
})

behaviour('subscriptions a server makes', { codecs: 'all' }, (test) => {
  test('[H14] [P18] conn.subscribe takes topics, and filters in MQTT syntax', async (ends) => {
    const { server } = await ends.server()
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect([ann.conn.subscribe('plain'), ann.conn.subscribe('plain')]).toEqual([true, false])
    expect([ann.conn.subscribe('a:+.x'), ann.conn.subscribe('b/#'), ann.conn.subscribe('b/#')]).toEqual([
      true,
      true,
      false,
    ])
    const all = ['plain', 'a:1.x', 'a:1.y', 'a:1', 'a:1.x.z', 'b', 'b/1', 'b/1/2', 'c', 'b:1']
    for (const topic of all) server.publish(topic, 'e', topic)
    const heard = ['plain', 'a:1.x', 'b', 'b/1', 'b/1/2']
    expect((await ann.hears(5)).map((event) => (event as unknown[])[0])).toEqual(heard)
    expect(all.filter((topic) => ann.conn.isSubscribed(topic))).toEqual(heard)
    expect(ann.conn.topics).toEqual(['plain', 'a:+.x', 'b/#'])
    expect([ann.conn.unsubscribe('b/#'), ann.conn.unsubscribe('b/#'), ann.conn.unsubscribe('nope')]).toEqual([
      true,
      false,
      false,
    ])
    server.publish('b/1', 'e', 1)
    await idle()
    expect(ann.events.length).toBe(5)
    for (const filter of ['', 'a:', '#:a', 5]) expect(() => ann.conn.subscribe(filter as string)).toThrow()
  })

  test('[H14] an event reaches a device once, however many of its subscriptions match', async (ends) => {
    const { server } = await ends.server()
    server.topic('a:{x}')
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a:1')
    for (const filter of ['a:1', 'a:+', 'a:#', '#', '+:1']) ann.conn.subscribe(filter)
    expect(server.publish('a:1', 'e', 1)).toMatchObject({ sent: 1 })
    await idle()
    expect(ann.events.length).toBe(1)
  })

  test('nothing is left of a device that goes', async (ends) => {
    const { server } = await ends.server()
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.conn.subscribe('a:+')
    ann.conn.subscribe('b')
    ann.conn.drop()
    expect(server.inspect()).toMatchObject({ topics: 0, subscriptions: 0, topicTimers: 0 })
    expect([ann.conn.subscribe('c'), ann.conn.topics]).toEqual([false, []])
  })
})
