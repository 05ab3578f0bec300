import { WseClient } from '@wse/client'
import { type WseConnection, WseServer } from '@wse/server'
import { createTestClock, createTransportPair, type MemoryTransport } from '@wse/testing'
import { expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'
import { LARGE } from './reader.js'

it('what a client holds back for a server it leaves still gets there, and then the link is closed', async () => {
  const clock = createTestClock()
  const heard: unknown[] = []
  const make = (name: string) => {
    const server = new WseServer({ identify: anyone, clock })
    server.channel.on('at', (_: WseConnection, n) => heard.push([name, n]))
    return server
  }
  const servers: Record<string, WseServer> = { 'ws://one': make('one'), 'ws://two': make('two') }
  const links: MemoryTransport[] = []
  const transport = (url: string) => {
    const [here, there] = createTransportPair({ clock })
    links.push(there)
    servers[url]?.accept(there, { headers: {} })
    return here
  }
  const client = new WseClient({ url: 'ws://one', clock, re: true, transport, jumpPolicy: () => true })
  await client.connect('ann')
  await clock.settle()
  links[0]?.pause()
  while (client.send('fill', LARGE) !== 'queued') await clock.settle()
  for (let n = 0; n < 5; n++) expect(client.send('at', n, { latest: '' })).toBe('queued')
  const drained = client.drained()
  await client.jump('ws://two')
  expect(client.send('at', 5, { latest: '' })).toBe('sent')
  await clock.settle()
  expect([heard, client.inspect().retiredSessions]).toEqual([[['two', 5]], 1])
  links[0]?.resume()
  await drained
  await clock.advance(2_000)
  expect([heard, client.inspect().retiredSessions]).toEqual([
    [
      ['two', 5],
      ['one', 4],
    ],
    0,
  ])
  await client.disconnect()
  await Promise.all(Object.values(servers).map((server) => server.close()))
  expect(clock.timers).toEqual([])
})
