import { afterEach, beforeEach, expect, it } from 'vitest'
import { members, PRESENCE, Stage, SUBSCRIBE, UNSUBSCRIBE } from './server.test-helper.js'
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

const ann = { cid: 'ann', id: 'a1', state: { typing: false } }
const ben = { cid: 'ben', id: 'b1', state: { typing: false } }

const named = (code: string) => expect.objectContaining({ code })

function watch(room: Subscription): unknown[] {
  const told: unknown[] = []
  for (const change of ['join', 'leave', 'update'] as const) {
    room.presence.on(change, ({ cid, state }) => told.push([change, cid, state]))
  }
  return told
}

async function open(): Promise<Subscription> {
  const room = stage.client.topic('room', { state: { typing: false } })
  await stage.clock.settle()
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: { typing: false } }])
  await stage.say(members('room', { whole: true, here: [ann] }), members('room', { here: [ben] }))
  expect(room.presence.get()).toEqual([])
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  return room
}

it('tells who is there already, and who comes, changes and goes', async () => {
  const room = await open()
  const told = watch(room)
  expect(room.presence.get().map(({ cid }) => cid)).toEqual(['ann', 'ben'])
  await stage.say(members('room', { here: [{ ...ann, state: { typing: true } }] }), members('room', { gone: ['b1'] }))
  await stage.say(members('room', { here: [{ ...ann, state: { typing: true } }] }), members('other', { here: [ben] }))
  expect(told).toEqual([
    ['update', 'ann', { typing: true }],
    ['leave', 'ben', { typing: false }],
  ])
  const second = await stage.client.subscribe('room')
  const seen = watch(second)
  await stage.clock.settle()
  expect(seen).toEqual([['join', 'ann', { typing: true }]])
})

it.each([true, false])(
  'comes back with the differences alone, and shows who was there until then; resumed: %s',
  async (resumed) => {
    const room = await open()
    const told = watch(room)
    room.presence.set({ typing: true }).catch(() => {})
    await stage.clock.settle()
    await stage.comeBack(resumed)
    expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: { typing: true } }])
    const cat = { cid: 'cat', id: 'c1' }
    await stage.say(members('room', { whole: true, here: [{ ...ann, away: true }, cat] }))
    expect([told, room.presence.get().length]).toEqual([[], 2])
    await stage.answer(SUBSCRIBE, [{ presence: true }])
    expect(told).toEqual([
      ['update', 'ann', { typing: false }],
      ['leave', 'ben', { typing: false }],
      ['join', 'cat', undefined],
    ])
    void room.unsubscribe()
    expect(room.presence.get()).toEqual([])
  },
)

it('says what the others are to see: at once, or with the subscription', async () => {
  const room = stage.client.topic('room')
  const early = room.presence.set(1)
  await stage.clock.settle()
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: 1 }])
  const between = room.presence.set(2)
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  await early
  expect(stage.asked(PRESENCE).map(({ payload }) => payload)).toEqual([{ topic: 'room', state: 2 }])
  await stage.answer(PRESENCE, null)
  await between
  const late = expect(room.presence.set(3)).rejects.toMatchObject({ code: 'no' })
  await stage.clock.settle()
  await stage.say(['~wse:response-err', { code: 'no' }, stage.asked(PRESENCE).at(-1)?.stamp])
  await late
})

it('a subscription that is refused says nothing of what it was given', async () => {
  await open()
  const refused = () => stage.client.topic('room', { since: 'start', state: 3 })
  expect(refused).toThrow(expect.objectContaining({ code: 'wse.invalid-option' }))
  await stage.comeBack(true)
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: { typing: false } }])
})

it('a state that went into a session ahead of its subscription is said again as it is by then', async () => {
  const room = await open()
  stage.isUp = false
  stage.link.transport.terminate()
  await stage.clock.settle()
  const first = room.presence.set(1)
  stage.isUp = true
  await stage.comeBack(true)
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  await first
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: 1 }])
})

it('a list that is malformed breaks the protocol', async () => {
  await open()
  await stage.say(['~wse:members', { topic: 'room', here: [{ id: 5 }] }])
  expect([stage.link.closedWith?.code, stage.errors]).toEqual([4500, ['wse.server.protocol-violation']])
})

it('what is published while it waits for the subscription rejects when that is left', async () => {
  const room = stage.client.topic('room')
  const publishing = expect(room.publish('said', 1)).rejects.toThrow(named('wse.closed'))
  const setting = expect(room.presence.set(1)).rejects.toThrow(named('wse.closed'))
  void room.unsubscribe()
  await publishing
  await setting
  const asked = stage.client.topic('asked')
  await stage.clock.settle()
  const late = expect(asked.publish('said', 1)).rejects.toThrow(named('wse.closed'))
  void asked.unsubscribe()
  await late
  await stage.answer(UNSUBSCRIBE, null)
})

it('a state that cannot be told ends its own subscription, and no other of the same turn', async () => {
  const [a, bad, c] = [
    stage.client.topic('a'),
    stage.client.topic('bad', { state: 5n }),
    stage.client.topic('c', { state: 1 }),
  ]
  await expect(bad.ready).rejects.toThrow(named('wse.unserializable'))
  await stage.clock.settle()
  for (const [at, { payload }] of stage.asked(SUBSCRIBE).entries()) {
    const answers = (payload as unknown[]).map(() => ({}))
    await stage.answer(SUBSCRIBE, answers, at)
  }
  expect([a.state, bad.state, c.state]).toEqual(['subscribed', 'ended', 'subscribed'])
})

it('states that are too large together are told one after the other', async () => {
  const small = new Stage()
  small.session = { limit: 4_096 }
  await small.connect()
  const state = 'x'.repeat(1_000)
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const all = names.map((name) => small.client.topic(name, { state }))
  await small.clock.settle()
  const lists = small.asked(SUBSCRIBE).map(({ payload }) => (payload as { topic: string }[]).map(({ topic }) => topic))
  expect([lists.length > 1, lists.flat()]).toEqual([true, names])
  expect(all.map((one) => one.state)).toEqual(names.map(() => 'waiting'))
  expect(await small.end()).toEqual({})
})

it('a state that was refused is not said again, so that it ends no subscription on the next link', async () => {
  const room = stage.client.topic('room', { state: 'sound' })
  await stage.clock.settle()
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  await expect(room.presence.set(5n)).rejects.toThrow(named('wse.unserializable'))
  const refused = expect(room.presence.set('rude')).rejects.toThrow(named('wse.invalid-payload'))
  await stage.clock.settle()
  await stage.say(['~wse:response-err', { code: 'wse.invalid-payload' }, stage.asked(PRESENCE).at(-1)?.stamp])
  await refused
  await stage.comeBack(true)
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', state: 'sound' }])
})

it('the state that a later one gives who shares a subscription is told at once', async () => {
  const room = stage.client.topic('room')
  await stage.clock.settle()
  await stage.say(members('room', { whole: true, here: [] }))
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  const second = await stage.client.subscribe('room', { state: { typing: true } })
  await stage.clock.settle()
  expect(stage.last(PRESENCE)).toEqual({ topic: 'room', state: { typing: true } })
  await stage.say(['~wse:response-err', { code: 'wse.invalid-payload' }, stage.asked(PRESENCE).at(-1)?.stamp])
  expect([room.state, second.state, stage.errors]).toEqual(['subscribed', 'subscribed', ['wse.invalid-payload']])
})
