import { createMemoryHub } from '@wse/protocol/backplane'
import { createPublisher } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { at, cluster, endsWithin, type Joined, later, stuckAt } from './cluster.js'

behaviour('what several servers tell of people', { codecs: 'all' }, (test) => {
  test('a report says that it does not know where a server has not answered', async (ends) => {
    const stuck = stuckAt(1)
    const { servers, enter } = await cluster(ends, 2, {}, () => {}, stuck.joined)
    await enter(0, 'ann')
    await enter(1, 'bob')
    const report = async () => {
      const sent = Promise.resolve(at(servers, 0).to(['ann', 'bob', 'eve']).send('x'))
      const { value } = await endsWithin(ends, sent, 6_000)
      return value?.map(({ cid, result }) => `${cid} ${result}`).sort()
    }
    expect(await report()).toEqual(['ann sent', 'bob sent', 'eve offline'])
    stuck.begin()
    expect(await report()).toEqual(['ann sent', 'bob unknown', 'eve offline'])
  })

  test('a report says of a device that is on its way between servers that it waits', async (ends) => {
    let slow = 0
    const claim: Joined = (index) =>
      index === 1 ? { claim: async (own, ...args) => later(ends, slow, () => own.claim(...args)) } : {}
    const { servers, wander } = await cluster(ends, 3, {}, () => {}, claim)
    const ann = await wander(0, 'ann')
    const heard: unknown[] = []
    ann.client.channel.on('x', (data) => heard.push(data))
    slow = 100
    const moved = ann.moveTo(1)
    await until(() => at(servers, 0).clients.size === 0)
    const reports = await Promise.all(
      [1, 2].map((index) => endsWithin(ends, Promise.resolve(at(servers, index).to('ann').send('x', index)), 1_000)),
    )
    await moved
    expect(reports.map(({ value }) => value?.map(({ result }) => result))).toEqual([['queued'], ['queued']])
    expect(heard.sort()).toEqual([1, 2])
  })

  test('online and offline are told once, though it happens at two servers at once', async (ends) => {
    const told: string[] = []
    const { servers, enter } = await cluster(ends, 2, { offlineGrace: 1_000 }, (server) => {
      server.when.online((cid) => told.push(`online ${cid}`))
      server.when.offline((cid) => told.push(`offline ${cid}`))
    })
    const clients = await Promise.all([enter(0, 'ann'), enter(1, 'ann')])
    await ends.clock.advance(100)
    expect(told.splice(0)).toEqual(['online ann'])
    await Promise.all(clients.map((client) => client.disconnect()))
    await until(() => servers.every(({ clients }) => clients.size === 0))
    await ends.clock.advance(500)
    expect(told).toEqual([])
    await ends.clock.advance(2_000)
    expect(told).toEqual(['offline ann'])
  })

  test('who comes back to another server after offline was told is online again', async (ends) => {
    const told: string[] = []
    const { servers, wander } = await cluster(ends, 2, { offlineGrace: 1_000 }, (server, index) => {
      server.when.online((cid) => told.push(`online ${cid} ${index}`))
      server.when.offline((cid) => told.push(`offline ${cid} ${index}`))
    })
    const ann = await wander(0, 'ann', { re: { floor: 3_000, base: 3_000, cap: 3_000 } })
    await ends.clock.advance(10)
    await ann.moveTo(1)
    await ends.clock.advance(10)
    expect(told).toEqual(['online ann 0', 'offline ann 0', 'online ann 1'])
    expect(servers.map(({ clients }) => clients.size)).toEqual([0, 1])
  })

  test('a publisher refuses what it could ask nobody about', async (ends) => {
    const publisher = createPublisher({
      backplane: createMemoryHub({ clock: ends.clock }).backplane(),
      clock: ends.clock,
    })
    expect(() => publisher.to(() => true)).toThrow('takes no predicate')
    await publisher.close()
  })
})
