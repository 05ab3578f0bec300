import { WSE_CLOSE, WSE_ERROR, WSE_REASON, type WseConnection, type WseError } from '@wse/server'
import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cut, deviceOf, house } from './house.js'

const DISPLACED = { code: WSE_ERROR.DISPLACED }

behaviour('devices of a user', { codecs: 'all' }, (test) => {
  test('[E16] are listed with what is known of each', async (ends) => {
    const { server, guest } = await house(ends)
    const phone = await guest('ann', 'phone')
    await ends.clock.advance(1_000)
    const laptop = await guest('ann', 'laptop')
    await cut(phone)
    const known = phone.conn.client.devices
    expect(known).toEqual([
      {
        cid: 'ann',
        conn_id: phone.conn.conn_id,
        meta: { device: 'phone' },
        state: 'suspended',
        remote_addr: expect.any(String),
        latency: null,
        age: 1_000,
      },
      {
        cid: 'ann',
        conn_id: laptop.conn.conn_id,
        meta: { device: 'laptop' },
        state: 'live',
        remote_addr: expect.any(String),
        latency: null,
        age: 0,
      },
    ])
    expect(await server.to('ann').devices()).toEqual(known)
    expect(JSON.parse(JSON.stringify(known))).toEqual(known)
    expect(laptop.conn.age).toBe(0)
  })

  test('[W27] one is revoked by its id: it is out for good, and its token with it; the others stay', async (ends) => {
    const { server, guest } = await house(ends)
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    const closed = laptop.client.when.closed()
    phone.conn.client.revoke(laptop.conn.conn_id)
    expect(await closed).toEqual([WSE_CLOSE.REVOKED, WSE_REASON.REVOKED])
    await ends.clock.advance(60_000)
    await idle()
    expect([laptop.client.status, phone.client.status]).toEqual(['OFFLINE', 'READY'])
    expect(phone.conn.client.devices.map(({ conn_id }) => conn_id)).toEqual([phone.conn.conn_id])
    phone.conn.client.revoke('nobody')
    server.revoke('ann', { conn_id: 'nobody' })
    await idle()
    expect(phone.client.status).toBe('READY')
  })

  test('[W27] one that is revoked while it is away comes back to a closed door', async (ends) => {
    const { server, guest } = await house(ends)
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    await cut(laptop)
    server.revoke('ann', { conn_id: laptop.conn.conn_id })
    const closed = laptop.client.when.closed()
    await ends.clock.advance(100)
    expect(await closed).toEqual([WSE_CLOSE.REVOKED, WSE_REASON.REVOKED])
    await ends.clock.advance(60_000)
    await idle()
    expect([laptop.client.status, phone.client.status]).toEqual(['OFFLINE', 'READY'])
  })
})

behaviour('[W9] onExceed', { codecs: 'all' }, (test) => {
  test('refuse-new leaves those who are here alone, away or not, and tells the newcomer for good', async (ends) => {
    const { server, guest } = await house(ends, { connPerUser: 2, onExceed: 'refuse-new' })
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    await cut(phone)
    const details = { disconnected: [WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY] }
    await expect(guest('ann', 'watch')).rejects.toMatchObject({ ...DISPLACED, details })
    await ends.clock.advance(100)
    await until(() => phone.client.status === 'READY')
    expect([phone.conn.state, laptop.conn.state, server.inspect().connections]).toEqual(['live', 'live', 2])
    await laptop.client.disconnect()
    await until(() => laptop.conn.state === 'closed')
    expect((await guest('ann', 'watch')).client.status).toBe('READY')
  })

  test('a function chooses who has to go, and is told who comes', async (ends) => {
    const asked: unknown[] = []
    const { server, guest } = await house(ends, {
      connPerUser: 2,
      onExceed(newcomer, devices) {
        asked.push([
          newcomer.cid,
          newcomer.conn_id,
          newcomer.meta.device,
          newcomer.identity,
          devices.map(({ meta }) => meta.device),
        ])
        return devices.filter(({ meta }) => meta.device !== 'phone')
      },
    })
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    const closed = laptop.client.when.closed()
    const watch = await guest('ann', 'watch')
    expect(await closed).toEqual([WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY])
    expect(asked).toEqual([['ann', watch.conn.conn_id, 'watch', 'ann', ['phone', 'laptop']]])
    expect(phone.conn.client.devices.map(({ meta }) => meta.device)).toEqual(['phone', 'watch'])
    watch.conn.drop()
    await until(() => server.inspect().connections === 1)
    await guest('ann', 'phone 2')
    expect(asked).toHaveLength(1)
  })

  test('a function that names too few refuses the newcomer, and drops nobody', async (ends) => {
    const answers: (() => readonly WseConnection[] | 'refuse-new' | 'drop-oldest')[] = [() => [], () => 'refuse-new']
    const { guest } = await house(ends, { connPerUser: 1, onExceed: () => answers.shift()?.() ?? 'drop-oldest' })
    const phone = await guest('ann', 'phone')
    await expect(guest('ann', 'laptop')).rejects.toMatchObject(DISPLACED)
    await expect(guest('ann', 'laptop')).rejects.toMatchObject(DISPLACED)
    expect(phone.client.status).toBe('READY')
    const closed = phone.client.when.closed()
    await guest('ann', 'laptop')
    expect(await closed).toEqual([WSE_CLOSE.DISPLACED, WSE_REASON.CLIENTS_CONCURRENCY])
  })

  test('a function that throws, or decides nothing, is the server’s fault: the newcomer may try again', async (ends) => {
    const answers: (() => never)[] = [
      () => {
        throw new Error('no database')
      },
      () => Promise.resolve('drop-oldest') as never,
      () => Promise.reject(new Error('nobody waits for it')) as never,
      () => undefined as never,
      () => [{}] as never,
    ]
    const { server, url, guest } = await house(ends, {
      connPerUser: 1,
      onExceed: () => (answers.shift() as () => never)(),
    })
    const phone = await guest('ann', 'phone')
    const told: WseError[] = []
    server.when.error((error) => told.push(error))
    while (answers.length > 0) {
      const details = { disconnected: [WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN] }
      await expect(ends.client(url).connect('ann')).rejects.toMatchObject({ code: WSE_ERROR.CONNECT_FAILED, details })
    }
    expect(told.map(({ code }) => code)).toEqual(Array(5).fill(WSE_ERROR.IDENTIFY_FAILED))
    expect(told[0]).toMatchObject({ cause: { message: 'no database' } })
    expect([phone.client.status, server.inspect().connections]).toEqual(['READY', 1])
  })

  test('how many devices a user may have is for accept to say, where it says so', async (ends) => {
    const { server, guest } = await house(ends, {
      connPerUser: 1,
      onExceed: 'refuse-new',
      identify: ({ identity, accept }) => accept(identity, {}, identity === 'ann' ? { devices: 2 } : {}),
    })
    await guest('ann', 'phone')
    await guest('ann', 'laptop')
    await expect(guest('ann', 'watch')).rejects.toMatchObject(DISPLACED)
    await guest('bob', 'phone')
    await expect(guest('bob', 'laptop')).rejects.toMatchObject(DISPLACED)
    expect(server.inspect().connections).toBe(3)
  })

  test('a client that begins anew takes the place of what it was', async (ends) => {
    const { server, guest } = await house(ends, { connPerUser: 1, onExceed: 'refuse-new' })
    const phone = await guest('ann', 'phone')
    await cut(phone)
    // The window is over: it comes back as the same client, with a new session.
    await phone.client.disconnect()
    await phone.client.connect('ann', { device: 'phone' })
    expect(deviceOf(server, 'ann', 'phone').state).toBe('live')
    expect(server.inspect().connections).toBe(1)
  })
})
