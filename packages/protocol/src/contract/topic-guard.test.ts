import * as v from 'valibot'
import { expect, it } from 'vitest'
import { WSE_ERROR } from '../codes/tables.js'
import { chat } from './contract.test-helper.js'
import { defineContract } from './define-contract.js'
import type { TopicGuard } from './topic-guard.js'

const named = (code: string) => expect.objectContaining({ code })
const guards = () => [chat.guard('server', { outgoing: 'always' }), chat.guard('client', { outgoing: 'always' })]

it('both ends find a topic by any name its template stands for', () => {
  for (const guard of guards()) {
    expect(guard.topic('room:42')).toMatchObject({ template: 'room:{id}', history: { size: 100 }, hasPresence: true })
    for (const name of ['room', 'room:1:2', 'hall:1', 'constructor']) expect(guard.topic(name), name).toBeUndefined()
  }
})

it('a topic reads and checks its events and who is there, and knows no others', () => {
  for (const guard of guards()) {
    const room = guard.topic('room:1') as TopicGuard
    const said = { who: 'ann', text: 'hi' }
    expect(room.event('said')?.read({ ...said, more: 1 })).toEqual(said)
    expect(() => room.event('said')?.read({ who: 'ann' })).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect([room.event('sung'), room.event('toString')]).toEqual([undefined, undefined])
    expect(() => room.said('said', said)).not.toThrow()
    expect(() => room.said('said', 5)).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
    expect(() => room.said('sung', said)).toThrow(named(WSE_ERROR.INVALID_NAME))
    expect(room.presence.readNow({ typing: true })).toEqual({ typing: true })
    expect(() => room.presence.check({ typing: 1 })).toThrow(named(WSE_ERROR.INVALID_PAYLOAD))
  }
})

it('what leaves is checked where that is wanted only, but for the name', () => {
  const room = chat.guard('client', { outgoing: 'never' }).topic('room:1') as TopicGuard
  expect(() => room.said('said', 5)).not.toThrow()
  expect(() => room.said('sung', 5)).toThrow(named(WSE_ERROR.INVALID_NAME))
})

it('a schema of presence that wants to wait is refused: nobody can', () => {
  const presence = v.pipeAsync(
    v.string(),
    v.checkAsync(async () => true),
  )
  const contract = defineContract({ topics: { hall: { type: 'topic', events: {}, presence, history: undefined } } })
  const hall = contract.guard('server').topic('hall') as TopicGuard
  expect(() => hall.presence.readNow('x')).toThrow(named(WSE_ERROR.INVALID_OPTION))
})
