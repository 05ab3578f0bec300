import { afterEach, beforeEach, expect, it } from 'vitest'
import { members, PRESENCE, Stage, SUBSCRIBE } from './server.test-helper.js'
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

it('a list that is malformed breaks the protocol', async () => {
  await open()
  await stage.say(['~wse:members', { topic: 'room', here: [{ id: 5 }] }])
  expect([stage.link.closedWith?.code, stage.errors]).toEqual([4500, ['wse.server.protocol-violation']])
})
