import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cut, house } from './house.js'

async function watched(...given: Parameters<typeof house>) {
  const made = await house(...given)
  const log: string[] = []
  made.server.when.online((cid) => log.push(`${cid} online`))
  made.server.when.offline((cid) => log.push(`${cid} offline`))
  return { ...made, log }
}

behaviour('[Q12] who is online', { codecs: 'all' }, (test) => {
  test('is told with their first device, and once the grace is over after the last', async (ends) => {
    const { server, guest, log } = await watched(ends)
    expect(await server.isOnline('ann')).toBe(false)
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    expect(log).toEqual(['ann online'])
    await phone.client.disconnect()
    await laptop.client.disconnect()
    await until(() => server.clients.size === 0)
    await ends.clock.advance(4_999)
    expect([log.length, server.inspect().online]).toEqual([1, 1])
    await ends.clock.advance(1)
    expect(log).toEqual(['ann online', 'ann offline'])
    expect(server.inspect().online).toBe(0)
  })

  test('says nothing of a link that is lost and found, nor of a page that is loaded again', async (ends) => {
    const { server, guest, log } = await watched(ends)
    const ann = await guest('ann')
    await cut(ann)
    await ends.clock.advance(100)
    await until(() => ann.conn.state === 'live')
    await ann.client.disconnect()
    await until(() => server.clients.size === 0)
    await ends.clock.advance(4_000)
    await guest('ann')
    await ends.clock.advance(60_000)
    expect(log).toEqual(['ann online'])
  })

  test('[Q11] may be asked, and is answered with what is true now', async (ends) => {
    const { server, guest } = await watched(ends)
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    await cut(phone)
    expect([await server.isOnline('ann'), await server.to(['eve', 'ann']).isOnline()]).toEqual([true, true])
    await cut(laptop)
    expect([await server.isOnline('ann'), await server.to('ann').isOnline()]).toEqual([false, false])
    expect([await server.isOnline('eve'), await server.to(['eve']).isOnline()]).toEqual([false, false])
    await expect(server.isOnline('')).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
  })

  test('costs no timer while nobody listens', async (ends) => {
    const { server, guest } = await house(ends)
    const { client } = await guest('ann')
    await client.disconnect()
    await until(() => server.clients.size === 0)
    expect([server.inspect().online, ends.clock.armed]).toEqual([0, 0])
  })

  test('is offline while a session waits for longer than the grace, and online when it goes on', async (ends) => {
    const { server, url, log } = await watched(ends, { offlineGrace: 1_000 })
    const client = ends.client(url, { re: { floor: 3_000, base: 3_000, factor: 1 } })
    await client.connect('ann', { device: 'phone' })
    const [conn] = server.clients.get('ann')?.conns.values() ?? []
    await cut({ client, conn: conn as never, heard: [] })
    await ends.clock.advance(1_000)
    expect([log, server.clients.size]).toEqual([['ann online', 'ann offline'], 1])
    await ends.clock.advance(10_000)
    await until(() => conn?.state === 'live')
    expect(log).toEqual(['ann online', 'ann offline', 'ann online'])
    await client.disconnect()
    await until(() => server.clients.size === 0)
    await ends.clock.advance(1_000)
    expect(log.at(-1)).toBe('ann offline')
  })

  test('is told of once, though the session ends long after its user was offline', async (ends) => {
    const { server, guest, log } = await watched(ends, { resume: { window: 20_000 } })
    const ann = await guest('ann')
    ann.conn.terminate()
    await until(() => ann.conn.state === 'suspended')
    await ann.client.disconnect()
    await ends.clock.advance(30_000)
    expect([log, server.clients.size]).toEqual([['ann online', 'ann offline'], 0])
  })

  test('without a grace is told at once; a new device that displaces the only one is no news', async (ends) => {
    const { server, guest, log } = await watched(ends, { offlineGrace: 0, connPerUser: 1 })
    await guest('ann', 'phone')
    const laptop = await guest('ann', 'laptop')
    await idle()
    expect(log).toEqual(['ann online'])
    laptop.conn.drop()
    await until(() => server.clients.size === 0)
    expect(log).toEqual(['ann online', 'ann offline'])
  })

  test('is not told of who is dropped before anyone heard of them', async (ends) => {
    const { server, guest, log } = await watched(ends)
    server.when.connected((conn) => conn.drop())
    await guest('ann').catch(() => {})
    await until(() => server.clients.size === 0)
    expect([log, server.inspect().online]).toEqual([[], 0])
  })

  test('is offline at once when the server closes, whoever is waited for among them', async (ends) => {
    const { server, guest, log } = await watched(ends)
    const [ann, bob] = [await guest('ann'), await guest('bob')]
    await bob.client.disconnect()
    await until(() => server.clients.size === 1)
    await Promise.all([server.close(), ann.client.disconnect()])
    expect(log.sort()).toEqual(['ann offline', 'ann online', 'bob offline', 'bob online'])
    expect(server.inspect().online).toBe(0)
  })
})
