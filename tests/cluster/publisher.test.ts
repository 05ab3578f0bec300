import { defineContract, topic } from '@wse/protocol'
import { createPublisher, type WseServer } from '@wse/server'
import { expect } from 'vitest'
import { z } from 'zod'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster } from './cluster.js'

const TOPICS = (server: WseServer) => {
  server.topic('kept:{id}', { history: { size: 5 } })
  server.topic('plain')
}

behaviour('a publisher', { codecs: 'all' }, (test) => {
  test('reaches people and topics of servers, and is none itself', async (ends, _) => {
    const { hub, servers, enter } = await cluster(ends, 2, {}, TOPICS)
    const ann = await enter(1, 'ann')
    const heard: unknown[] = []
    ann.channel.on('news', (data) => heard.push(data))
    ann.when.event((topic, event, data) => heard.push([topic, event, data]))
    ann.register('ask', (n) => (n as number) + 1)
    for (const name of ['plain', 'kept:1']) (await ann.subscribe(name)).on('n', (data) => heard.push([name, data]))
    const [conn] = [...(servers[1]?.clients.get('ann')?.conns.values() ?? [])]
    conn?.subscribe('bills.#')
    await ends.clock.settle()
    const { protocol } = servers[0] as WseServer
    const publisher = createPublisher({
      backplane: hub.backplane(),
      protocol,
      clock: ends.clock,
      topics: { 'kept:{id}': { history: { size: 5 } } },
    })
    await publisher.ready()
    publisher.send('ann', 'news', 1)
    publisher.broadcast('news', 2)
    expect(await publisher.to(['ann', 'bob']).send('news', 3)).toMatchObject([
      { cid: 'ann', result: 'sent' },
      { cid: 'bob', result: 'offline' },
    ])
    expect(await publisher.publish('plain', 'n', 4)).toMatchObject({ ok: true, offset: undefined })
    expect(await publisher.publish('kept:1', 'n', 5, { key: 'k' })).toMatchObject({ ok: true, offset: 1 })
    expect(await publisher.publish('kept:1', 'n', 5, { key: 'k' })).toMatchObject({
      ok: true,
      offset: 1,
      repeated: true,
    })
    await publisher.publish('bills.paid', 'b', 6)
    await until(() => heard.length === 6)
    expect(heard).toEqual([1, 2, 3, ['plain', 4], ['kept:1', 5], ['bills.paid', 'b', 6]])
    expect([await publisher.call('ann', 'ask', 1), await publisher.isOnline('ann')]).toEqual([2, true])
    publisher.dropClient('ann')
    await until(() => ann.status === 'OFFLINE')
    const nodes = hub.inspect().nodes
    await publisher.close()
    expect([nodes, hub.inspect().nodes]).toEqual([3, 2])
    await expect(publisher.ready()).rejects.toMatchObject({ code: 'wse.closed' })
    expect(await publisher.publish('plain', 'n', 7)).toMatchObject({ ok: false, reason: 'down' })
  })

  test('with a contract says and publishes what is agreed on, with the histories of its topics', async (ends) => {
    const contract = defineContract({
      client: { messages: { news: z.object({ n: z.number() }) } },
      topics: { 'kept:{id}': topic({ events: { n: z.number() }, history: { size: 5 } }) },
    })
    const { hub, servers, enter } = await cluster(ends, 1, { contract }, (server) => server.topic('kept:{id}'))
    const ann = await enter(0, 'ann')
    const heard: unknown[] = []
    ann.channel.on('news', (data) => heard.push(data))
    const { protocol } = servers[0] as WseServer
    const publisher = createPublisher({ backplane: hub.backplane(), clock: ends.clock, protocol, contract })
    await publisher.ready()
    publisher.send('ann', 'news', { n: 1 })
    expect(await publisher.publish('kept:1', 'n', 5)).toMatchObject({ ok: true, offset: 1 })
    // @ts-expect-error: a message of the contract has another form
    expect(() => publisher.send('ann', 'news', 5)).toThrow(expect.objectContaining({ code: 'wse.invalid-payload' }))
    // @ts-expect-error: there is no such topic
    expect(() => publisher.publish('lost', 'n', 5)).toThrow(expect.objectContaining({ code: 'wse.invalid-name' }))
    await until(() => heard.length === 1)
    expect(heard).toEqual([{ n: 1 }])
    await publisher.close()
  })
})
