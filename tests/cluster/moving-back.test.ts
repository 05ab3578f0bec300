import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

behaviour('a session that comes back to a server it was at', { codecs: ['json'] }, (test) => {
  test('is asked there, before it left, what its client answers only now', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    let answer: (value: unknown) => void = () => {}
    ann.client.register('ask', () => new Promise((resolve) => (answer = resolve)))
    const [conn] = serverOf(together, 0).clients.get('ann')?.conns.values() ?? []
    const asked = conn?.call('ask')
    await ends.clock.settle()
    await ann.moveTo(1)
    await ann.moveTo(0)
    answer('yes')
    await ends.clock.advance(10)
    expect(await asked).toBe('yes')
    expect(together.servers.map((server) => server.inspect().relays)).toEqual([0, 0])
  })

  test('may give up there what was begun there before it left', async (ends) => {
    const ended: unknown[] = []
    const together = await cluster(ends, 2, {}, (server, at) => {
      server.register('slow', (_, n, { signal }) => new Promise(() => signal.addEventListener('abort', () => ended.push([at, n]))))
    })
    const ann = await together.wander(0, 'ann')
    const giveUp = new AbortController()
    const call = ann.client.call('slow', 1, { signal: giveUp.signal })
    await ends.clock.settle()
    await ann.moveTo(1)
    await ann.moveTo(0)
    giveUp.abort()
    await expect(call).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await until(() => ended.length === 1)
    expect(ended).toEqual([[0, 1]])
  })

  test('is found with the token of long ago, where newer ones never reached its client', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    const resets: unknown[] = []
    ann.client.when.reset(({ reason }) => resets.push(reason))
    // 
    for (const at of [1, 0, 1, 0, 1]) await ann.moveTo(at)
    expect(resets).toEqual([])
  })

  test('hears what is said by the server it comes to', async (ends) => {
    const together = await cluster(ends, 2)
    const ann = await together.wander(0, 'ann')
    const heard: unknown[] = []
    ann.client.channel.on('down', (n) => heard.push(n))
    let n = 0
    for (let i = 0; i < 20; i++) {
      let moving = true
      const moved = ann.moveTo((i + 1) % 2).then(() => (moving = false))
      while (moving) {
        serverOf(together, (i + 1) % 2).send('ann', 'down', n++)
        await Promise.resolve()
      }
      await moved
    }
    await ends.clock.advance(100)
    expect(heard.length).toEqual(n)
    expect(heard).toEqual(Array.from({ length: n }, (_, i) => i))
  })
})
