import type { WseClient } from '@wse/client'
import type { ScriptedPeer } from '@wse/testing'
import { expect, vi } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { WebSocketTransport } from '../fixtures/web-socket-transport.js'
import { expectAlive, startServer } from './alive.js'
import { arrive, back, enter, errorsOf, expectTalks, lose, resetsOf, seconds } from './session-fixture.js'

// A second or so of work, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 20_000 })

const MESSAGES = 640
const PAD = 'x'.repeat(16 * 1_024)
const READERS = 18
/** What a session keeps at most, by default. */
const RING = 262_144
/** Messages in one turn: what nobody has had a turn to read must not pass for a reader that is slow. */
const TOGETHER = 16

/** Stops a peer from reading; what it gives back lets it read again. */
function deaf({ transport }: ScriptedPeer): () => void {
  const reader = transport instanceof WebSocketTransport ? transport.socket : transport
  reader.pause?.()
  return () => reader.resume?.()
}

/** A client, and how many of the broadcast messages it heard, in order. */
async function reader(ends: Ends, url: string, identity: string): Promise<{ client: WseClient; heard: number }> {
  const read = { client: ends.client(url, { re: true }), heard: 0 }
  read.client.channel.on('big', ({ n }) => {
    if (n === read.heard) read.heard++
  })
  await read.client.connect(identity)
  return read
}

behaviour('a broadcast of 10 MB', (test) => {
  test('T38 costs the one that is away its session, the one that does not read its link, and the others nothing', async (ends) => {
    const { server, url } = await startServer(ends, { heartbeat: false })
    const [errors, resets] = [errorsOf(server), resetsOf(server)]
    const readers = await Promise.all(Array.from({ length: READERS }, (_, n) => reader(ends, url, `reader ${n}`)))
    const away = await arrive(ends, server, url, 'away')
    await lose(server, away)
    const slow = await arrive(ends, server, url, 'slow')
    const listen = deaf(slow.peer)
    const [lost, left] = [[] as unknown[], [] as unknown[]]
    server.when.suspended((conn) => lost.push(conn.cid))
    server.when.disconnected((conn, code) => left.push(`${conn.cid} ${code}`))

    const first = server.broadcast('big', { n: 0, pad: PAD })
    expect(first).toEqual({ sent: READERS + 1, queued: 1, dropped: 0 })
    let most = 0
    for (let n = 1; n < MESSAGES; n++) {
      server.broadcast('big', { n, pad: PAD })
      most = Math.max(most, server.inspect().suspendedBytes ?? Number.NaN)
      if (n % TOGETHER === 0) await idle(2)
    }
    await until(() => readers.every(({ heard }) => heard === MESSAGES))
    // A socket's buffers may hold so much of it that only time shows that nobody reads.
    while (lost.length === 0) await seconds(ends, 1)
    listen()
    expect(await slow.peer.closed).toEqual({ code: 4002, reason: 'wse.slow-reader' })
    expect([lost, errors.map(({ code }) => code)]).toEqual([['slow'], ['wse.server.slow-reader']])
    expect(readers.every(({ client }) => client.status === 'READY')).toBe(true)
    expect(most).toBeLessThanOrEqual(2 * RING)
    await until(() => server.inspect().links === READERS)

    // What the slow one was sent is no longer held, nor what the other missed.
    for (const one of [away, slow]) {
      const again = await enter(ends, url, back(one.session, 2))
      expect(again.session).toMatchObject({ resumed: false, reason: 'server-buffer', received: 0 })
      await expectTalks(server, again)
    }
    expect(resets.sort()).toEqual(['away server-buffer', 'slow server-buffer'])
    expect(left.sort()).toEqual(['away 1006', 'slow 4002'])
    await expectAlive(ends, url)
  })
})
