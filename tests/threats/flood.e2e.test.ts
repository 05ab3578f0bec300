import { afterEach, beforeEach, expect, it } from 'vitest'
import { Ends } from '../fixtures/ends.js'
import { connOf, until } from '../fixtures/listen.js'
import type { WebSocketTransport } from '../fixtures/web-socket-transport.js'
import { expectAlive, startServer } from './alive.js'

/** What one client sends at once: more than any kernel keeps for a socket. */
const MESSAGES = 10_000
const FRAME = JSON.stringify(['n', 'x'.repeat(4_096)])
/** What anybody may send at once, and how many calls another makes meanwhile. */
const [BURST, CALLS] = [250, 200]

let ends: Ends
beforeEach(() => {
  ends = new Ends('ws')
})
afterEach(async () => {
  expect(await ends.end()).toEqual([])
})

it('T61: a socket that sends 10,000 messages at once is not read beyond its rate, and calls of others go on', async () => {
  const limits = { messageRate: { perSecond: 10, burst: BURST } }
  const { server, url } = await startServer(ends, { limits, heartbeat: false })
  let heard = 0
  server.channel.on('n', () => heard++)
  const client = ends.client(url)
  await client.connect('ann')
  const peer = ends.peer(url)
  await peer.greet({ identity: 'mallory' })
  const { socket } = peer.transport as WebSocketTransport
  for (let i = 0; i < MESSAGES; i++) socket.send(FRAME)
  await until(() => heard >= BURST - 1)
  for (let i = 0; i < CALLS; i++) expect(await client.call('add', { a: i, b: 1 })).toBe(i + 1)
  // Read is what was there when the bucket was empty, and since then what its rate allows.
  expect(heard).toBeLessThan(MESSAGES / 10)
  expect(socket.bufferedAmount).toBeGreaterThan(0)
  expect(connOf(server, 'mallory').readyState).toBe(1)
  socket.terminate()
  await expectAlive(ends, url)
})
