import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

const isNumber = (one: unknown): one is number => typeof one === 'number'

behaviour('a session that goes on at another server', { codecs: 'all' }, (test) => {
  test('keeps its id, and every message either way arrives once and in order', async (ends) => {
    const said: unknown[] = []
    const together = await cluster(ends, 3, {}, (server) => server.channel.on('up', (_, n) => said.push(n)))
    const ann = await together.wander(0, 'ann')
    const heard: unknown[] = []
    ann.client.channel.on('down', (n) => heard.push(n))
    const resets: unknown[] = []
    ann.client.when.reset((reset) => resets.push(reset))
    const ids = new Set([...(serverOf(together, 0).clients.get('ann')?.conns.keys() ?? [])])
    for (let n = 0; n < 60; n++) {
      serverOf(together, n % 3).send('ann', 'down', n)
      ann.client.send('up', n)
      if (n % 5 === 4) {
        const moved = ann.moveTo(((n / 5 + 1) % 3) | 0)
        serverOf(together, (n + 1) % 3).send('ann', 'down', `while ${n}`)
        ann.client.send('up', `while ${n}`)
        await moved
      }
    }
    await until(() => heard.length === 72 && said.length === 72)
    expect(said.filter(isNumber)).toEqual(Array.from({ length: 60 }, (_, n) => n))
    expect([new Set(said).size, new Set(heard).size]).toEqual([72, 72])
    // What several servers say has no order among them; what one says has.
    for (const from of [0, 1, 2]) {
      const own = heard.filter(isNumber).filter((n) => n % 3 === from)
      expect(own).toEqual(Array.from({ length: 20 }, (_, n) => n * 3 + from))
    }
    expect(resets).toEqual([])
    const where = together.servers.flatMap((server) => [...(server.clients.get('ann')?.conns.keys() ?? [])])
    expect(where).toEqual([...ids])
  })

  test('keeps its calls, whichever way they go and wherever they run', async (ends) => {
    const finish: ((value: unknown) => void)[] = []
    const together = await cluster(ends, 3, {}, (server, at) => {
      server.register('slow', (_, n) => new Promise((resolve) => finish.push(() => resolve([at, n]))))
    })
    const ann = await together.wander(0, 'ann')
    let answer: (value: unknown) => void = () => {}
    ann.client.register('ask', () => new Promise((resolve) => (answer = resolve)))
    const slow = ann.client.call('slow', 'x')
    const asked = serverOf(together, 0).call('ann', 'ask')
    await until(() => finish.length === 1)
    await ann.moveTo(1)
    await ann.moveTo(2)
    const second = ann.client.call('slow', 'y')
    await until(() => finish.length === 2)
    for (const one of finish) one(null)
    answer('yes')
    expect(await slow).toEqual([0, 'x'])
    expect(await second).toEqual([2, 'y'])
    expect(await asked).toBe('yes')
    expect(together.servers.map((server) => server.inspect().relays)).toEqual([0, 0, 0])
  })

  test('keeps its streams', async (ends) => {
    const together = await cluster(ends, 2, {}, (server) => {
      server.register('count', async function* (_, upTo) {
        for (let n = 0; n < (upTo as number); n++) {
          yield 'x'.repeat(20_000) + n
          await Promise.resolve()
        }
      })
    })
    const ann = await together.wander(0, 'ann')
    const items: number[] = []
    let moved: Promise<void> | null = null
    for await (const item of ann.client.stream('count', 40)) {
      items.push(Number((item as string).slice(20_000)))
      if (items.length === 5) moved = ann.moveTo(1)
      if (items.length === 5) await moved
    }
    await moved
    expect(items).toEqual(Array.from({ length: 40 }, (_, n) => n))
  })

  test('subscribes anew, and misses nothing of a topic with history', async (ends) => {
    const together = await cluster(ends, 2, {}, (server) => {
      server.topic('kept', { history: true })
      server.topic('plain')
    })
    const ann = await together.wander(0, 'ann')
    const [kept, plain] = [await ann.client.subscribe('kept'), await ann.client.subscribe('plain')]
    const heard: unknown[] = []
    const gaps: unknown[] = []
    kept.on('n', (n) => heard.push(n))
    for (const topic of [kept, plain]) topic.when.gap((gap) => gaps.push([topic.topic, gap.reason]))
    for (let n = 0; n < 10; n++) {
      await serverOf(together, n % 2).publish('kept', 'n', n)
      if (n % 3 === 2) await ann.moveTo(n % 2)
    }
    await until(() => heard.length === 10)
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(gaps.every((gap) => (gap as string[])[0] === 'plain')).toBe(true)
  })

  test('is anonymous, and goes on under its own name', async (ends) => {
    let count = 0
    const identify = ({ accept }: { accept: (cid: string) => void }) => accept(`user-${++count}`)
    const together = await cluster(ends, 2, { identify: identify as never })
    const anyone = await together.wander(0)
    const cid = anyone.client.cid
    await anyone.moveTo(1)
    expect([anyone.client.cid, serverOf(together, 1).clients.has(cid as string)]).toEqual([cid, true])
    expect(serverOf(together, 0).clients.size).toBe(0)
  })

  test('ends with a reset that is honest, where its server died', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    const resets: unknown[] = []
    ann.client.when.reset(({ reason, unknown }) => resets.push([reason, unknown.map(({ payload }) => payload)]))
    const { backplane } = together
    together.hub.kill(backplane(0))
    ann.client.send('up', 1)
    await ends.clock.advance(20_000)
    await ann.moveTo(1)
    expect(resets).toEqual([['unknown-session', []]])
    expect(ann.client.status).toBe('READY')
  })

  test('is told to nobody else: a stolen token gives nothing at another server', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    const eve = await together.wander(1, 'eve')
    expect([ann.client.cid, eve.client.cid]).toEqual(['ann', 'eve'])
  })
})
