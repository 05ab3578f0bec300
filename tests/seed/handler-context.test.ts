import type { WseConnection } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { started } from '../streams/fixture.js'

behaviour('a handler', { codecs: 'all' }, (test) => {
  test('[Q1] [Q17] of a call gets the connection, the data, an id of the request and the user', async (ends) => {
    const { server, client, conn } = await started(ends)
    const seen: unknown[] = []
    server.register('ask', (by, data, ctx) => {
      seen.push(by, by.conn_id, data, by.client, by.cid)
      expect(typeof ctx.requestId).toBe('string')
      return null
    })
    await client.call('ask', { room: 5 })
    expect(seen).toEqual([conn, conn.conn_id, { room: 5 }, conn.client, 'ann'])
  })

  test('[Q1] of a message gets the same', async (ends) => {
    const { server, client, conn } = await started(ends)
    const seen: unknown[] = []
    server.message('note', (by: WseConnection, data: unknown, ctx) => {
      seen.push(by, data, ctx.user, typeof ctx.requestId)
    })
    client.send('note', 'hi')
    await until(() => seen.length > 0)
    expect(seen).toEqual([conn, 'hi', conn.client, 'string'])
  })

  test('[Q4] never sees an id twice, of calls and messages alike', async (ends) => {
    const { server, client } = await started(ends)
    const ids: string[] = []
    server.register('ask', (_, __, ctx) => ids.push(ctx.requestId))
    server.message('note', (_conn, _data, ctx) => ids.push(ctx.requestId))
    for (let n = 0; n < 50; n++) client.send('note', n)
    await Promise.all(Array.from({ length: 50 }, (_, n) => client.call('ask', n)))
    expect(new Set(ids).size).toBe(100)
  })

  test('[Q2] [H18] gets objects, texts and bytes as they were sent, and answers with any of them', async (ends) => {
    const { server, client } = await started(ends)
    const heard: unknown[] = []
    server.register('echo', (_, data) => data)
    server.channel.on('note', (_conn, data) => heard.push(data))
    const values = [{ a: [1] }, 'text', Uint8Array.of(0, 255), '{"a":1}']
    for (const value of values) {
      expect(await client.call('echo', value)).toEqual(value)
      client.send('note', value)
    }
    await until(() => heard.length === values.length)
    expect(heard).toEqual(values)
  })
})
