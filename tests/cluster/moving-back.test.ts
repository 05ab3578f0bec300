import type { WseServer } from '@wse/server'
import { createTransportPair, type TransportPair } from '@wse/testing'
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
      server.register(
        'slow',
        (_, n, { signal }) => new Promise(() => signal.addEventListener('abort', () => ended.push([at, n]))),
      )
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

  test('is found by an old token, where newer ones never reached its client', async (ends) => {
    const together = await cluster(ends, 2)
    let [at, cuts] = [0, 0]
    let last: TransportPair | null = null
    const transport = (_: string, [protocol]: readonly string[]) => {
      last = createTransportPair({ clock: ends.clock, protocol })
      together.servers[at]?.accept(last[1], { headers: {} })
      return last[0]
    }
    const ann = await together.wander(0, 'ann', { transport })
    const resets: unknown[] = []
    ann.client.when.reset(({ reason }) => resets.push(reason))
    const resumed: unknown[] = []
    for (const [node, server] of together.servers.entries()) {
      server.when.resumed(() => {
        resumed.push(node)
        if (cuts++ < 4) {
          at = 1 - at
          last?.cut()
        }
      })
    }
    const ready = ann.client.when.ready()
    at = 1
    ;(last as unknown as TransportPair).cut()
    for (let i = 0; i < 100; i++) await ends.clock.advance(10)
    const [, how] = await ready
    expect([resumed, how, resets]).toEqual([[1, 0, 1, 0, 1], { resumed: true }, []])
  })

  test('is present there as if it had not been anywhere else', async (ends) => {
    const together = await cluster(ends, 2, {}, (server) => void server.topic('room', { presence: { away: 0 } }))
    const [ann, bob] = [await together.wander(0, 'ann'), await together.wander(1, 'bob')]
    const rooms = [await ann.client.subscribe('room'), await bob.client.subscribe('room')]
    const isRight = () =>
      rooms.every(({ presence }) => presence.get().length === 2 && presence.get().every(({ away }) => !away))
    for (const at of [1, 0, 1, 1, 0]) {
      await ann.moveTo(at)
      await until(isRight)
      // What is still on its way would spoil it.
      for (let i = 0; i < 5; i++) await ends.clock.advance(100)
      expect(isRight()).toBe(true)
      const noted = await together.backplane(0).present('t:room')
      expect(noted?.map(({ node }) => node).sort()).toEqual([at, 1].map((one) => together.backplane(one).node).sort())
    }
  })
})
