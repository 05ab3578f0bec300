import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster, type TestCluster } from './cluster.js'
import { follow } from './followed.js'

/** Milliseconds for which a node counts as here that is not heard of any more. */
const LEASE = 15_000

const TOPICS = (server: WseServer) => {
  server.topic('kept', { history: true, on: { said: true } })
  server.topic('room', { presence: { away: 0 } })
}

const serverOf = ({ servers }: TestCluster, at: number) => servers[at] as WseServer

/** Notes how a promise ends. */
function outcome(promise: PromiseLike<unknown>): { is: unknown } {
  const noted: { is: unknown } = { is: 'pending' }
  promise.then(
    (value) => (noted.is = value),
    (error) => (noted.is = error.code),
  )
  return noted
}

behaviour('a server that is killed', { codecs: 'all' }, (test) => {
  test('is missed within its lease: who was there is not any more, and all else goes on', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const rooms = await Promise.all(clients.map((client) => follow(client, 'room')))
    const kept = await Promise.all(clients.map((client) => follow(client, 'kept')))
    await until(() => rooms.every(({ people }) => people().length === 3))
    together.hub.kill(together.backplane(2))
    const [ann, bob] = rooms
    expect(await serverOf(together, 0).publish('kept', 'said', 1)).toMatchObject({ ok: true, offset: 1 })
    expect((await kept[1]?.sub.publish('said', 2))?.offset).toBe(2)
    await until(() => kept.slice(0, 2).every(({ told }) => told.length === 2))
    await ends.clock.advance(LEASE - 1)
    expect(ann?.people()).toEqual(['u0', 'u1', 'u2'])
    await ends.clock.advance(1)
    await until(() => [ann, bob].every((room) => room?.people().join() === 'u0,u1'))
    expect([kept[0]?.gaps, ann?.gaps]).toEqual([[], []])
    const late = await follow(await together.enter(1, 'late'), 'room')
    expect(late.people()).toEqual(['late', 'u0', 'u1'])
  })

  test('is asked nothing any more, and what it was asked is settled', async (ends) => {
    const together = await cluster(ends, 3, { tO: 0 }, TOPICS)
    const [ann, bob] = [await together.enter(2, 'ann'), await together.enter(1, 'bob')]
    for (const client of [ann, bob]) client.register('slow', () => new Promise(() => {}))
    const asked = outcome(serverOf(together, 0).call('ann', 'slow'))
    const devices = await serverOf(together, 0).to('ann').devices()
    await ends.clock.settle()
    together.hub.kill(together.backplane(2))
    // Nobody is attached to it: that is known at once.
    const told = await serverOf(together, 0).to(['ann', 'bob']).send('x', 1)
    expect(Object.fromEntries(told.map(({ cid, result }) => [cid, result]))).toEqual({ ann: 'offline', bob: 'sent' })
    const again = outcome(
      serverOf(together, 0)
        .to(devices[0] as never)
        .call('slow'),
    )
    await ends.clock.advance(LEASE - 1)
    expect(asked.is).toBe('pending')
    await ends.clock.advance(1)
    await ends.clock.settle()
    expect(asked.is).toBe('wse.client.rp.disconnect')
    expect(again.is).not.toBe('pending')
    expect(serverOf(together, 0).inspect().asks).toBe(0)
  })

  test('while it is being asked: those who are left answer for themselves', async (ends) => {
    const together = await cluster(ends, 3, {}, TOPICS)
    for (const at of [0, 1, 2]) await together.enter(at, 'ann')
    const report = outcome(serverOf(together, 0).to('ann').send('x', 1))
    const everybody = outcome(
      serverOf(together, 0)
        .to({ where: { meta: {} } })
        .send('x', 2),
    )
    together.hub.kill(together.backplane(2))
    await ends.clock.advance(LEASE)
    await ends.clock.settle()
    expect(report.is).toMatchObject([{ result: 'sent' }, { result: 'sent' }])
    expect(everybody.is).not.toBe('pending')
  })

  test('is missed at once, where it was closed instead', async (ends) => {
    const together = await cluster(ends, 3, { tO: 0 }, TOPICS)
    const clients = await Promise.all([0, 1, 2].map((at) => together.enter(at, `u${at}`)))
    const rooms = await Promise.all(clients.slice(0, 2).map((client) => follow(client, 'room')))
    await follow(clients[2] as never, 'room')
    await until(() => rooms.every(({ people }) => people().length === 3))
    clients[2]?.register('slow', () => new Promise(() => {}))
    const asked = outcome(serverOf(together, 0).call('u2', 'slow'))
    await ends.clock.settle()
    await serverOf(together, 2).close({ code: 1000 })
    await until(() => asked.is !== 'pending')
    expect(asked.is).toMatch(/disconnect/)
    await until(() => rooms.every(({ people }) => people().join() === 'u0,u1'))
  })
})
