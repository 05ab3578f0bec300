import { defineContract, topic } from '@wse/protocol'
import * as v from 'valibot'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Subscriber } from './subscriber.js'

/** What a schema makes of it is no longer what it takes. */
const Day = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)

const contract = defineContract({
  topics: {
    'room:{id}': topic({
      events: { said: v.object({ text: v.string(), at: Day }), joined: v.string() },
      presence: v.object({ since: Day }),
      history: { size: 2 },
    }),
  },
})

const AT = '2026-11-21T10:00:00Z'

behaviour('topics of a contract', { codecs: 'all' }, (test) => {
  test('what arrives is read at both ends, once, and what does not fit reaches no handler', async (ends) => {
    const { server } = await ends.server({ contract, outgoing: 'always' })
    const handled: unknown[] = []
    server.topic('room:{id}', { on: { said: true, joined: (_, name) => handled.push(name) } })
    const client = ends.client(ends.urlOf(server), { contract })
    await client.connect('ann')
    const room = client.topic('room:7')
    await room.ready
    const heard = new Promise<{ at: unknown }>((resolve) => room.on('said', resolve as never))
    await room.publish('said', { text: 'hi', at: AT })
    expect((await heard).at).toEqual(new Date(AT))
    const eve = await Subscriber.enter(ends, server, 'eve')
    await eve.subscribe('room:7')
    for (const [event, data] of [
      ['said', { text: 5, at: AT }],
      ['said', null],
      ['joined', {}],
    ] as const) {
      expect(await eve.publish('room:7', event, data)).toMatchObject({ error: { code: 'wse.invalid-payload' } })
    }
    expect(await eve.publish('room:7', 'joined', 'eve')).toMatchObject({ answer: 1 })
    expect(handled).toEqual(['eve'])
  })

  test('history and presence are those of the contract; a state is read where it arrives in the end', async (ends) => {
    const { server } = await ends.server({ contract, outgoing: 'always' })
    server.topic('room:{id}')
    const client = ends.client(ends.urlOf(server), { contract })
    await client.connect('ann')
    const room = await client.subscribe('room:7', { state: { since: AT } } as never)
    await until(() => room.presence.get().length === 1)
    expect(room.presence.get()[0]?.state).toEqual({ since: new Date(AT) })
    await room.presence.set({ since: '2026-11-22T10:00:00Z' } as never)
    await until(() => JSON.stringify(room.presence.get()).includes('11-22'))
    for (let n = 1; n <= 3; n++) server.publish('room:7', 'joined', String(n))
    expect(server.topics.position('room:7')).toMatchObject({ offset: 3 })
    const eve = await Subscriber.enter(ends, server, 'eve')
    expect(await eve.subscribe({ topic: 'room:7', since: { offset: 0 } })).toMatchObject([
      { recovered: false, presence: true },
    ])
    expect(eve.events.length).toBe(2)
    expect(await eve.ask('~wse:presence', { topic: 'room:7', state: { since: 5 } })).toMatchObject({
      error: { code: 'wse.invalid-payload' },
    })
    expect(await eve.subscribe({ topic: 'room:8', state: 5 })).toMatchObject([
      { error: { code: 'wse.invalid-payload' } },
    ])
  })

  test('what it does not have is no topic, and no event', async (ends) => {
    const { server } = await ends.server({ contract, outgoing: 'always' })
    const noName = expect.objectContaining({ code: 'wse.invalid-name' })
    expect(() => server.topic('hall:{id}' as never)).toThrow(noName)
    expect(() => server.topic('room:7' as never)).toThrow(noName)
    expect(() => server.topic('room:{id}', { on: { sung: true } } as never)).toThrow(noName)
    expect(() => server.publish('hall:7' as never, 'said' as never)).toThrow(noName)
    expect(() => server.publish('room:7', 'sung' as never)).toThrow(noName)
    expect(() => server.publish('room:7', 'joined', 5 as never)).toThrow(
      expect.objectContaining({ code: 'wse.invalid-payload' }),
    )
  })
})
