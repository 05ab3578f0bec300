import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('server.broadcast', { codecs: 'all' }, (test) => {
  test('[W14] reaches every device of every user', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const clients = [ends.client(url), ends.client(url), ends.client(url)]
    await Promise.all(clients.map((client, i) => client.connect(i < 2 ? 'ann' : 'bob')))
    const heard = clients.map((client) => new Promise((resolve) => client.channel.on('news', resolve)))
    expect(server.broadcast('news', { n: 1 })).toEqual({ sent: 3, queued: 0, dropped: 0 })
    expect(await Promise.all(heard)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
  })

  test('reaches nobody where nobody is, and nobody who has not been accepted yet', async (ends) => {
    const { server, url } = await ends.server({ identify: () => {} })
    expect(server.broadcast('news')).toEqual({ sent: 0, queued: 0, dropped: 0 })
    const peer = ends.peer(url)
    peer.hi({ identity: 'ann' })
    await until(() => server.inspect().handshakes === 1 && server.inspect().strangers === 0)
    expect(server.broadcast('news')).toEqual({ sent: 0, queued: 0, dropped: 0 })
    await idle()
    expect(peer.received).toEqual([])
  })

  test('refuses what nobody could be sent', async (ends) => {
    const { server } = await ends.server()
    expect(() => server.broadcast('')).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
    expect(() => server.broadcast('~wse:x')).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
  })

  test('reaches the others where one device is on its way out', async (ends) => {
    const { server, url } = await ends.server()
    const [ann, bob] = [ends.client(url), ends.client(url)]
    await Promise.all([ann.connect('ann'), bob.connect('bob')])
    const heard = new Promise((resolve) => bob.channel.on('news', resolve))
    connOf(server, 'ann').drop()
    expect(server.broadcast('news', 1)).toEqual({ sent: 1, queued: 0, dropped: 0 })
    expect(await heard).toBe(1)
  })
})

behaviour('server.send', { codecs: 'all' }, (test) => {
  test('[W14] [E15] [Q23] reaches all devices of one user, and nobody else', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const heard: string[] = []
    for (const [device, user] of Object.entries({ phone: 'ann', laptop: 'ann', other: 'bob' })) {
      const client = ends.client(url)
      client.channel.on('news', (n) => heard.push(`${device} ${n}`))
      client.channel.on('end', () => heard.push(`${device} end`))
      await client.connect(user)
    }
    expect(server.send('ann', 'news', 1)).toEqual({ sent: 2, queued: 0, dropped: 0 })
    server.broadcast('end')
    await until(() => heard.length === 5)
    expect(heard.sort()).toEqual(['laptop 1', 'laptop end', 'other end', 'phone 1', 'phone end'])
  })

  test('reaches nobody where the user is not here, and says so', async (ends) => {
    const { server } = await ends.server()
    expect(server.send('nobody', 'news', 1)).toEqual({ sent: 0, queued: 0, dropped: 0 })
  })
})

behaviour('client.send of a WseIdentity', { codecs: 'all' }, (test) => {
  test('[W14] [E16] [Q23] reaches every device of the user once', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 3 })
    const heard: string[] = []
    for (const device of ['a', 'b', 'c']) {
      const client = ends.client(url)
      client.channel.on('news', () => heard.push(device))
      await client.connect('ann')
    }
    expect(server.clients.get('ann')?.send('news')).toBe('sent')
    await until(() => heard.length === 3)
    await idle()
    expect(heard.sort()).toEqual(['a', 'b', 'c'])
  })
})

behaviour('conn.send', { codecs: 'all' }, (test) => {
  test('[W14] [P4] [H6] reaches this device only', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 2 })
    const heard: string[] = []
    for (const device of ['phone', 'laptop']) {
      const client = ends.client(url)
      client.channel.on('you', () => heard.push(`${device} you`))
      client.channel.on('all', () => heard.push(`${device} all`))
      await client.connect('ann', device)
    }
    const [phone] = server.clients.get('ann')?.conns.values() ?? []
    expect(phone?.meta).toBe('phone')
    expect(phone?.send('you')).toBe('sent')
    server.send('ann', 'all')
    await until(() => heard.length === 3)
    expect(heard.sort()).toEqual(['laptop all', 'phone all', 'phone you'])
  })

  test('throws for what cannot be sent, and the connection stays', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => conn.send('news', circle)).toThrow(expect.objectContaining({ code: WSE_ERROR.UNSERIALIZABLE }))
    const heard = new Promise((resolve) => client.channel.on('news', resolve))
    expect(conn.send('news', 2)).toBe('sent')
    expect(await heard).toBe(2)
  })

  test('[H6] [H18] carries bytes as bytes', async (ends) => {
    const { server, url } = await ends.server()
    const client = ends.client(url)
    await client.connect('ann')
    const heard = new Promise((resolve) => client.channel.on('blob', resolve))
    connOf(server, 'ann').send('blob', Uint8Array.of(1, 2, 3))
    expect(await heard).toEqual(Uint8Array.of(1, 2, 3))
  })
})
