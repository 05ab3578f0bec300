import type { ErrorEvent, SentEvent, WseConnection } from '@wse/server'
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

  test('what fails on a topic is told by its name, to its own hooks where it has some', async (ends) => {
    const log: unknown[] = []
    const hooks = (whose: string) => ({
      sent: (event: SentEvent<WseConnection>) => log.push([whose, 'sent', event.kind, event.name]),
      error: ({ error, kind, name, requestId, conn }: ErrorEvent<WseConnection>) =>
        log.push([whose, kind, name, typeof requestId, conn?.cid, error.message]),
    })
    const { server } = await ends.server({ log: hooks('server') })
    const fail = () => {
      throw new Error('secret')
    }
    server.topic('a', { log: hooks('topic'), on: { said: fail, later: async () => fail(), ok: true } })
    server.topic('b', { authorize: fail })
    const ann = await Subscriber.enter(ends, server, 'ann')
    await ann.subscribe('a', 'b')
    const failed = { error: { code: 'wse.server.rp.failed', message: 'RPC execution failed' } }
    expect(await ann.publish('a', 'said')).toMatchObject(failed)
    expect(await ann.publish('a', 'later')).toMatchObject(failed)
    ann.peer.send(['~wse:event', { topic: 'a', event: 'said', volatile: true }])
    await ann.publish('a', 'ok')
    expect(log).toEqual([
      ['server', 'subscribe', 'b', 'string', 'ann', 'b failed: secret'],
      ['topic', 'publish', 'a', 'string', 'ann', 'a failed: secret'],
      ['topic', 'publish', 'a', 'string', 'ann', 'a failed: secret'],
      ['topic', 'publish', 'a', 'string', 'ann', 'a failed: secret'],
      ['topic', 'sent', 'event', 'a'],
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
