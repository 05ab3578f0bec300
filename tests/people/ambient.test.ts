import { WSE_ERROR } from '@wse/server'
import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { house } from './house.js'

behaviour('[Q8] [E19] the current user', { codecs: 'all' }, (test) => {
  test('is whoever a job runs for, wherever its promises lead, and is reached by reply', async (ends) => {
    const { server, guest } = await house(ends)
    const [phone, laptop, bob] = [await guest('ann', 'phone'), await guest('ann', 'laptop'), await guest('bob')]
    const job = async () => {
      await idle(2)
      expect(server.current()).toEqual({ cid: 'ann' })
      expect(server.as('bob', () => server.current())).toEqual({ cid: 'bob' })
      return server.reply('news', 'done').sent
    }
    expect(await server.as('ann', job)).toBe(2)
    await until(() => phone.heard.length + laptop.heard.length === 2)
    expect([server.current(), bob.heard]).toEqual([null, []])
    expect({ ...server.as('eve', () => server.reply('news')) }).toEqual({ sent: 0, queued: 0, dropped: 0 })
  })

  test('is whose message or call is handled, with ambient: true', async (ends) => {
    const { server, guest } = await house(ends, { ambient: true })
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    const seen: unknown[] = []
    server.channel.on('hello', async () => {
      await idle(2)
      const { cid, conn } = server.current() ?? {}
      seen.push([cid, conn?.conn_id])
      server.reply('news', 'hello')
    })
    server.register('who', async () => {
      await idle(2)
      return server.current()?.cid
    })
    phone.client.send('hello')
    await until(() => phone.heard.length + laptop.heard.length === 2)
    expect(seen).toEqual([['ann', phone.conn.conn_id]])
    const bob = await guest('bob')
    expect(await Promise.all([bob, laptop, bob].map(({ client }) => client.call('who')))).toEqual(['bob', 'ann', 'bob'])
    expect(server.current()).toBeNull()
  })

  test('is nobody in handlers without it, and reply says so', async (ends) => {
    const { server, guest } = await house(ends)
    const ann = await guest('ann')
    server.register('who', () => server.current())
    expect(await ann.client.call('who')).toBeNull()
    expect(() => server.reply('news')).toThrow(expect.objectContaining({ code: WSE_ERROR.NO_CLIENT_CONNECTION }))
    for (const cid of ['', 0, null, undefined, {}])
      expect(() => server.as(cid as never, () => 1)).toThrow(
        expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }),
      )
    expect(() => server.as('ann', 1 as never)).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }))
  })

  test('fails as the job fails, and is over when the server is', async (ends) => {
    const { server } = await house(ends)
    const boom = () => {
      throw new Error('boom')
    }
    expect(() => server.as('ann', boom)).toThrow('boom')
    await server.as('ann', async () => {
      await server.close()
      expect(server.current()).toBeNull()
    })
    expect(server.as('ann', () => [server.current()])).toEqual([null])
  })
})
