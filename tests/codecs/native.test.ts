import { WSE_ERROR, WseError } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const everything = {
  at: new Date(1_700_000_000_123),
  parts: [new Uint8Array([1, 2, 3]), { last: new Uint8Array(0) }],
  scores: new Map<unknown, unknown>([
    ['ann', 1n],
    [5, new Set([new Date(-1)])],
  ]),
  seen: new Set([1, '1', 2n ** 70n]),
  float: Number.POSITIVE_INFINITY,
}

async function connected(ends: Ends) {
  const { server, url } = await ends.server({ protocol: msgpack })
  server.register('echo', (_, value) => value)
  const client = ends.client(url, { protocol: msgpack, re: true })
  return { server, client }
}

behaviour('MessagePack carries bytes, dates, maps, sets and bigints wherever they stand', (test) => {
  test('in calls, results, messages, broadcasts, errors, the welcome, the identity and what is said of it', async (ends) => {
    const server = await ends.server({
      protocol: msgpack,
      identify: ({ identity, meta, accept }) => accept('ann', { identity, meta }),
    })
    server.server.register('echo', (_, value) => value)
    server.server.register('fail', () => {
      throw new WseError('MINE', { everything })
    })
    const client = ends.client(server.url, { protocol: msgpack })
    expect(await client.connect(everything, everything)).toEqual({ identity: everything, meta: everything })
    expect(await client.call('echo', everything)).toEqual(everything)
    const heard: unknown[] = []
    client.channel.on('news', (value) => heard.push(value))
    server.server.broadcast('news', everything)
    connOf(server.server, 'ann').send('news', [everything], { volatile: true })
    await until(() => heard.length === 2)
    expect(heard).toEqual([everything, [everything]])
    await expect(client.call('fail')).rejects.toMatchObject({ code: 'MINE', details: { everything } })
    expect(connOf(server.server, 'ann').meta).toEqual(everything)
  })

  test('over a cut, and from before the first connection', async (ends) => {
    const { server, client } = await connected(ends)
    const heard: unknown[] = []
    server.channel.on('chat', (_, value) => heard.push(value))
    const connecting = client.connect('ann')
    expect(client.send('chat', everything)).toBe('queued')
    await connecting
    const retrying = client.when.retrying()
    connOf(server, 'ann').terminate()
    client.send('chat', everything)
    const { delay } = await retrying
    client.send('chat', everything)
    await ends.clock.advance(delay)
    await until(() => heard.length === 3)
    expect(heard).toEqual([everything, everything, everything])
  })

  const UNFIT: readonly [string, unknown, string][] = [
    ['a function', () => 1, WSE_ERROR.UNSERIALIZABLE],
    ['a symbol', Symbol('s'), WSE_ERROR.UNSERIALIZABLE],
    ['an invalid date', new Date(Number.NaN), WSE_ERROR.UNSERIALIZABLE],
    ['an array of floats', new Float64Array(1), WSE_ERROR.UNSERIALIZABLE],
    ['too deep', JSON.parse('['.repeat(100) + ']'.repeat(100)), WSE_ERROR.TOO_DEEP],
    ['larger than the client takes', 'x'.repeat(2_000_000), WSE_ERROR.TOO_LARGE],
  ]
  for (const [what, result, code] of UNFIT) {
    test(`T54 a result that is ${what} is answered with ${code}, and reported`, async (ends) => {
      const { server, client } = await connected(ends)
      server.register('get', () => result)
      const reported = server.when.error()
      await client.connect('ann')
      await expect(client.call('get')).rejects.toMatchObject({ code, details: { rpc: 'get' } })
      expect((await reported)[0].code).toBe(WSE_ERROR.RP_EXECUTION_FAILED)
      expect(await client.call('echo', 1)).toBe(1)
    })
  }
})
