import { WSE_STATUS } from '@wse/client'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('a jump to the same server with room for one device', (test) => {
  test('stays READY, and leaves the place it had', async (ends) => {
    const { server, url } = await ends.server({ connPerUser: 1 })
    const client = ends.client(url)
    await client.connect('ann')
    const seen: unknown[] = []
    client.when.updated((status) => seen.push(status))
    client.when.closed((code) => seen.push(code))
    await client.jump(url)
    expect(client.status).toBe(WSE_STATUS.READY)
    server.register('add', (_, { a, b }) => a + b)
    expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    expect(seen).toEqual([])
    // The old link is the client's to close, once the new one is ready: it is no second device meanwhile.
    await until(() => server.clients.get('ann')?.conns.size === 1)
  })
})
