import { defineContract, topic } from '@wse/protocol'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { members, PUBLISH, Stage, SUBSCRIBE, said } from './server.test-helper.js'

const Slow = v.pipeAsync(
  v.string(),
  v.checkAsync(async (text) => {
    await null
    return text !== 'bad'
  }),
)
const contract = defineContract({
  topics: {
    'room:{id}': topic({
      events: { said: v.pipe(v.string(), v.toUpperCase()), slow: Slow },
      presence: v.object({ typing: v.boolean() }),
    }),
  },
})

const named = (code: string) => expect.objectContaining({ code })
const slow = (data: unknown) => ['~wse:event', { topic: 'room:1', event: 'slow', data }]

let stage: Stage
beforeEach(async () => {
  stage = new Stage({ contract })
  await stage.connect()
})
afterEach(async () => {
  expect(await stage.end()).toEqual({})
})

async function open() {
  const room = stage.client.topic('room:1')
  const heard: unknown[] = []
  room.on('said', (data) => heard.push(data))
  room.on('slow', (data) => heard.push(data))
  await stage.clock.settle()
  await stage.answer(SUBSCRIBE, [{ presence: true }])
  return { room, heard }
}

it('what arrives is read by the contract: what does not fit reaches nobody, and is told', async () => {
  const { heard } = await open()
  const ignored: unknown[] = []
  stage.client.when.ignored((...args) => ignored.push(args))
  await stage.say(said('room:1', 'hi'), said('room:1', 5), ['~wse:event', { topic: 'room:1', event: 'sung', data: 1 }])
  expect([heard, ignored, stage.errors]).toEqual([['HI'], [['sung', 1]], ['wse.invalid-payload']])
})

it('keeps its order behind a schema that takes its time', async () => {
  const { heard } = await open()
  await stage.say(slow('a'), said('room:1', 'b'), slow('bad'), said('room:1', 'c'))
  await stage.say(said('room:1', 'd'))
  expect([heard, stage.errors]).toEqual([['a', 'B', 'C', 'D'], ['wse.invalid-payload']])
})

it('an end by the server comes behind what takes its time to be read', async () => {
  const { room, heard } = await open()
  room.when.ended((error) => heard.push(error?.code))
  const ended = ['~wse:event', { topic: 'room:1', event: '~wse:ended', data: { code: 'BANNED' } }]
  await stage.say(slow('a'), said('room:1', 'b'), ended)
  expect([heard, room.state]).toEqual([['a', 'B', 'BANNED'], 'ended'])
})

it('who is there has no state where that does not fit', async () => {
  const { room } = await open()
  await stage.say(members('room:1', { here: [{ cid: 'a', id: '1', state: { typing: 1 } }] }))
  expect([room.presence.get()[0]?.state, stage.errors]).toEqual([undefined, ['wse.invalid-payload']])
})

it('what leaves is looked at, and what the contract does not have is refused', async () => {
  const { room } = await open()
  const { client } = stage
  await expect(client.subscribe('hall')).rejects.toThrow(named('wse.invalid-name'))
  expect(() => client.topic('room:2', { state: { typing: 1 } })).toThrow(named('wse.invalid-payload'))
  await expect(room.publish('said', 5)).rejects.toThrow(named('wse.invalid-payload'))
  await expect(room.publish('sung', 'x', { volatile: true })).rejects.toThrow(named('wse.invalid-name'))
  await expect(room.presence.set(1)).rejects.toThrow(named('wse.invalid-payload'))
  expect(stage.asked(PUBLISH)).toEqual([])
  expect(client.inspect().subscriptions).toBe(1)
})
