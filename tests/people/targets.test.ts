import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { cut, type Guest, house } from './house.js'

const NEWS = ['news', 'hi']
const heardBy = (guests: readonly Guest[]) => guests.map(({ heard }) => heard.length)

/** What was sent before this has arrived: links keep order. */
async function settled(guests: readonly Guest[]): Promise<void> {
  for (const { conn } of guests) conn.send('last')
  await until(() => guests.every(({ heard }) => heard.at(-1)?.[0] === 'last'))
  for (const { heard } of guests) heard.pop()
}

behaviour('server.to', { codecs: 'all' }, (test) => {
  test('[Q8] [Q23] [E15] a user is all their devices', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [await guest('ann', 'phone'), await guest('ann', 'laptop'), await guest('bob')]
    const report = server.to('ann').send('news', 'hi')
    expect({ ...report }).toEqual({ sent: 2, queued: 0, dropped: 0 })
    await settled(guests)
    expect(guests.map(({ heard }) => heard)).toEqual([[NEWS], [NEWS], []])
  })

  test('[Q9] a list is each of them once, whoever is named twice, and an empty one is nobody', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [await guest('ann'), await guest('bob'), await guest('eve')]
    const [ann] = guests as [Guest]
    expect(server.to(['ann', 'bob', 'ann', ann.conn]).send('news', 'hi').sent).toBe(2)
    expect(server.to(new Set(['ann'])).send('news', 'hi').sent).toBe(1)
    const nobody = server.to([])
    expect({ ...nobody.send('news', 'hi') }).toEqual({ sent: 0, queued: 0, dropped: 0 })
    expect([await nobody.send('news'), await nobody.call('rp'), await nobody.devices()]).toEqual([[], [], []])
    expect(await nobody.isOnline()).toBe(false)
    await settled(guests)
    expect(heardBy(guests)).toEqual([2, 1, 0])
  })

  test('[W15] [P16] a predicate, or what devices say about themselves, chooses among all', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [
      await guest('ann', 'phone', { role: 'admin', app: { version: 2, tags: ['a', 'b'] } }),
      await guest('ann', 'laptop', { role: 'admin' }),
      await guest('bob', 'phone', { role: 'user', app: { version: 1, tags: ['a'] } }),
    ]
    const reached = (target: Parameters<typeof server.to>[0]) => server.to(target).send('news', 'hi').sent
    expect(reached(({ meta }) => meta.device === 'phone')).toBe(2)
    expect(reached({ where: { meta: { role: 'admin' } } })).toBe(2)
    expect(reached({ where: { meta: { role: 'admin', device: 'phone' } } })).toBe(1)
    expect(reached({ where: { meta: { app: { version: 1 } } } })).toBe(1)
    expect(reached({ where: { meta: { app: { tags: ['a', 'b'] } } } })).toBe(1)
    expect(reached({ where: { meta: { app: { tags: ['a'] } } } })).toBe(1)
    expect(reached({ where: { meta: { constructor: Object } } })).toBe(0)
    expect(reached({ where: { meta: {} } })).toBe(3)
    await settled(guests)
    expect(heardBy(guests)).toEqual([5, 2, 4])
  })

  test('[P15] connections are reached as they are, and one that has ended takes nothing', async (ends) => {
    const { server, guest } = await house(ends)
    const [ann, bob] = [await guest('ann'), await guest('bob')]
    await ann.client.disconnect()
    await until(() => ann.conn.state === 'closed')
    const report = server.to([ann.conn, bob.conn]).send('news', 'hi')
    expect({ ...report }).toEqual({ sent: 1, queued: 0, dropped: 1 })
    expect(await report).toEqual([
      { cid: 'ann', conn_id: ann.conn.conn_id, result: 'dropped' },
      { cid: 'bob', conn_id: bob.conn.conn_id, result: 'sent' },
    ])
  })

  test('[W15] [P17] leaves out who is excepted: a user, a device, or several', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [await guest('ann', 'phone'), await guest('ann', 'laptop'), await guest('bob')]
    const [phone] = guests as [Guest]
    const both = server.to(['ann', 'bob', 'eve'])
    expect(both.except(phone.conn).send('news', 'hi').sent).toBe(2)
    expect(both.except('ann').send('news', 'hi').sent).toBe(1)
    expect(both.except(phone.conn).except('bob').send('news', 'hi').sent).toBe(1)
    const rest = await both.except(['bob', 'eve']).send('news', 'hi')
    expect(rest.map(({ cid, result }) => `${cid} ${result}`)).toEqual(['ann sent', 'ann sent'])
    await settled(guests)
    expect(heardBy(guests)).toEqual([1, 3, 2])
  })

  test('[Q8] a report tells of each: sent, waiting for who is away, and who is not here', async (ends) => {
    const { server, guest } = await house(ends)
    const [ann, bob] = [await guest('ann'), await guest('bob')]
    await cut(ann)
    const report = server.to(['ann', 'bob', 'eve']).send('news', 'hi')
    expect({ ...report }).toEqual({ sent: 1, queued: 1, dropped: 0 })
    expect(await report).toEqual([
      { cid: 'ann', conn_id: ann.conn.conn_id, result: 'queued' },
      { cid: 'bob', conn_id: bob.conn.conn_id, result: 'sent' },
      { cid: 'eve', result: 'offline' },
    ])
    await ends.clock.advance(100)
    await until(() => ann.heard.length === 1)
    expect(ann.heard).toEqual([NEWS])
  })

  test('[W15] by a predicate that gives a promise reaches nobody, and is refused', async (ends) => {
    const { server, guest } = await house(ends)
    const ann = await guest('ann')
    const wrong = expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option: 'target' } })
    for (const answer of [async () => false, async () => Promise.reject(new Error('no'))]) {
      const target = server.to(answer as never)
      expect(() => target.send('news')).toThrow(wrong)
      await expect(target.call('rp')).rejects.toEqual(wrong)
    }
    await settled([ann])
    expect(ann.heard).toEqual([])
  })

  test('[W15] whose only device is left out is not told of as away', async (ends) => {
    const { server, guest } = await house(ends)
    const [ann, bob] = [await guest('ann'), await guest('bob')]
    const others = server.to(['ann', 'bob', 'eve']).except(ann.conn)
    const { conn_id } = bob.conn
    expect(await others.send('news')).toEqual([
      { cid: 'bob', conn_id, result: 'sent' },
      { cid: 'eve', result: 'offline' },
    ])
    expect((await others.call('nothing')).map(({ cid }) => cid)).toEqual(['bob', 'eve'])
    expect(await server.to('ann').except(ann.conn).call('nothing')).toEqual([])
  })

  test('[Q9] is refused for what is no target, by its name', async (ends) => {
    const { server } = await house(ends)
    const refused = { code: WSE_ERROR.INVALID_OPTION }
    const nothing = ['', 0, null, undefined, Number.NaN, false, {}, [''], [undefined], [{}], { conn_id: 'x' }]
    for (const target of [
      ...nothing,
      { where: 1 },
      { where: {} },
      { where: { meta: 1 } },
      { where: { meta: {}, x: 1 } },
    ])
      expect(() => server.to(target as never), JSON.stringify(target)).toThrow(expect.objectContaining(refused))
    for (const exception of ['', null, [0], {}])
      expect(() => server.to('ann').except(exception as never)).toThrow(expect.objectContaining(refused))
    expect(() => server.to('ann').send('~wse:hi')).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
  })

  test('[W15] conn.others are the other devices of the same user', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [await guest('ann', 'phone'), await guest('ann', 'laptop'), await guest('bob')]
    const [phone, laptop, bob] = guests as [Guest, Guest, Guest]
    laptop.client.register('where', () => 'at home')
    expect(phone.conn.others.send('news', 'hi').sent).toBe(1)
    expect(await phone.conn.others.call('where')).toEqual([
      { cid: 'ann', conn_id: laptop.conn.conn_id, ok: true, value: 'at home' },
    ])
    expect(bob.conn.others.send('news', 'hi').sent).toBe(0)
    expect(await bob.conn.others.call('where')).toEqual([])
    expect([await phone.conn.others.isOnline(), await bob.conn.others.isOnline()]).toEqual([true, false])
    await settled(guests)
    expect(heardBy(guests)).toEqual([0, 1, 0])
    expect(server.clients.size).toBe(2)
  })

  test('[W14] strings and bytes are payloads like any other, for one, for some and for all', async (ends) => {
    const { server, guest } = await house(ends)
    const [ann, bob] = [await guest('ann'), await guest('bob')]
    const bytes = new Uint8Array([0, 1, 254, 255])
    server.send('ann', 'bytes', bytes)
    server.to(['ann', 'bob']).send('bytes', bytes)
    server.broadcast('bytes', bytes)
    for (const text of ['', 'text', '\u0000 🦆']) server.broadcast('news', text)
    await settled([ann, bob])
    const plain = (value: unknown) => (value instanceof Uint8Array ? [...value] : value)
    const got = ann.heard.map(([type, payload]) => [type, plain(payload)])
    const asBytes = ['bytes', [0, 1, 254, 255]]
    expect(got).toEqual([asBytes, asBytes, asBytes, ['news', ''], ['news', 'text'], ['news', '\u0000 🦆']])
    expect(bob.heard).toHaveLength(5)
  })

  test('[W15] [P17] broadcast leaves out the sender, or whoever is excepted', async (ends) => {
    const { server, guest } = await house(ends)
    const guests = [await guest('ann', 'phone'), await guest('ann', 'laptop'), await guest('bob')]
    server.channel.on('say', (conn, text) => server.broadcast('news', text, { except: conn }))
    const [phone] = guests as [Guest]
    phone.client.send('say', 'hi')
    await until(() => guests[2]?.heard.length === 1)
    expect(server.broadcast('news', 'hi', { except: ['bob', phone.conn] }).sent).toBe(1)
    expect(server.broadcast('news', 'hi', { except: 'ann', volatile: true }).sent).toBe(1)
    expect(() => server.broadcast('news', 'hi', { except: {} as never })).toThrow(
      expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }),
    )
    await settled(guests)
    expect(heardBy(guests)).toEqual([0, 2, 2])
  })

  test('[Q10] [W27] drop and revoke reach all of a target, and nobody else', async (ends) => {
    const { server, guest } = await house(ends)
    const [phone, laptop, bob, eve] = [
      await guest('ann', 'phone'),
      await guest('ann', 'laptop'),
      await guest('bob'),
      await guest('eve'),
    ]
    const closed = [phone, laptop, bob].map(({ client }) => client.when.closed())
    server.to({ where: { meta: { device: 'laptop' } } }).revoke()
    server.to(['ann', 'bob']).drop('enough')
    expect(await Promise.all(closed)).toEqual([
      [4506, 'enough'],
      [4503, 'wse.revoked'],
      [4506, 'enough'],
    ])
    await idle()
    expect([...server.clients.keys()]).toEqual(['eve'])
    expect(eve.client.status).toBe('READY')
  })
})
