import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PUBLISH, Stage, SUBSCRIBE, said, UNSUBSCRIBE } from './server.test-helper.js'

let stage: Stage
beforeEach(async () => {
  stage = new Stage()
  await stage.connect()
})
afterEach(async () => {
  expect(await stage.end()).toEqual({})
})

const named = (code: string) => expect.objectContaining({ code })

describe('subscribing', () => {
  it('[E5] resolves with the answer, and tells events by name until it is left', async () => {
    const subscribing = stage.client.subscribe('room:{id}', { id: 42 })
    await stage.clock.settle()
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room:42' }])
    await stage.answer(SUBSCRIBE, [{}])
    const room = await subscribing
    expect([room.topic, room.state, room.position, room.recovered]).toEqual(['room:42', 'subscribed', null, null])
    const heard: unknown[] = []
    room.on('said', (data, meta) => heard.push([data, meta]))
    await stage.say(said('room:42', 1), ['~wse:event', { topic: 'room:42', event: 'other' }])
    expect(heard).toEqual([[1, { event: 'said', offset: undefined, replayed: false }]])
    const leaving = room.unsubscribe()
    expect(room.state).toBe('ended')
    await stage.say(said('room:42', 2))
    expect(stage.last(UNSUBSCRIBE)).toEqual(['room:42'])
    await stage.answer(UNSUBSCRIBE, null)
    await leaving
    await room.unsubscribe()
    expect(heard).toHaveLength(1)
  })

  it('[E10] rejects with why the server refuses, and leaves nothing behind', async () => {
    const subscribing = [stage.client.subscribe('a'), stage.client.subscribe('b')]
    const ended = Promise.allSettled(subscribing)
    await stage.clock.settle()
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'a' }, { topic: 'b' }])
    await stage.answer(SUBSCRIBE, [{ error: { code: 'wse.topic.forbidden', details: { why: 'no' } } }, {}])
    const [a, b] = await ended
    expect(a).toMatchObject({ reason: { code: 'wse.topic.forbidden', details: { topic: 'a', why: 'no' } } })
    expect(b?.status).toBe('fulfilled')
    expect(stage.client.inspect().subscriptions).toBe(1)
  })

  it('refuses what names no topic, options it does not know, and a template without its parameters', async () => {
    const { client } = stage
    await expect(client.subscribe('a::b')).rejects.toThrow(named('wse.invalid-name'))
    await expect(client.subscribe('room:{id}')).rejects.toThrow(named('wse.invalid-name'))
    await expect(client.subscribe('room:{id}', { id: 'a:b' })).rejects.toThrow(named('wse.invalid-name'))
    await expect(client.subscribe('a', { sinc: 1 } as never)).rejects.toThrow(named('wse.invalid-option'))
    await expect(client.subscribe('a', { since: { offset: -1, epoch: 'e' } })).rejects.toThrow(
      named('wse.invalid-option'),
    )
    expect(() => client.topic('#')).toThrow(named('wse.invalid-name'))
    expect(client.inspect().subscriptions).toBe(0)
  })

  it('events that arrive with the answer reach listeners attached after the await, in order, with a gap before them', async () => {
    const subscribing = stage.client.subscribe('room', { since: { offset: 2, epoch: 'e' } })
    await stage.clock.settle()
    const heard: unknown[] = []
    const attached = subscribing.then((room) => {
      room.when.gap((gap) => heard.push(gap))
      room.on('said', (data, { offset }) => heard.push([data, offset]))
    })
    const stamp = stage.asked(SUBSCRIBE)[0]?.stamp
    const answer = ['~wse:response', [{ offset: 5, epoch: 'e', recovered: false }], stamp]
    await stage.say(`[${JSON.stringify(answer)},${JSON.stringify(said('room', 'x', 6))}]`)
    await attached
    expect(heard).toEqual([{ reason: 'history', from: 3, to: 5 }, ['x', 6]])
  })

  it('[E20] several of one topic share one subscription on the wire, and the last that is left ends it', async () => {
    const first = stage.client.subscribe('room')
    const second = stage.client.subscribe('room')
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    const rooms = [await first, await second, await stage.client.subscribe('room')]
    expect(stage.asked(SUBSCRIBE)).toHaveLength(1)
    const heard: unknown[] = []
    for (const [at, room] of rooms.entries()) room.on('said', (data) => heard.push([at, data]))
    await stage.say(said('room', 1))
    await rooms[0]?.unsubscribe()
    await stage.say(said('room', 2))
    expect(heard).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [1, 2],
      [2, 2],
    ])
    await rooms[1]?.unsubscribe()
    expect(stage.asked(UNSUBSCRIBE)).toHaveLength(0)
    void rooms[2]?.unsubscribe()
    await stage.clock.settle()
    expect(stage.last(UNSUBSCRIBE)).toEqual(['room'])
  })

  it('subscribing, leaving and subscribing in one turn is one subscription', async () => {
    const one = stage.client.topic('room')
    const left = one.unsubscribe()
    const two = stage.client.topic('room')
    await left
    await stage.clock.settle()
    expect([stage.asked(SUBSCRIBE).length, stage.asked(UNSUBSCRIBE).length]).toEqual([1, 0])
    await stage.answer(SUBSCRIBE, [{}])
    await two.ready
    await expect(one.ready).rejects.toThrow(named('wse.closed'))
    void two.unsubscribe()
    const three = stage.client.topic('room')
    await stage.clock.settle()
    expect([three.state, stage.asked(SUBSCRIBE).length, stage.asked(UNSUBSCRIBE).length]).toEqual(['subscribed', 1, 0])
  })

  it('what is subscribed again before it was left for good asks anew, and hears nothing of before', async () => {
    const one = stage.client.topic('room')
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{ offset: 3, epoch: 'e' }])
    void one.unsubscribe()
    await stage.clock.settle()
    const heard: unknown[] = []
    const two = stage.client.topic('room')
    two.on('said', (data) => heard.push(data))
    await stage.clock.settle()
    await stage.say(said('room', 'before', 4))
    await stage.answer(UNSUBSCRIBE, null)
    await stage.answer(SUBSCRIBE, [{ offset: 4, epoch: 'e' }])
    await stage.say(said('room', 'after', 5))
    expect(heard).toEqual(['after'])
    await two.ready
  })

  it('what was never asked for needs not be left', async () => {
    const room = stage.client.topic('room')
    await room.unsubscribe()
    await stage.clock.settle()
    expect([stage.asked(SUBSCRIBE).length, stage.asked(UNSUBSCRIBE).length]).toEqual([0, 0])
    expect(stage.client.inspect().subscriptions).toBe(0)
  })

  it('is given up by its signal: before, and while it waits', async () => {
    const early = AbortSignal.abort('late')
    await expect(stage.client.subscribe('room', { signal: early })).rejects.toThrow(named('wse.rp.cancelled'))
    const controller = new AbortController()
    const subscribing = stage.client.subscribe('room', { signal: controller.signal })
    await stage.clock.settle()
    controller.abort()
    await expect(subscribing).rejects.toThrow(named('wse.rp.cancelled'))
    await stage.clock.settle()
    expect(stage.last(UNSUBSCRIBE)).toEqual(['room'])
  })

  it('not answered in time, whoever waits is told and leaves; who does not wait is subscribed later', async () => {
    const waiting = expect(stage.client.subscribe('a')).rejects.toThrow(named('wse.client.rp.timeout'))
    const room = stage.client.topic('b')
    await stage.clock.advance(20_000)
    await waiting
    await stage.clock.settle()
    expect(stage.last(UNSUBSCRIBE)).toEqual(['a'])
    expect(stage.client.inspect().topicTimers).toBe(1)
    await stage.clock.advance(1_000)
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'b' }])
    await stage.answer(SUBSCRIBE, [{}])
    expect([room.state, stage.client.inspect().topicTimers]).toEqual(['subscribed', 0])
  })

  it('an answer that is malformed ends it', async () => {
    const subscribing = expect(stage.client.subscribe('a')).rejects.toThrow(named('wse.server.protocol-violation'))
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}, {}])
    await subscribing
  })

  it('asks for no more than 256 topics in one call', async () => {
    for (let at = 0; at < 300; at++) stage.client.topic(`t${at}`)
    await stage.clock.settle()
    expect(stage.asked(SUBSCRIBE).map(({ payload }) => (payload as unknown[]).length)).toEqual([256, 44])
  })
})

describe('the end of a subscription', () => {
  it('by the server is told after what came before it, and ends what iterates', async () => {
    const room = stage.client.topic('room')
    const told: unknown[] = []
    room.on('said', (data) => told.push(data))
    room.when.ended((error) => told.push(error?.code))
    const iterated = (async () => {
      for await (const { data } of room) told.push(['iterated', data])
    })()
    const failed = expect(iterated).rejects.toThrow(named('kicked'))
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    await stage.say(said('room', 1), ['~wse:event', { topic: 'room', event: '~wse:ended', data: { code: 'kicked' } }])
    await failed
    expect(told).toEqual([1, ['iterated', 1], 'kicked'])
    expect([room.state, stage.client.inspect().subscriptions]).toEqual(['ended', 0])
    await room.unsubscribe()
    await expect(room.publish('said')).rejects.toThrow(named('wse.closed'))
    expect(stage.asked(UNSUBSCRIBE)).toEqual([])
  })

  it('by disconnect() leaves nothing: who waits is told', async () => {
    const room = stage.client.topic('room')
    const ended: unknown[] = []
    room.when.ended((error) => ended.push(error))
    const [gap, subscribing, publishing] = [room.when.gap(), stage.client.subscribe('other'), room.publish('said')]
    const settled = Promise.allSettled([gap, subscribing, publishing, room.ready])
    expect(await stage.end()).toEqual({})
    const codes = (await settled).map((one) => (one.status === 'rejected' ? one.reason.code : one.status))
    expect([ended, codes]).toEqual([[null], Array(4).fill('wse.closed')])
  })

  it('by disconnect() is told when the client is closed: nothing is subscribed again by mistake', async () => {
    const room = stage.client.topic('room')
    const again: unknown[] = []
    room.when.ended((error) => {
      again.push(error, stage.client.status)
      stage.client.subscribe('room').catch(({ code }) => again.push(code))
    })
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    void stage.client.disconnect()
    await stage.clock.settle()
    expect(again).toEqual([null, 'OFFLINE', 'wse.client.not-ready'])
    expect(stage.client.inspect().subscriptions).toBe(0)
  })

  it('by a server that closes for good is told with why', async () => {
    const room = stage.client.topic('room')
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    const ended = room.when.ended()
    stage.link.close(4503, 'wse.revoked')
    await stage.clock.settle()
    expect(await ended).toMatchObject({ code: 'wse.closed' })
    expect(stage.client.inspect()).toMatchObject({ subscriptions: 0, topicTimers: 0 })
  })
})

describe('what waits for a subscription that is left', () => {
  it('fails, and is not sent', async () => {
    const room = stage.client.topic('room')
    const [published, told] = [room.publish('said', 1), room.presence.set(2)]
    await stage.clock.settle()
    expect(stage.asked(SUBSCRIBE)).toHaveLength(1)
    void room.unsubscribe()
    await expect(published).rejects.toThrow(named('wse.closed'))
    await expect(told).rejects.toThrow(named('wse.closed'))
    expect(stage.asked(PUBLISH)).toEqual([])
  })

  it('fails as closed, too, where the end comes in the turn of the answer', async () => {
    const room = stage.client.topic('room')
    const published = expect(room.publish('said', 1)).rejects.toThrow(named('wse.closed'))
    void room.ready.then(() => stage.client.disconnect())
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    await published
    expect(stage.asked(PUBLISH)).toEqual([])
  })

  it('fails, too, where the session before took nothing of it', async () => {
    const room = stage.client.topic('room')
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    stage.isUp = false
    stage.link.transport.terminate()
    await stage.clock.settle()
    expect(room.state).toBe('waiting')
    const published = room.publish('said', 1)
    void room.unsubscribe()
    await expect(published).rejects.toThrow(named('wse.closed'))
  })
})

describe('a client', () => {
  it('[E20] tells of events it has no subscription for by itself', async () => {
    const heard: unknown[] = []
    stage.client.when.event((...args) => heard.push(args))
    await stage.say(said('news', 1))
    expect(heard).toEqual([['news', 'said', 1]])
  })

  it('that is not connected subscribes to nothing, but hands out what will be', async () => {
    const other = new Stage()
    await expect(other.client.subscribe('room')).rejects.toThrow(named('wse.client.not-ready'))
    const room = other.client.topic('room')
    expect(room.state).toBe('waiting')
    await other.connect()
    await other.clock.settle()
    expect(other.last(SUBSCRIBE)).toEqual([{ topic: 'room' }])
    expect(await other.end()).toEqual({})
  })

  it('of a WSE 4 server is told that there are no topics', async () => {
    const other = new Stage()
    other.session = null
    await other.connect()
    await expect(other.client.subscribe('room')).rejects.toThrow(named('wse.not-supported'))
    expect(await other.end()).toEqual({})
  })
})
