import { expect } from 'vitest'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Subscriber } from './subscriber.js'

type Answer = { offset: number; epoch: string; recovered?: boolean }

const offsets = (events: unknown[]) => events.map((event) => (event as unknown[])[3])

behaviour('history', { codecs: 'all' }, (test) => {
  test('[P21] events have offsets, and what was missed is said again from a position', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const [at] = (await ann.subscribe('a')) as [Answer]
    expect(at).toEqual({ offset: 0, epoch: expect.any(String) })
    expect(server.publish('a', 'e', 'one')).toMatchObject({ sent: 1, offset: 1, epoch: at.epoch })
    await ann.ask('~wse:unsubscribe', ['a'])
    expect(server.publish('a', 'e', 'two')).toMatchObject({ sent: 0, offset: 2 })
    server.publish('a', 'e', 'three')
    expect(await ann.subscribe({ topic: 'a', since: { epoch: at.epoch, offset: 1 } })).toEqual([
      { epoch: at.epoch, offset: 3, recovered: true },
    ])
    server.publish('a', 'e', 'four')
    expect(await ann.hears(4)).toEqual(['one', 'two', 'three', 'four'].map((text, at) => ['a', 'e', text, at + 1]))
  })

  test('what is not kept any more is never recovered in part', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: { size: 3 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const { epoch = '' } = server.publish('a', 'e', 1)
    for (let n = 2; n <= 6; n++) server.publish('a', 'e', n)
    const asked = async (offset: number, of = epoch) => {
      const before = ann.events.length
      const [{ recovered }] = (await ann.subscribe({ topic: 'a', since: { epoch: of, offset } })) as [Answer]
      return [recovered, offsets(ann.events.slice(before))]
    }
    expect(await asked(2)).toEqual([false, []])
    expect(await asked(3)).toEqual([true, [4, 5, 6]])
    expect(await asked(6)).toEqual([true, []])
    expect(await asked(7)).toEqual([false, []])
    expect(await asked(4, 'another epoch')).toEqual([false, []])
  })

  test('without an epoch all that is kept is said, and whether that is all there was', async (ends) => {
    const { server } = await ends.server()
    server.topic('{name}', { history: { size: 3 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    for (let n = 1; n <= 5; n++) server.publish('long', 'e', n)
    for (let n = 1; n <= 2; n++) server.publish('short', 'e', n)
    expect(await ann.subscribe({ topic: 'long', since: { offset: 0 } })).toMatchObject([
      { offset: 5, recovered: false },
    ])
    expect(offsets(ann.events)).toEqual([3, 4, 5])
    expect(await ann.subscribe({ topic: 'short', since: { offset: 0 } })).toMatchObject([
      { offset: 2, recovered: true },
    ])
    expect(offsets(ann.events)).toEqual([3, 4, 5, 1, 2])
  })

  test('events are kept for so long; a topic nobody is on goes with its last one', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: { ttl: 10_000 } })
    server.publish('a', 'e', 1)
    const position = server.topics.position('a')
    await ends.clock.advance(6_000)
    server.publish('a', 'e', 2)
    await ends.clock.advance(6_000)
    const ann = await Subscriber.enter(ends, server, 'ann')
    expect(await ann.subscribe({ topic: 'a', since: { epoch: position?.epoch, offset: 0 } })).toMatchObject([
      { recovered: false },
    ])
    expect(await ann.subscribe({ topic: 'a', since: { epoch: position?.epoch, offset: 1 } })).toMatchObject([
      { recovered: true },
    ])
    await ann.ask('~wse:unsubscribe', ['a'])
    await ends.clock.advance(30_000)
    expect(server.inspect()).toMatchObject({ topics: 0, topicTimers: 0 })
  })

  test('who waited for the first event of a topic misses nothing, though nobody else was there', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: { ttl: 10_000 } })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const [{ epoch }] = (await ann.subscribe('a')) as [Answer]
    ann.conn.drop()
    expect(server.topics.names).toEqual([])
    server.publish('a', 'e', 'while she was away')
    const again = await Subscriber.enter(ends, server, 'ann')
    expect(await again.subscribe({ topic: 'a', since: { epoch, offset: 0 } })).toMatchObject([{ recovered: true }])
    expect(again.events).toEqual([['a', 'e', 'while she was away', 1]])
    again.conn.drop()
    await ends.clock.advance(30_000)
    // It was there, and is not any more.
    server.publish('a', 'e', 'later')
    expect(server.topics.position('a')?.epoch).not.toBe(epoch)
  })

  test('a history holds so many bytes, and all of them so many: the largest give way first', async (ends) => {
    const { server } = await ends.server({ limits: { historyBytes: 20_000 } })
    server.topic('{name}', { history: { bytes: 8_000 } })
    const filler = 'x'.repeat(900)
    server.publish('modest', 'e', filler)
    for (let n = 0; n < 20; n++) server.publish('flood', 'e', filler)
    const ann = await Subscriber.enter(ends, server, 'ann')
    const kept = async (topic: string) => {
      const before = ann.events.length
      await ann.subscribe({ topic, since: { offset: 0 } })
      return ann.events.length - before
    }
    expect([await kept('flood'), await kept('modest')]).toEqual([8, 1])
    for (const topic of ['a', 'b']) for (let n = 0; n < 8; n++) server.publish(topic, 'e', filler)
    const [{ epoch }] = (await ann.subscribe('flood')) as [Answer]
    expect(await kept('modest')).toBe(1)
    expect(await ann.subscribe({ topic: 'flood', since: { offset: 19, epoch } })).toMatchObject([
      { recovered: false, offset: 20 },
    ])
    expect(await kept('b')).toBeGreaterThan(5)
  })

  test('an event published again under its key is published once', async (ends) => {
    const { server } = await ends.server()
    let handled = 0
    server.topic('a', {
      history: { size: 2 },
      on: {
        said: true,
        handled: (ctx, data) => {
          handled++
          ctx.publish('first', data)
          ctx.publish('second', data)
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const first = server.publish('a', 'e', 1, { key: 'k1' })
    expect(server.publish('a', 'e', 1, { key: 'k1' })).toMatchObject({ offset: 1, repeated: true, sent: 0 })
    expect(await ann.publish('a', 'said', 2, { key: 'k2' })).toEqual({ offset: 2, epoch: first.epoch })
    expect(await ann.publish('a', 'said', 2, { key: 'k2' })).toEqual({ offset: 2, epoch: first.epoch, repeated: true })
    // Two events are kept: what is not, is not known.
    expect(server.publish('a', 'e', 1, { key: 'k3' })).toMatchObject({ offset: 3, repeated: false })
    expect(server.publish('a', 'e', 1, { key: 'k1' })).toMatchObject({ offset: 4, repeated: false })
    expect(await ann.publish('a', 'handled', 5, { key: 'k5' })).toMatchObject({ offset: 5 })
    expect(await ann.publish('a', 'handled', 5, { key: 'k5' })).toMatchObject({ offset: 5, repeated: true })
    expect(handled).toBe(1)
    expect(offsets(await ann.hears(6))).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('an event that is not for a device leaves no hole there, nor when it asks for what it missed', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    server.publish('a', 'e', 1, { except: ann.conn })
    server.publish('a', 'e', 2)
    const skipped = [
      ['a', '~wse:skipped', null, 1],
      ['a', 'e', 2, 2],
    ]
    expect(await ann.hears(2)).toEqual(skipped)
    await ann.subscribe({ topic: 'a', since: { offset: 0 } })
    expect((await ann.hears(4)).slice(2)).toEqual(skipped)
  })

  test('what gives way to others is in no history; who is there by the server alone follows none', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    const ann = await Subscriber.enter(ends, server, 'ann')
    const bob = await Subscriber.enter(ends, server, 'bob')
    await ann.subscribe('a')
    bob.conn.subscribe('#')
    server.publish('a', 'kept', 1)
    server.publish('a', 'loose', 2, { volatile: true })
    server.publish('a', 'newest', 3, { latest: 'x' })
    server.publish('a', 'kept', 4)
    expect(await ann.hears(4)).toEqual([
      ['a', 'kept', 1, 1],
      ['a', 'loose', 2],
      ['a', 'newest', 3],
      ['a', 'kept', 4, 2],
    ])
    expect(await bob.hears(4)).toEqual([
      ['a', 'kept', 1],
      ['a', 'loose', 2],
      ['a', 'newest', 3],
      ['a', 'kept', 4],
    ])
  })

  test('what is kept does not change with the value it was made of', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    const data = { text: 'as it was' }
    server.publish('a', 'e', data)
    data.text = 'changed'
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe({ topic: 'a', since: { offset: 0 } })
    expect(ann.events).toEqual([['a', 'e', { text: 'as it was' }, 1]])
  })

  test('what a client cannot take is a gap, not a loop', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    const ann = await Subscriber.enter(ends, server, 'ann', { limit: 2_000 })
    const [{ epoch }] = (await ann.subscribe('a')) as [Answer]
    expect(server.publish('a', 'e', 'x'.repeat(3_000))).toMatchObject({ dropped: 1 })
    server.publish('a', 'e', 'small')
    expect(offsets(await ann.hears(1))).toEqual([2])
    expect(await ann.subscribe({ topic: 'a', since: { epoch, offset: 0 } })).toMatchObject([
      { recovered: false, offset: 2 },
    ])
    await idle()
    expect(ann.events.length).toBe(1)
  })

  test('an event that is not kept, or cannot be, leaves no topic behind', async (ends) => {
    const { server } = await ends.server()
    server.topic('{name}', { history: true })
    const circular: Record<string, unknown> = {}
    circular.self = circular
    server.publish('a', 'e', 1, { volatile: true })
    server.publish('b', 'e', 1, { latest: 'k' })
    expect(() => server.publish('c', 'e', circular)).toThrow()
    expect(() => server.publish('d', 'e', 1, { key: '' })).toThrow()
    expect([server.topics.names, server.inspect().topics]).toEqual([[], 0])
  })

  test('what is kept for a short time is not kept for as long as another topic keeps its own', async (ends) => {
    const { server } = await ends.server()
    server.topic('long', { history: { ttl: 3_600_000 } })
    server.topic('short:{id}', { history: { ttl: 2_000 } })
    server.publish('long', 'e', 1)
    server.publish('short:1', 'e', 1)
    await ends.clock.advance(5_000)
    expect(server.topics.names).toEqual(['long'])
  })

  test('an event that is not for a user is for none of the devices it has later', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true })
    server.publish('a', 'secret', 1, { except: 'bob' })
    const bob = await Subscriber.enter(ends, server, 'bob')
    await bob.subscribe({ topic: 'a', since: { offset: 0 } })
    expect(await bob.hears(1)).toEqual([['a', '~wse:skipped', null, 1]])
  })

  test('a key that comes again while its event is still handled waits for that, and handles nothing twice', async (ends) => {
    const { server } = await ends.server()
    const gates = [deferred<void>(), deferred<void>()]
    let handled = 0
    server.topic('a', {
      history: true,
      on: {
        said: async (ctx, data) => {
          await gates[handled++]?.promise
          ctx.publish('said', data)
        },
      },
    })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a')
    const first = ann.publish('a', 'said', 1, { key: 'k' })
    const again = ann.publish('a', 'said', 1, { key: 'k' })
    await until(() => handled > 0)
    await idle()
    expect(handled).toBe(1)
    gates[0]?.reject(new Error('no'))
    expect(await first).toMatchObject({ error: {} })
    await until(() => handled === 2)
    const third = ann.publish('a', 'said', 1, { key: 'k' })
    gates[1]?.resolve()
    expect(await again).toMatchObject({ offset: 1 })
    expect(await third).toMatchObject({ offset: 1, repeated: true })
    expect([handled, offsets(ann.events)]).toEqual([2, [1]])
  })

  test('the key of a client is its own: it keeps no event of the server, nor of another user, from being published', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { history: true, on: { said: true } })
    const [eve, ann] = [await Subscriber.enter(ends, server, 'eve'), await Subscriber.enter(ends, server, 'ann')]
    await eve.subscribe('a')
    await ann.subscribe('a')
    expect(await eve.publish('a', 'said', 'mine', { key: 'order:17' })).toMatchObject({ offset: 1 })
    expect(server.publish('a', 'paid', 17, { key: 'order:17' })).toMatchObject({ offset: 2, repeated: false })
    const published = (await ann.publish('a', 'said', 'mine, too', { key: 'order:17' })) as object
    expect([published, 'repeated' in published]).toMatchObject([{ offset: 3 }, false])
    expect(await eve.publish('a', 'said', 'mine', { key: 'order:17' })).toMatchObject({ offset: 1, repeated: true })
    expect(server.publish('a', 'paid', 17, { key: 'order:17' })).toMatchObject({ offset: 2, repeated: true })
  })

  test('a key fails no handler that publishes what is not kept, and is refused before one where nothing is', async (ends) => {
    const { server } = await ends.server()
    let handled = 0
    const on = {
      moved: (ctx: { publish(...args: unknown[]): unknown }) => {
        handled++
        ctx.publish('typing', false, { volatile: true })
        ctx.publish('at', 5, { latest: 'x' })
        ctx.publish('moved', 5)
      },
    } as never
    server.topic('kept', { history: true, on })
    server.topic('not', { on })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('kept', 'not')
    expect(await ann.publish('kept', 'moved', 1, { key: 'k' })).toMatchObject({ offset: 1 })
    expect(await ann.publish('kept', 'moved', 1, { key: 'k' })).toMatchObject({ offset: 1, repeated: true })
    expect(await ann.publish('not', 'moved', 1, { key: 'k' })).toMatchObject({ error: { code: 'wse.not-supported' } })
    expect(handled).toBe(1)
  })

  test('a history that is more than a client may have unread is told as fast as it reads', async (ends) => {
    const { server } = await ends.server()
    const errors: string[] = []
    server.when.error(({ code }) => void errors.push(code))
    server.topic('a', { history: { bytes: 20_000_000 } })
    for (let n = 1; n <= 100; n++) server.publish('a', 'e', 'x'.repeat(100_000))
    const ann = await Subscriber.enter(ends, server, 'ann')
    const asked = ann.subscribe({ topic: 'a', since: { offset: 0 } })
    await until(() => server.topics.count('a') === 1)
    server.publish('a', 'e', 'live')
    expect(await asked).toMatchObject([{ offset: 100, recovered: true }])
    expect(offsets(await ann.hears(101)).sort((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 101 }, (_, at) => at + 1),
    )
    expect(errors).toEqual([])
  })
})
