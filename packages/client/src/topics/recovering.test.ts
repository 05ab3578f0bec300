import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PUBLISH, Stage, SUBSCRIBE, said, UNSUBSCRIBE } from './server.test-helper.js'
import type { TopicOptions } from './subscribe-options.js'
import type { Subscription } from './subscription.js'

let stage: Stage
beforeEach(async () => {
  stage = new Stage()
  stage.session = { token: 't0' }
  await stage.connect()
})
afterEach(async () => {
  expect(await stage.end()).toEqual({})
})

const named = (code: string) => expect.objectContaining({ code })

/** Subscribes to a topic, and writes down all it tells. */
async function open(
  topic: string,
  answer: object,
  options: TopicOptions = {},
): Promise<{ room: Subscription; told: unknown[] }> {
  const room = stage.client.topic(topic, options)
  const told: unknown[] = []
  room.on('said', (data, { replayed }) => told.push(replayed ? ['replayed', data] : data))
  room.when.gap((gap) => told.push(gap))
  room.when.resubscribed((how) => told.push(how))
  room.when.ended((error) => told.push(['ended', error?.code]))
  await stage.clock.settle()
  await stage.answer(SUBSCRIBE, [answer])
  return { room, told }
}

describe('a topic with a history', () => {
  it('tells no event twice, and none before one that is missing', async () => {
    const { room, told } = await open('room', { offset: 3, epoch: 'e' })
    expect(room.position).toEqual({ offset: 3, epoch: 'e' })
    await stage.say(said('room', 4, 4), said('room', 4, 4), said('room', 3, 3), said('room', 7, 7), said('room', 6, 6))
    expect([told, room.position]).toEqual([[4], { offset: 4, epoch: 'e' }])
    expect(stage.asked(SUBSCRIBE)).toHaveLength(2)
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', since: { offset: 4, epoch: 'e' } }])
    await stage.say(...[5, 6, 7].map((offset) => said('room', offset, offset)))
    await stage.answer(SUBSCRIBE, [{ offset: 7, epoch: 'e', recovered: true }])
    expect([told, room.position]).toEqual([[4, ['replayed', 5], ['replayed', 6], 7], { offset: 7, epoch: 'e' }])
    await stage.say(said('room', 8, 8))
    expect(told.at(-1)).toBe(8)
    expect(stage.asked(SUBSCRIBE)).toHaveLength(2)
  })

  it('stands where it begins as soon as it is ready, before anything is told', async () => {
    const room = stage.client.topic('room', { since: 'start' })
    const told: unknown[] = []
    room.on('said', (data) => told.push([data, room.position?.offset]))
    const ready = room.ready.then(() => told.push(room.position))
    await stage.clock.settle()
    await stage.say(said('room', 4, 4))
    await stage.answer(SUBSCRIBE, [{ offset: 4, epoch: 'e', recovered: true }])
    await ready
    expect(told).toEqual([{ offset: 3, epoch: 'e' }, [4, 4]])
  })

  it('tells of a gap where what is missing is not kept, and goes on behind it', async () => {
    const { room, told } = await open('room', { offset: 3, epoch: 'e' })
    await stage.say(said('room', 6, 6))
    await stage.answer(SUBSCRIBE, [{ offset: 6, epoch: 'e', recovered: false }])
    await stage.say(said('room', 7, 7))
    expect([told, room.position?.offset]).toEqual([[{ reason: 'history', from: 4, to: 6 }, 7], 7])
  })

  it('what stays missing though it was answered is asked for later, not at once', async () => {
    const { told } = await open('room', { offset: 3, epoch: 'e' })
    await stage.say(said('room', 6, 6))
    await stage.answer(SUBSCRIBE, [{ offset: 6, epoch: 'e', recovered: true }])
    expect(stage.asked(SUBSCRIBE)).toHaveLength(2)
    await stage.clock.advance(1_000)
    expect(stage.asked(SUBSCRIBE)).toHaveLength(3)
    await stage.answer(SUBSCRIBE, [{ offset: 6, epoch: 'e', recovered: true }])
    await stage.clock.advance(900)
    expect(stage.asked(SUBSCRIBE)).toHaveLength(3)
    await stage.clock.advance(1_100)
    expect([stage.asked(SUBSCRIBE).length, told]).toEqual([4, []])
  })

  it('goes on behind an event that is not for this device, and tells nobody', async () => {
    const { room, told } = await open('room', { offset: 3, epoch: 'e' })
    await stage.say(['~wse:event', { topic: 'room', event: '~wse:skipped', offset: 4 }], said('room', 5, 5))
    await stage.say(['~wse:event', { topic: 'room', event: '~wse:skipped', offset: 6 }])
    expect([told, room.position?.offset, stage.asked(SUBSCRIBE).length]).toEqual([[5], 6, 1])
  })

  it.each([true, false])('[E21] comes back with what it missed, resumed: %s', async (resumed) => {
    const { room, told } = await open('room', { offset: 3, epoch: 'e' })
    await stage.say(said('room', 4, 4))
    await stage.comeBack(resumed)
    expect([room.state, stage.last(SUBSCRIBE)]).toEqual([
      'waiting',
      [{ topic: 'room', since: { offset: 4, epoch: 'e' } }],
    ])
    await stage.say(said('room', 5, 5), said('room', 6, 6))
    expect(told).toEqual([4])
    await stage.answer(SUBSCRIBE, [{ offset: 6, epoch: 'e', recovered: true }])
    await stage.say(said('room', 7, 7))
    expect(told).toEqual([4, { recovered: true }, ['replayed', 5], ['replayed', 6], 7])
    expect([room.state, room.recovered, room.position]).toEqual(['subscribed', true, { offset: 7, epoch: 'e' }])
  })

  it('that began anew meanwhile is gone on with from where it is', async () => {
    const { room, told } = await open('room', { offset: 30, epoch: 'e' })
    await stage.comeBack(false)
    await stage.answer(SUBSCRIBE, [{ offset: 2, epoch: 'f', recovered: false }])
    await stage.say(said('room', 3, 3))
    expect(told).toEqual([{ reason: 'epoch' }, { recovered: false }, 3])
    expect(room.position).toEqual({ offset: 3, epoch: 'f' })
  })

  it('is told from its start, as far as that is kept', async () => {
    const room = stage.client.topic('room', { since: 'start' })
    const told: unknown[] = []
    room.on('said', (data, { replayed }) => told.push([data, replayed]))
    await stage.clock.settle()
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', since: { offset: 0 } }])
    await stage.say(said('room', 5, 5), said('room', 6, 6))
    await stage.answer(SUBSCRIBE, [{ offset: 6, epoch: 'e', recovered: false }])
    await stage.say(said('room', 7, 7))
    expect([told, room.recovered]).toEqual([
      [
        [5, true],
        [6, true],
        [7, false],
      ],
      false,
    ])
  })

  it('of which nothing is kept is told from now on', async () => {
    const { room } = await open('room', { offset: 6, epoch: 'e', recovered: true }, { since: 'start' })
    expect(room.position).toEqual({ offset: 6, epoch: 'e' })
  })

  it('begins after one position for all who share it', async () => {
    const since = { offset: 3, epoch: 'e' }
    await open('room', { offset: 3, epoch: 'e', recovered: true }, { since })
    await expect(stage.client.subscribe('room', { since: 'start' })).rejects.toThrow(named('wse.invalid-option'))
    expect(stage.client.inspect().subscriptions).toBe(1)
    const one = stage.client.topic('other', { since })
    expect(() => stage.client.topic('other', { since: 'start' })).toThrow(named('wse.invalid-option'))
    expect(() => stage.client.topic('other', { since })).not.toThrow()
    await stage.clock.settle()
    expect(stage.asked(SUBSCRIBE)).toHaveLength(2)
    void one.unsubscribe()
  })
})

describe('a topic without a history', () => {
  it('[E21] misses nothing in a session that goes on, and is not asked for', async () => {
    const { room, told } = await open('room', {})
    await stage.comeBack(true)
    expect([room.state, stage.asked(SUBSCRIBE).length]).toEqual(['subscribed', 0])
    await stage.say(said('room', 1))
    expect(told).toEqual([1])
  })

  it('[E21] may have missed something in a new session', async () => {
    const { room, told } = await open('room', {})
    await stage.comeBack(false)
    await stage.answer(SUBSCRIBE, [{}])
    await stage.say(said('room', 1))
    expect([told, room.recovered]).toEqual([[{ reason: 'session' }, { recovered: false }, 1], false])
  })
})

describe('a topic with presence alone', () => {
  it('[E21] loses nothing over links on which it was not answered', async () => {
    const { room, told } = await open('room', { presence: true })
    await stage.comeBack(true)
    await stage.say(said('room', 1))
    expect([told, room.state]).toEqual([[1], 'waiting'])
    await stage.comeBack(true)
    await stage.say(said('room', 2))
    await stage.answer(SUBSCRIBE, [{ presence: true }])
    expect([told, room.state]).toEqual([[1, 2, { recovered: true }], 'subscribed'])
  })
})

describe('coming back', () => {
  it('who subscribes to what others have, without a link, waits for one', async () => {
    const { room } = await open('room', {})
    stage.isUp = false
    stage.link.transport.terminate()
    await stage.clock.settle()
    let isThere = false
    void stage.client.subscribe('room').then(() => {
      isThere = true
    })
    await stage.clock.settle()
    expect([isThere, room.state]).toEqual([false, 'waiting'])
    stage.isUp = true
    await stage.comeBack(true)
    expect([isThere, room.state]).toEqual([true, 'subscribed'])
  })

  it('[E21] asks for all in one call, and ends what is refused now', async () => {
    const a = await open('a', {})
    const b = await open('b', { offset: 1, epoch: 'e' })
    await stage.comeBack(false)
    expect(stage.asked(SUBSCRIBE).map(({ payload }) => payload)).toEqual([
      [{ topic: 'a' }, { topic: 'b', since: { offset: 1, epoch: 'e' } }],
    ])
    await stage.answer(SUBSCRIBE, [
      { error: { code: 'wse.topic.forbidden' } },
      { offset: 1, epoch: 'e', recovered: true },
    ])
    expect([a.told, a.room.state]).toEqual([[['ended', 'wse.topic.forbidden']], 'ended'])
    expect([b.told, b.room.state]).toEqual([[{ recovered: true }], 'subscribed'])
    expect(stage.client.inspect().subscriptions).toBe(1)
  })

  it('an answer to what was asked on the link before has no effect', async () => {
    const subscribing = stage.client.subscribe('room', { since: { offset: 1, epoch: 'e' } })
    await stage.clock.settle()
    const stale = stage.asked(SUBSCRIBE)[0]?.stamp
    await stage.comeBack(true)
    let isThere = false
    void subscribing.then(() => {
      isThere = true
    })
    await stage.say(['~wse:response', [{ offset: 9, epoch: 'e', recovered: true }], stale])
    expect(isThere).toBe(false)
    await stage.answer(SUBSCRIBE, [{ offset: 1, epoch: 'e', recovered: true }])
    expect((await subscribing).position).toEqual({ offset: 1, epoch: 'e' })
  })

  it('what was left without a link is left when there is one, and nobody waits for that', async () => {
    const { room } = await open('room', { offset: 1, epoch: 'e' })
    stage.isUp = false
    stage.link.transport.terminate()
    await stage.clock.settle()
    await room.unsubscribe()
    stage.isUp = true
    await stage.comeBack(true)
    expect([stage.last(UNSUBSCRIBE), stage.asked(SUBSCRIBE)]).toEqual([['room'], []])
    await stage.answer(UNSUBSCRIBE, null)
    expect(stage.client.inspect().subscriptions).toBe(0)
  })

  it('what came on a link that did not last until the answer is told once', async () => {
    const { told } = await open('room', { presence: true })
    await stage.comeBack(true)
    await stage.say(said('room', 1))
    await stage.comeBack(true)
    await stage.say(said('room', 2))
    await stage.answer(SUBSCRIBE, [{ presence: true }])
    expect(told).toEqual([1, 2, { recovered: true }])
  })

  it('who shares it since the link was lost is told nothing before being subscribed', async () => {
    const { told } = await open('room', { presence: true })
    stage.isUp = false
    stage.link.transport.terminate()
    await stage.clock.settle()
    const second = stage.client.topic('room')
    const heard: unknown[] = []
    second.on('said', (data) => heard.push([data, second.state]))
    stage.isUp = true
    await stage.comeBack(true)
    await stage.say(said('room', 1))
    await stage.answer(SUBSCRIBE, [{ presence: true }])
    await stage.say(said('room', 2))
    expect([told, heard]).toEqual([[1, { recovered: true }, 2], [[2, 'subscribed']]])
  })

  it('who subscribes where another has left without a link is told what is new, not what that one missed', async () => {
    const { room } = await open('room', { offset: 1, epoch: 'e' })
    stage.isUp = false
    stage.link.transport.terminate()
    await stage.clock.settle()
    void room.unsubscribe()
    const next = stage.client.topic('room')
    expect([next.state, next.position]).toEqual(['waiting', null])
    stage.isUp = true
    await stage.comeBack(true)
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room' }])
    await stage.answer(SUBSCRIBE, [{ offset: 5, epoch: 'e' }])
    expect([next.state, next.position]).toEqual(['subscribed', { offset: 5, epoch: 'e' }])
  })

  it('a subscription that was ended while there was no link stays ended, though it was asked for anew', async () => {
    const { room, told } = await open('room', { offset: 3, epoch: 'e' })
    await stage.comeBack(true)
    expect(stage.asked(SUBSCRIBE)).toHaveLength(1)
    await stage.say(['~wse:event', { topic: 'room', event: '~wse:ended', data: { code: 'kicked' } }])
    expect([room.state, told]).toEqual(['ended', [['ended', 'kicked']]])
    await stage.answer(SUBSCRIBE, [{ offset: 3, epoch: 'e', recovered: true }])
    expect([told.length, stage.last(UNSUBSCRIBE)]).toEqual([1, ['room']])
  })

  it('what the server ends while it is asked for what is missing is not begun again by the answer', async () => {
    const { told } = await open('room', { offset: 1, epoch: 'e' })
    await stage.say(said('room', 3, 3), [
      '~wse:event',
      { topic: 'room', event: '~wse:ended', data: { code: 'kicked' } },
    ])
    await stage.answer(SUBSCRIBE, [{ offset: 3, epoch: 'e', recovered: true }])
    expect([told, stage.last(UNSUBSCRIBE)]).toEqual([[['ended', 'kicked']], ['room']])
  })

  it('[E21] a jump takes subscriptions along, and nothing of the server that was left is told', async () => {
    const { told } = await open('room', { offset: 1, epoch: 'e' })
    const home = stage.link
    void stage.client.call('slow').catch(() => {})
    stage.session = { token: 'there' }
    const jumping = stage.client.jump('ws://b.example')
    await stage.clock.advance(100)
    await jumping
    home.send(said('room', 'old', 2))
    await stage.clock.settle()
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', since: { offset: 1, epoch: 'e' } }])
    await stage.answer(SUBSCRIBE, [{ offset: 1, epoch: 'e', recovered: true }])
    await stage.say(said('room', 'new', 2))
    expect(told).toEqual([{ recovered: true }, 'new'])
  })
})

describe('publishing', () => {
  it('resolves with what the server answers, and waits for the subscription', async () => {
    const room = stage.client.topic('room')
    const publishing = room.publish('said', { text: 'hi' }, { key: 'k' })
    await stage.clock.settle()
    expect(stage.asked(PUBLISH)).toEqual([])
    await stage.answer(SUBSCRIBE, [{}])
    expect(stage.last(PUBLISH)).toEqual({ topic: 'room', event: 'said', data: { text: 'hi' }, key: 'k' })
    await stage.answer(PUBLISH, { offset: 7, epoch: 'e', answer: 'ok' })
    expect(await publishing).toEqual({ offset: 7, epoch: 'e', answer: 'ok' })
  })

  it('refuses names, keys and options that are none', async () => {
    const { room } = await open('room', {})
    await expect(room.publish('~wse:ended')).rejects.toThrow(named('wse.invalid-name'))
    await expect(room.publish('said', 1, { key: '' })).rejects.toThrow(named('wse.invalid-option'))
    await expect(room.publish('said', 1, { kee: 'k' } as never)).rejects.toThrow(named('wse.invalid-option'))
    await expect(room.publish('said', 1, { signal: AbortSignal.abort() })).rejects.toThrow(named('wse.rp.cancelled'))
  })

  it('given up while it waits for the subscription, it never happens', async () => {
    const room = stage.client.topic('room')
    const controller = new AbortController()
    const publishing = expect(room.publish('said', 1, { signal: controller.signal })).rejects.toThrow(
      named('wse.rp.cancelled'),
    )
    controller.abort()
    await publishing
    await stage.clock.settle()
    await stage.answer(SUBSCRIBE, [{}])
    expect(stage.asked(PUBLISH)).toEqual([])
  })

  it('volatile asks for no answer and does not count; without a link it is lost', async () => {
    const { room } = await open('room', {})
    expect(await room.publish('typing', 1, { volatile: true })).toEqual({})
    await stage.clock.settle()
    expect(stage.link.received.at(-1)).toEqual([
      '~wse:event',
      { topic: 'room', event: 'typing', data: 1, volatile: true },
    ])
    stage.isUp = false
    stage.link.transport.terminate()
    expect(await room.publish('typing', 2, { volatile: true })).toEqual({})
    stage.isUp = true
    await stage.comeBack(true)
    expect(stage.link.received.filter((frame) => (frame as unknown[])[0] === '~wse:event')).toEqual([])
    expect(stage.errors).toEqual([])
  })

  it('what went into a new session ahead of the subscription is published behind it', async () => {
    const { room } = await open('room', {})
    const publishing = room.publish('said', 1)
    await stage.clock.settle()
    stage.session = { token: 'fresh', received: stage.link.received.length - 2, reason: 'wse.window' }
    stage.link.transport.terminate()
    await stage.redial()
    expect(stage.link.received.map((frame) => (frame as unknown[])[0])).toEqual(['~wse:hi', PUBLISH, SUBSCRIBE])
    const stamp = stage.asked(PUBLISH)[0]?.stamp
    await stage.say(['~wse:response-err', { code: 'wse.topic.forbidden' }, stamp])
    await stage.answer(SUBSCRIBE, [{}])
    expect(stage.asked(PUBLISH)).toHaveLength(2)
    await stage.answer(PUBLISH, {})
    expect(await publishing).toEqual({})
  })
})

describe('iteration', () => {
  it('gives what came since it began, until it is left', async () => {
    const { room } = await open('room', { offset: 1, epoch: 'e' })
    await stage.say(said('room', 'before', 2))
    const events = room[Symbol.asyncIterator]()
    await stage.say(said('room', 'a', 3), said('room', 'b', 4))
    expect(await events.next()).toMatchObject({ value: { event: 'said', data: 'a', offset: 3, replayed: false } })
    void room.unsubscribe()
    expect(await events.next()).toMatchObject({ value: { data: 'b' } })
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('that nobody reads fails, and holds no more', async () => {
    const { room } = await open('room', {})
    const events = room[Symbol.asyncIterator]()
    const other = room[Symbol.asyncIterator]()
    await other.return?.()
    const many = Array.from({ length: 10_001 }, (_, at) => said('room', at))
    await stage.say(...many)
    await stage.say(said('room', 'lost'))
    for (let at = 0; at < 10_000; at++) await events.next()
    await expect(events.next()).rejects.toThrow(named('wse.queue-full'))
    expect([await events.next(), await other.next()]).toEqual(Array(2).fill({ done: true, value: undefined }))
  })
})
