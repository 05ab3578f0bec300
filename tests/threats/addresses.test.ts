import { WseServer } from '@wse/server'
import { createScriptedPeer, createTestClock, createTransportPair } from '@wse/testing'
import { expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'

it.each([
  [0, '203.0.113.7', '::ffff:192.0.2.1', '192.0.2.1'],
  [1, '10.0.0.1\tEVIL', '192.0.2.1', '192.0.2.1'],
  [1, '1.1.1.1, 203.0.113.7', '192.0.2.1', '203.0.113.7'],
  [3, '9.9.9.9, 203.0.113.7, 10.0.0.2, 10.0.0.1', '192.0.2.1', '203.0.113.7'],
  [3, '203.0.113.7', '192.0.2.1', '192.0.2.1'],
  [1, '2001:db8::7', '192.0.2.1', '2001:db8::7'],
  [1, '203.0.113.7:50123', '192.0.2.1', '203.0.113.7'],
  [1, '[2001:db8::7]:50123', '192.0.2.1', '2001:db8::7'],
  [1, '[2001:db8::7]', '192.0.2.1', '2001:db8::7'],
  [1, '[2001:db8::7', '192.0.2.1', '192.0.2.1'],
])('T27 behind %i trusted proxies X-Forwarded-For "%s" from %s is %s', async (trustProxy, header, socket, expected) => {
  const clock = createTestClock()
  const server = new WseServer({ identify: anyone, trustProxy, clock })
  const [here, there] = createTransportPair({ clock })
  const connected = server.when.connected()
  server.accept(there, { headers: { 'x-forwarded-for': header }, remoteAddress: socket })
  await createScriptedPeer(here).greet({ identity: 'ann' })
  expect((await connected).remote_addr).toBe(expected)
  await server.close()
})
