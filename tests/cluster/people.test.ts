import type { WseClient } from '@wse/client'
import type { WseServer } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cluster } from './cluster.js'

const at = (servers: readonly WseServer[], index: number) => servers[index] as WseServer

/** A client does something, and its server has noticed. */
async function acts(server: WseServer, client: WseClient): Promise<void> {
  let isHeard = false
  const off = server.channel.on('x', () => {
    isHeard = true
  })
  client.send('x')
  await until(() => isHeard)
  off()
}

behaviour('people on several servers', { codecs: 'all' }, (test) => {
  test('a message to everybody, to a user, or to who matches reaches devices of every server', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const phone = await enter(0, 'ann', { role: 'admin' })
    const laptop = await enter(1, 'ann', { role: 'user' })
    const bob = await enter(1, 'bob', { role: 'admin' })
    const heard: unknown[] = []
    for (const [name, client] of Object.entries({ phone, laptop, bob }))
      client.channel.on('news', (data) => heard.push(`${name} ${data}`))
    const seen = async (...expected: string[]) => {
      await until(() => heard.length >= expected.length)
      await ends.clock.settle()
      expect(heard.splice(0).sort()).toEqual(expected.sort())
    }
    expect(at(servers, 0).broadcast('news', 1)).toEqual({ sent: 1, queued: 0, dropped: 0 })
    await seen('phone 1', 'laptop 1', 'bob 1')
    at(servers, 0).broadcast('news', 2, { except: 'bob' })
    await seen('phone 2', 'laptop 2')
    at(servers, 0).send('ann', 'news', 3)
    await seen('phone 3', 'laptop 3')
    at(servers, 0).send('bob', 'news', 4)
    await seen('bob 4')
    const report = await at(servers, 0).to(['ann', 'bob', 'eve']).send('news', 5)
    expect(report.map(({ cid, result }) => `${cid} ${result}`).sort()).toEqual([
      'ann sent',
      'ann sent',
      'bob sent',
      'eve offline',
    ])
    await seen('phone 5', 'laptop 5', 'bob 5')
    at(servers, 1)
      .to({ where: { meta: { role: 'admin' } } })
      .send('news', 6)
    await seen('phone 6', 'bob 6')
    const [conn] = [...(at(servers, 0).clients.get('ann')?.conns.values() ?? [])]
    conn?.others.send('news', 7)
    await seen('laptop 7')
    conn?.client.send('news', 8)
    await seen('phone 8', 'laptop 8')
  })

  test('devices of every server are known, asked, and dropped', async (ends) => {
    const { servers, enter } = await cluster(ends, 3)
    const phone = await enter(0, 'ann', { device: 'phone' })
    const laptop = await enter(1, 'ann', { device: 'laptop' })
    phone.register('where', () => 'phone')
    laptop.register('where', () => 'laptop')
    const target = at(servers, 2).to('ann')
    expect((await target.devices()).map(({ cid, state }) => [cid, state])).toEqual([
      ['ann', 'live'],
      ['ann', 'live'],
    ])
    expect([await at(servers, 2).isOnline('ann'), await at(servers, 2).isOnline('bob')]).toEqual([true, false])
    await acts(at(servers, 0), phone)
    await ends.clock.advance(10)
    await acts(at(servers, 1), laptop)
    expect(await at(servers, 2).call('ann', 'where')).toBe('laptop')
    await ends.clock.advance(10)
    await acts(at(servers, 0), phone)
    expect(await at(servers, 1).call('ann', 'where')).toBe('phone')
    const all = await at(servers, 0).call('ann', 'where', undefined, { device: 'all' })
    expect(all.map((answer) => answer.ok && answer.value).sort()).toEqual(['laptop', 'phone'])
    await expect(at(servers, 2).call('ann', 'nothing')).rejects.toMatchObject({ code: 'wse.server.rp.not-registered' })
    await expect(at(servers, 2).call('eve', 'where')).rejects.toMatchObject({
      code: 'wse.server.client.connection-missing',
    })
    const [device] = (await target.devices()).filter(({ meta }) => meta.device === 'laptop')
    at(servers, 2).revoke('ann', { conn_id: device?.conn_id })
    await until(() => laptop.status === 'OFFLINE')
    expect(phone.status).toBe('READY')
    at(servers, 2).dropClient('ann')
    await until(() => phone.status === 'OFFLINE')
  })

  test('a call that is given up is given up where it runs', async (ends) => {
    const { servers, enter } = await cluster(ends, 2)
    const ann = await enter(1, 'ann')
    const ended: unknown[] = []
    ann.register('slow', (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => ended.push(1))))
    const giveUp = new AbortController()
    const call = at(servers, 0).call('ann', 'slow', undefined, { signal: giveUp.signal })
    await ends.clock.settle()
    giveUp.abort()
    await expect(call).rejects.toMatchObject({ code: expect.stringContaining('wse.') })
    await until(() => ended.length === 1)
  })

  test('a user has as many devices as may be, on all servers together', async (ends) => {
    const { servers, enter } = await cluster(ends, 2, { connPerUser: 2 })
    const first = await enter(0, 'ann')
    const second = await enter(1, 'ann')
    const third = await enter(1, 'ann')
    await until(() => first.status === 'OFFLINE')
    expect([second.status, third.status]).toEqual(['READY', 'READY'])
    const fourth = await enter(0, 'ann')
    await until(() => second.status === 'OFFLINE')
    expect([third.status, fourth.status, (await at(servers, 0).to('ann').devices()).length]).toEqual([
      'READY',
      'READY',
      2,
    ])
  })

  test('a jump between servers is no further device', async (ends) => {
    const { servers, enter } = await cluster(ends, 2, { connPerUser: 1 })
    for (const server of servers)
      server.register('slow', () => new Promise((resolve) => ends.clock.setTimer(() => resolve(7), 500)))
    const ann = await enter(0, 'ann')
    const slow = ann.call('slow')
    await ends.clock.settle()
    await ann.jump(ends.urlOf(at(servers, 1)))
    await ends.clock.advance(2_000)
    expect(await slow).toBe(7)
    await until(() => at(servers, 0).clients.size === 0)
    expect([ann.status, at(servers, 1).clients.size]).toEqual(['READY', 1])
  })

  test('a user is online, or not, on all servers together', async (ends) => {
    const told: string[] = []
    const { servers, enter, wander } = await cluster(ends, 2, { offlineGrace: 1_000 }, (server, index) => {
      server.when.online((cid) => told.push(`${cid} online ${index}`))
      server.when.offline((cid) => told.push(`${cid} offline ${index}`))
    })
    const phone = await enter(0, 'ann')
    await until(() => told.length === 1)
    const laptop = await enter(1, 'ann')
    await ends.clock.settle()
    phone.disconnect()
    await until(() => at(servers, 0).clients.size === 0)
    await ends.clock.advance(2_000)
    expect(told).toEqual(['ann online 0'])
    laptop.disconnect()
    await until(() => at(servers, 1).clients.size === 0)
    await ends.clock.advance(2_000)
    expect(told.splice(0)).toEqual(['ann online 0', 'ann offline 1'])
    const bob = await wander(0, 'bob')
    await until(() => told.length === 1)
    await bob.moveTo(1)
    await ends.clock.advance(2_000)
    bob.client.disconnect()
    await until(() => at(servers, 1).clients.size === 0)
    await ends.clock.advance(2_000)
    expect(told).toEqual(['bob online 0', 'bob offline 1'])
  })
})
