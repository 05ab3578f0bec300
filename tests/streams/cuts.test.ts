import { expect } from 'vitest'
import { connOf, retries, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from './fixture.js'

/** Bytes that repeat so late that a piece lost, doubled or moved would show. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7_919) % 251)
}

behaviour('streams over lost links', { codecs: 'all' }, (test) => {
  test('of items go on exactly where they were, both ways at once', async (ends) => {
    const { server, client } = await started(ends)
    const attempts = retries(client)
    server.register('double', async function* (_, __, { chunks }) {
      for await (const n of chunks) yield 2 * n
      return 'done'
    })
    async function* numbers() {
      for (let n = 0; n < 300; n++) yield n
    }
    const doubled: unknown[] = []
    const double = client.stream('double', null, { chunks: numbers() })
    for (let next = await double.next(); ; next = await double.next()) {
      if (next.done) {
        expect(next.value).toBe('done')
        break
      }
      doubled.push(next.value)
      if (doubled.length % 60 !== 0) continue
      connOf(server, 'ann').terminate()
      await ends.clock.advance((await attempts.next()).delay)
      await until(() => client.status === 'READY')
    }
    expect(doubled).toEqual(Array.from({ length: 300 }, (_, n) => 2 * n))
  })

  test('of bytes are exact to the byte, and end no session', async (ends) => {
    const { server, client, conn } = await started(ends)
    const attempts = retries(client)
    const resets: unknown[] = []
    client.when.reset((reset) => resets.push(reset))
    const file = noise(3_000_000)
    server.streams.on('download', async (_, stream) => {
      await stream.write(file)
      stream.end()
    })
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of client.openStream('download')) {
      pieces.push(piece)
      size += piece.length
      if (pieces.length % 40 !== 0) continue
      connOf(server, 'ann').terminate()
      await ends.clock.advance((await attempts.next()).delay)
      await until(() => client.status === 'READY')
    }
    expect(Buffer.concat(pieces).equals(file)).toBe(true)
    expect([size, resets, connOf(server, 'ann')]).toEqual([3_000_000, [], conn])
  })

  test('send nothing while there is no link, however much credit there is', async (ends) => {
    const { server, client, conn } = await started(ends)
    const attempts = retries(client)
    let made = 0
    server.register('flood', async function* () {
      for (;;) {
        made++
        yield 'x'.repeat(1_000)
      }
    })
    const flood = client.stream('flood')
    await flood.next()
    await until(() => made > 60)
    const before = made
    conn.terminate()
    await until(() => conn.state === 'suspended')
    await all({ [Symbol.asyncIterator]: () => take(flood, 40) })
    expect(made - before).toBeLessThanOrEqual(1)
    await ends.clock.advance((await attempts.next()).delay)
    await until(() => made > before + 20)
    await flood.return?.()
  })

  test('end where the session is over: the reader, the handler and its source are told', async (ends) => {
    const { server, client, conn } = await started(ends)
    const told: string[] = []
    server.register('endless', async function* (_, __, { signal }) {
      signal.addEventListener('abort', () => told.push(signal.reason.code))
      try {
        for (;;) yield 'x'.repeat(10_000)
      } finally {
        told.push('source')
      }
    })
    const endless = client.stream('endless')
    await endless.next()
    server.revoke('ann', { conn_id: conn.conn_id })
    await expect(all(endless)).rejects.toMatchObject({ details: { disconnected: [4503, 'wse.revoked'] } })
    await until(() => told.length === 2)
    expect(told.sort()).toEqual(['source', 'wse.client.rp.disconnect'])
  })
})

/** The next `count` items. */
async function* take(items: AsyncIterator<unknown>, count: number) {
  for (let i = 0; i < count; i++) yield (await items.next()).value
}
