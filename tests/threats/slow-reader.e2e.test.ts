import type { LimitOptions, WseConnection, WseServer } from '@wse/server'
import { createScriptedPeer } from '@wse/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { turn } from '../../packages/testing/src/turn.js'
import { Ends } from '../fixtures/ends.js'
import { connOf, idle, until } from '../fixtures/listen.js'
import { WebSocketTransport } from '../fixtures/web-socket-transport.js'
import { expectAlive, startServer } from './alive.js'

const MIB = 1_048_576
const FRAME = 'x'.repeat(64 * 1_024)
/** More than any kernel keeps for a socket, in frames. */
const ENDLESS = 2_000

let ends: Ends
let server: WseServer
let url: string
let socket: WebSocket
let conn: WseConnection

beforeEach(async () => {
  ends = new Ends('ws')
  await enter()
})

/** A client that does not read, at a server of its own. */
async function enter(limits: LimitOptions = {}): Promise<void> {
  socket?.terminate()
  const started = await startServer(ends, { limits, heartbeat: false })
  server = started.server
  url = started.url
  const peer = ends.peer(url)
  await peer.greet({ identity: 'slow' })
  socket = (peer.transport as WebSocketTransport).socket
  conn = connOf(server, 'slow')
  socket.pause()
}

afterEach(async () => {
  await expectAlive(ends, url)
  socket.terminate()
  expect(await ends.end()).toEqual([])
})

/** Sends, a frame a turn, until that many bytes stay with the server because the kernel takes no more. */
async function fillUp(bytes: number): Promise<void> {
  for (let i = 0; i < ENDLESS && conn.buffered <= bytes; i++) {
    conn.send('frame', FRAME)
    await turn()
  }
  await idle()
  expect(conn.buffered).toBeGreaterThan(bytes)
}

it('[H6] T60 a socket that is not read: above 256 KiB volatile messages are dropped, others wait', async () => {
  await fillUp(256 * 1_024)
  const before = conn.buffered
  for (let i = 0; i < 100; i++) expect(conn.send('cursor', FRAME, { volatile: true })).toBe('dropped')
  expect(conn.buffered).toBe(before)
  expect(conn.send('frame', FRAME)).toBe('queued')
  expect(conn.buffered).toBeGreaterThan(before)
  expect(conn.readyState).toBe(1)
})

it('T60 a socket that is not read: above 4 MiB it is closed with 4002 at once, its neighbours hear all', async () => {
  const neighbour = ends.client(url)
  let heard = 0
  neighbour.channel.on('frame', () => heard++)
  await neighbour.connect('neighbour')
  const left = server.when.left()
  let [sent, most] = [0, 0]
  while (conn.readyState === 1 && sent < ENDLESS) {
    server.broadcast('frame', FRAME)
    sent++
    most = Math.max(most, conn.buffered)
    await until(() => heard === sent)
  }
  expect((await left).slice(1)).toEqual([4002, 'wse.slow-reader'])
  expect(most).toBeLessThan(4 * MIB + 2 * FRAME.length)
  expect(sent).toBeLessThan(ENDLESS)
  expect(server.clients.has('slow')).toBe(false)
})

it('T60 a socket that is not read: above 1 MiB it is closed with 4002 after five seconds without a byte', async () => {
  await fillUp(1.5 * MIB)
  const left = server.when.left()
  await ends.clock.advance(4_000)
  expect([conn.readyState, server.inspect().slowReaders]).toEqual([1, 1])
  await ends.clock.advance(2_000)
  expect((await left).slice(1)).toEqual([4002, 'wse.slow-reader'])
  expect(server.inspect().slowReaders).toBe(0)
})

it('T60 a socket that is not read: its close is not waited for longer than five seconds', async () => {
  await fillUp(1.5 * MIB)
  conn.drop('enough')
  expect([conn.readyState, server.inspect().links]).toEqual([2, 1])
  await ends.clock.advance(5_000)
  await until(() => server.inspect().links === 0)
  expect([conn.readyState, conn.buffered]).toEqual([3, 0])
})

it('T60 a socket that is read again in time gets everything, in order', async () => {
  const got: number[] = []
  socket.on('message', (data: Buffer) => got.push(JSON.parse(data.toString())[1].n))
  let sent = 0
  for (; sent < ENDLESS && conn.buffered <= 1.5 * MIB; sent++) {
    conn.send('frame', { n: sent, FRAME })
    await turn()
  }
  await ends.clock.advance(4_000)
  socket.resume()
  await until(() => got.length === sent)
  await ends.clock.advance(10_000)
  expect(got).toEqual(Array.from({ length: sent }, (_, n) => n))
  expect([conn.readyState, conn.buffered, server.inspect().slowReaders]).toEqual([1, 0, 0])
})

/** The client reads, a message at a time, until the network has taken something of the server's. */
async function readSome(): Promise<void> {
  const before = conn.raw.bytesWritten ?? 0
  while ((conn.raw.bytesWritten ?? 0) === before && conn.buffered > 0) {
    socket.once('message', () => socket.pause())
    socket.resume()
    await turn()
  }
}

it('T60 a socket that is read slowly but steadily is kept, though a large write stays unfinished for long', async () => {
  await enter({ messageBytes: 16 * MIB })
  await fillUp(30 * MIB)
  let [rounds, unchanged, longest] = [0, 0, 0]
  while (conn.buffered > MIB) {
    const before = conn.buffered
    await readSome()
    unchanged = conn.buffered === before ? unchanged + 1 : 0
    longest = Math.max(longest, unchanged)
    await ends.clock.advance(4_000)
    expect([rounds++, conn.readyState]).toEqual([rounds - 1, 1])
  }
  // What is buffered alone would have looked like a standstill of more than five seconds.
  expect(longest).toBeGreaterThan(1)
  socket.resume()
})

it('T60 a socket whose messages are still being compressed is drained once the network has them, too', async () => {
  const { server: other, url: at } = await ends.server({ perMessageDeflate: { threshold: 0 } })
  const transport = new WebSocketTransport(at, 'wse-default-json', true)
  const peer = createScriptedPeer(transport)
  await peer.greet({ identity: 'compressed' })
  const compressed = connOf(other, 'compressed')
  expect(transport.socket.extensions).toContain('permessage-deflate')
  for (let n = 0; n < 30; n++) compressed.send('n', `${n} ${FRAME}`)
  const drained = compressed.drained()
  expect(compressed.buffered).toBeGreaterThan(MIB)
  await drained
  expect(compressed.buffered).toBe(0)
  transport.terminate()
})
