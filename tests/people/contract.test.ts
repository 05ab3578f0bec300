import { defineContract, rpc } from '@wse/protocol'
import { WSE_ERROR } from '@wse/server'
import * as v from 'valibot'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { house } from './house.js'

const contract = defineContract({
  client: { calls: { which: rpc({ output: v.string() }) }, messages: { news: v.string(), last: v.undefined() } },
})

behaviour('targets with a contract', { codecs: 'all' }, (test) => {
  test('[W15] say and ask what it has, and are told once of what was sent', async (ends) => {
    const sent: unknown[] = []
    const { server, guest } = await house(ends, {
      contract,
      outgoing: 'always',
      log: { sent: (event) => sent.push([event.name, event.kind === 'message' && event.delivery]) },
    })
    const [phone, laptop] = [await guest('ann', 'phone'), await guest('ann', 'laptop')]
    const wrong = expect.objectContaining({ code: WSE_ERROR.INVALID_PAYLOAD })
    for (const target of [server.to('ann'), phone.conn.others]) expect(() => target.send('news', 1)).toThrow(wrong)
    expect(() => server.to('ann').send('chat', 'hi')).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_NAME }))
    expect(sent).toEqual([])
    expect([server.to('ann').send('news', 'hi').sent, phone.conn.others.send('news', 'you').sent]).toEqual([2, 1])
    await until(() => laptop.heard.length === 2)
    expect(sent).toEqual([
      ['news', { sent: 2, queued: 0, dropped: 0 }],
      ['news', { sent: 1, queued: 0, dropped: 0 }],
    ])
    phone.client.register('which', () => 1)
    laptop.client.register('which', () => 'laptop')
    expect(await server.to('ann').call('which', undefined, { device: 'all' })).toMatchObject([
      { conn_id: phone.conn.conn_id, ok: false, error: { code: WSE_ERROR.INVALID_PAYLOAD } },
      { conn_id: laptop.conn.conn_id, ok: true, value: 'laptop' },
    ])
    expect(await server.call('ann', 'which', undefined, { device: 'any' })).toBe('laptop')
  })
})
