import { afterEach, beforeEach, expect, it } from 'vitest'
import { Stage, SUBSCRIBE, said } from './server.test-helper.js'

let stage: Stage
beforeEach(async () => {
  stage = new Stage()
  stage.session = { token: 't0' }
  await stage.connect()
})
afterEach(async () => {
  expect(await stage.end()).toEqual({})
})

/** The server may itself have missed something of a topic. */
const missed = (topic: string) => ['~wse:event', { topic, event: '~wse:missed' }]

async function open(answer: object | null) {
  const room = stage.client.topic('room')
  const told: unknown[] = []
  room.on('said', (data) => told.push(data))
  room.when.gap((gap) => told.push(gap))
  await stage.clock.settle()
  if (answer !== null) await stage.answer(SUBSCRIBE, [answer])
  return { room, told }
}

it('of a topic without history it is told', async () => {
  const { told } = await open({})
  await stage.say(said('room', 1), missed('room'), said('room', 2))
  expect(told).toEqual([1, { reason: 'missed' }, 2])
  expect(stage.asked(SUBSCRIBE)).toHaveLength(1)
})

it('of one with presence it is told also while that is asked for on another link', async () => {
  const { told } = await open({ presence: true })
  await stage.comeBack(true)
  await stage.say(missed('room'), said('room', 1))
  expect(told).toEqual([{ reason: 'missed' }, 1])
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  expect(told).toEqual([{ reason: 'missed' }, 1])
})

it('of one with history the server is asked, and only what that does not have is a gap', async () => {
  const { room, told } = await open({ offset: 3, epoch: 'e' })
  await stage.say(said('room', 4, 4), missed('room'))
  expect(stage.last(SUBSCRIBE)).toEqual([{ topic: 'room', since: { offset: 4, epoch: 'e' } }])
  await stage.say(said('room', 5, 5))
  await stage.answer(SUBSCRIBE, [{ offset: 5, epoch: 'e', recovered: true }])
  expect(told).toEqual([4, 5])
  await stage.say(missed('room'))
  await stage.answer(SUBSCRIBE, [{ offset: 2, epoch: 'f', recovered: false }])
  expect([told, room.position]).toEqual([[4, 5, { reason: 'epoch' }], { offset: 2, epoch: 'f' }])
})

it('is asked again where it was told before the first answer, which is of no use then', async () => {
  const { room, told } = await open(null)
  await stage.say(missed('room'))
  expect(stage.asked(SUBSCRIBE)).toHaveLength(2)
  await stage.answer(SUBSCRIBE, [{ offset: 5, epoch: 'e' }], 0)
  expect(room.state).toBe('waiting')
  await stage.answer(SUBSCRIBE, [{ offset: 2, epoch: 'f' }], 1)
  expect([room.state, room.position, told]).toEqual(['subscribed', { offset: 2, epoch: 'f' }, []])
})

it('what came of another history before it is not told as if it were of this one', async () => {
  const { room, told } = await open({ offset: 0, epoch: 'e' })
  await stage.comeBack(true)
  await stage.say(said('room', 'of before', 1), missed('room'))
  await stage.answer(SUBSCRIBE, [{ offset: 1, epoch: 'e', recovered: true }], 0)
  await stage.answer(SUBSCRIBE, [{ offset: 0, epoch: 'f', recovered: false }], 1)
  await stage.say(said('room', 'of now', 1))
  expect(told).toEqual([{ reason: 'epoch' }, 'of now'])
  expect(room.position).toEqual({ offset: 1, epoch: 'f' })
})
