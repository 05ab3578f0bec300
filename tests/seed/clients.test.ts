import { WseConnection, WseIdentity } from '@wse/server'
import { expect } from 'vitest'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('server.clients', (test) => {
  test('[W8] [E16] maps the id of every user who is here to who it is', async (ends) => {
    const { server, url } = await ends.server()
    const ann = ends.client(url)
    await Promise.all([ann.connect('ann'), ends.client(url).connect('bob')])
    expect([...server.clients.keys()].sort()).toEqual(['ann', 'bob'])
    expect(server.clients.get('ann')).toBeInstanceOf(WseIdentity)
    await ann.disconnect()
    await until(() => server.clients.size === 1)
    expect([...server.clients.keys()]).toEqual(['bob'])
  })

  test('tells numbers from texts', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ identity, accept }) => accept(identity) })
    await Promise.all([ends.client(url).connect(1), ends.client(url).connect('1')])
    expect(server.clients.size).toBe(2)
  })
})

behaviour('the settings of a server', (test) => {
  test('[W1] [W9] [W30] [W32] can be read back', async (ends) => {
    const { server } = await ends.server({ connPerUser: 3, tO: 5 })
    expect([server.connPerUser, server.tO, server.protocol.name]).toEqual([3, 5, 'wse-default-json'])
  })

  test('[W9] [W32] have the defaults of the seed: one device a user, calls of 20 seconds', async (ends) => {
    const { server } = await ends.server()
    expect([server.connPerUser, server.tO]).toEqual([1, 20])
  })
})

behaviour('WseIdentity', (test) => {
  test('[W8] [E16] has the id of its user and the connections of all devices by their ids', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    for (const device of ['phone', 'laptop']) await ends.client(url).connect('ann', { device })
    const ann = server.clients.get('ann')
    expect(ann?.cid).toBe('ann')
    expect(ann?.conns.size).toBe(2)
    for (const [id, conn] of ann?.conns ?? []) {
      expect(conn).toBeInstanceOf(WseConnection)
      expect(conn.conn_id).toBe(id)
      expect(conn.client).toBe(ann)
    }
  })

  test('[W6] keeps the meta of the first connection; each connection has its own', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const phone = ends.client(url)
    await phone.connect('ann', { device: 'phone' })
    await ends.client(url).connect('ann', { device: 'laptop' })
    const ann = server.clients.get('ann')
    const metas = () => [...(ann?.conns.values() ?? [])].map((conn) => conn.meta)
    expect(ann?.meta).toEqual({ device: 'phone' })
    expect(metas()).toEqual([{ device: 'phone' }, { device: 'laptop' }])
    await phone.disconnect()
    await until(() => ann?.conns.size === 1)
    expect(ann?.meta).toEqual({ device: 'phone' })
    expect(metas()).toEqual([{ device: 'laptop' }])
  })

  test('is a new one when its user comes again after having left', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann', { visit: 1 })
    const first = server.clients.get('ann')
    await client.disconnect()
    await until(() => server.clients.size === 0)
    await client.connect('ann', { visit: 2 })
    const second = server.clients.get('ann')
    expect(second).not.toBe(first)
    expect(second?.meta).toEqual({ visit: 2 })
  })
})

behaviour('WseConnection', (test) => {
  test('[W7] [W8] [W28] [P3] [H5] knows its user, its device, its credentials and where it comes from', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept('ann') })
    await ends.client(url).connect({ token: 'secret' }, { device: 'phone' })
    const conn = connOf(server, 'ann')
    expect(conn.cid).toBe('ann')
    expect(conn.client.cid).toBe('ann')
    expect(conn.identity).toEqual({ token: 'secret' })
    expect(conn.meta).toEqual({ device: 'phone' })
    expect(conn.remote_addr).toBe('127.0.0.1')
    expect(conn.readyState).toBe(1)
    expect(conn.buffered).toBe(0)
  })

  test('[W28] [P3] has an id nobody else has', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 5 })
    const ids = new Set<string>()
    server.when.connected((conn) => ids.add(conn.conn_id))
    for (let i = 0; i < 5; i++) await ends.client(url).connect('ann')
    expect(ids.size).toBe(5)
    for (const id of ids) expect(id.length).toBeGreaterThan(10)
  })

  test('[W7] does not show credentials when it is logged', async (ends) => {
    const { server, url } = await ends.server({ identify: ({ accept }) => accept('ann') })
    await ends.client(url).connect({ token: 'secret' })
    expect(Object.keys(connOf(server, 'ann'))).not.toContain('identity')
    expect(JSON.stringify({ ...connOf(server, 'ann'), client: null })).not.toContain('secret')
  })

  test('[W28] [H5] tells that it is closed once its device has gone', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    await client.disconnect()
    await until(() => conn.readyState === 3)
    expect(conn.send('news')).toBe('dropped')
    await expect(conn.call('ask')).rejects.toMatchObject({ details: { certainty: 'not-sent' } })
  })

  test('drops the meta of a client that tries to be a prototype', async (ends) => {
    const { server, url } = await ends.server()
    const peer = ends.peer(url)
    peer.send('["~wse:hi",{"identity":"ann","meta":{"__proto__":{"admin":true}}},null]')
    await peer.next()
    expect(connOf(server, 'ann').meta.admin === true && Object.getPrototypeOf(connOf(server, 'ann').meta).admin).toBe(
      false,
    )
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })
})
