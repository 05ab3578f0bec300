import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { Subscriber } from './subscriber.js'

behaviour('hooks of topics', (test) => {
  test('hear what is asked of a topic and what is published; those of a topic stand in place of the general ones', async (ends) => {
    const log: unknown[] = []
    const { server } = await ends.server({
      log: {
        received: ({ kind, name, payload, conn }) => log.push(['received', kind, name, payload, conn.cid]),
        sent: (event) =>
          event.kind === 'event' && log.push(['sent', event.name, event.event, event.payload, event.delivery.sent]),
      },
    })
    server.topic('a', { on: { said: true } })
    server.topic('quiet', { log: null })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe({ topic: 'a', state: 1 }, 'quiet')
    await ann.publish('a', 'said', 'hi')
    expect(log).toEqual([
      ['received', 'subscribe', 'a', 1, 'ann'],
      ['received', 'publish', 'a', 'hi', 'ann'],
      ['sent', 'a', 'said', 'hi', 1],
    ])
  })

  test('a subscription whose caller gives up is not decided on any more', async (ends) => {
    const { server } = await ends.server({ limits: { subscriptions: 1 } })
    server.topic('{any}', { authorize: ({ topic }) => (topic === 'never' ? new Promise(() => {}) : true) })
    const ann = await Subscriber.enter(ends, server, 'ann')
    ann.peer.send(['~wse:subscribe', [{ topic: 'never' }], 101])
    expect(await ann.subscribe('b')).toMatchObject([{ error: { code: 'wse.topic.full' } }])
    ann.peer.send(['~wse:cancel', 'timeout', 101])
    expect(await ann.subscribe('b')).toEqual([{}])
  })

  test('a presence state too large for some is told without it', async (ends) => {
    const { server } = await ends.server()
    server.topic('a', { presence: true })
    const ann = await Subscriber.enter(ends, server, 'ann', { limit: 1_000 })
    const bob = await Subscriber.enter(ends, server, 'bob')
    await bob.subscribe({ topic: 'a', state: 'x'.repeat(2_000) })
    await ann.subscribe('a')
    const [whole] = ann.members
    expect(whole).toMatchObject({ whole: true, here: [{ cid: 'bob' }] })
    expect(JSON.stringify(whole)).not.toContain('xxx')
    expect(ann.members[1]).toMatchObject({ here: [{ cid: 'ann' }] })
  })
})
