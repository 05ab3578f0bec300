import { WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import { arrive, back, device, type Entered, enter, expectTalks, lose, resetsOf } from './session-fixture.js'

const REVOKED = { code: 4503, reason: 'wse.revoked' }

/** A phone and a tablet of ann, and a phone of bob. */
async function start(ends: Ends) {
  const { server, url } = await startServer(ends, { connPerUser: 2 })
  const phone = await arrive(ends, server, url)
  const tablet = await enter(ends, url, { ...device('ann'), instance: 'tablet' })
  const bob = await arrive(ends, server, url, 'bob')
  return { server, url, phone, tablet, bob, resets: resetsOf(server) }
}

/** A device asks for its session, and is told that it is revoked, and nothing else. */
async function expectRevoked(ends: Ends, url: string, { session }: Entered, more: object = {}): Promise<void> {
  const peer = ends.peer(url)
  peer.hi({ ...back(session, 5), ...more })
  expect(await peer.closed).toEqual(REVOKED)
  expect(peer.received).toEqual([])
}

behaviour('an authorisation that is taken back', (test) => {
  test('T25 during traffic closes all devices of the user at once, and no one else’s', async (ends) => {
    const { server, url } = await startServer(ends, { connPerUser: 2 })
    const heard: string[] = []
    server.channel.on('m', (conn) => heard.push(String(conn.cid)))
    const clients = ['ann', 'ann', 'bob'].map((cid) => ({ cid, client: ends.client(url, { re: true }) }))
    for (const { cid, client } of clients) await client.connect(cid)
    const told = clients.map(({ client }) => client.when.closed())
    const [tried, news] = [[] as unknown[], [] as unknown[]]
    for (const { client } of clients) client.when.retrying((retrying) => tried.push(retrying))
    clients[2]?.client.channel.on('news', (n) => news.push(n))
    for (let n = 0; n < 40; n++) {
      if (n === 20) {
        server.revoke('ann')
        expect([...server.clients.keys()]).toEqual(['bob'])
        heard.push('revoked')
      }
      server.broadcast('news', n)
      for (const { client } of clients) if (client.status === WSE_STATUS.READY) client.send('m', n)
      if (n % 4 === 3) await idle(1)
    }
    expect(await Promise.all(told.slice(0, 2))).toEqual([Object.values(REVOKED), Object.values(REVOKED)])
    await until(() => news.length === 40 && heard.filter((cid) => cid === 'bob').length === 40)
    await idle()
    expect(heard.slice(0, heard.indexOf('revoked'))).toContain('ann')
    expect(heard.slice(heard.indexOf('revoked'))).not.toContain('ann')
    expect([clients.map(({ client }) => client.status), tried]).toEqual([['OFFLINE', 'OFFLINE', 'READY'], []])
    await expectAlive(ends, url)
  })

  test('T25 of one connection leaves the others of the user as they are', async (ends) => {
    const { server, url, phone, tablet, bob, resets } = await start(ends)
    server.revoke('ann', { conn_id: phone.session.id })
    expect(connOf(server, 'ann').conn_id).toBe(tablet.session.id)
    expect(await phone.peer.closed).toEqual(REVOKED)
    await expectRevoked(ends, url, phone)
    await expectTalks(server, tablet)
    await expectTalks(server, bob)
    expect(resets).toEqual(['ann revoked'])
    await expectAlive(ends, url)
  })

  test('T25 of a user ends what is suspended too: a token is no way round it', async (ends) => {
    const { server, url, phone, tablet, bob, resets } = await start(ends)
    await lose(server, phone)
    server.revoke('ann')
    expect(resets).toEqual(['ann revoked', 'ann revoked'])
    expect([...server.clients.keys()]).toEqual(['bob'])
    expect(server.inspect()).toMatchObject({ suspended: 0, suspendedBytes: 0 })
    expect(await tablet.peer.closed).toEqual(REVOKED)
    await expectRevoked(ends, url, phone)
    await expectRevoked(ends, url, phone)
    await expectRevoked(ends, url, tablet, { instance: 'tablet' })
    await expectTalks(server, bob)
    // Whether ann may come in anew is for identify to say.
    await expectTalks(server, await enter(ends, url, device('ann', 9)))
    await expectAlive(ends, url)
  })

  test('T25 of a suspended connection leaves the suspended others resumable', async (ends) => {
    const { server, url, phone, tablet, bob } = await start(ends)
    for (const device of [phone, tablet, bob]) await lose(server, device)
    server.revoke('ann', { conn_id: phone.session.id })
    await expectRevoked(ends, url, phone)
    for (const [device, instance] of [
      [tablet, 'tablet'],
      [bob, 'phone of bob'],
    ] as const) {
      const again = await enter(ends, url, { ...back(device.session, 2), instance })
      expect(again.session).toMatchObject({ resumed: true, id: device.session.id })
      await expectTalks(server, again)
    }
    await expectAlive(ends, url)
  })

  test('T25 is told by each of two tokens that are good, after an answer that was lost', async (ends) => {
    const { server, url, phone } = await start(ends)
    await lose(server, phone)
    const again = await enter(ends, url, back(phone.session, 2))
    await lose(server, again)
    server.revoke('ann')
    await expectRevoked(ends, url, phone)
    await expectRevoked(ends, url, again)
    await expectAlive(ends, url)
  })

  test('T25 is told to nobody but the one it was taken from', async (ends) => {
    const { server, url, phone } = await start(ends)
    server.revoke('ann')
    const thief = await enter(ends, url, { ...back(phone.session, 5), identity: 'mallory' })
    expect(thief.session).toMatchObject({ cid: 'mallory', resumed: false, received: 0 })
    expect(thief.session.reason).not.toBe('revoked')
    await expectTalks(server, thief)
    await expectAlive(ends, url)
  })

  test('T25 while a client is away keeps it away', async (ends) => {
    const { server, url } = await startServer(ends)
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const lost = client.when.closed()
    connOf(server, 'ann').terminate()
    await lost
    const closed = client.when.closed()
    server.revoke('ann')
    await ends.clock.advance(1_000)
    expect(await closed).toEqual(Object.values(REVOKED))
    await ends.clock.advance(60_000)
    expect([client.status, server.inspect().links]).toEqual([WSE_STATUS.OFFLINE, 0])
    await expectAlive(ends, url)
  })

  test('T25 of somebody who is not here does nothing', async (ends) => {
    const { server, url, phone } = await start(ends)
    for (const cid of ['nobody', '', 0, '__proto__']) server.revoke(cid)
    server.revoke('ann', { conn_id: 'none' })
    server.revoke('bob', { conn_id: phone.session.id })
    await expectTalks(server, phone)
    await expectAlive(ends, url)
  })
})
