import type { Identify, WseServer } from '@wse/server'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'

const hi = (identity: unknown, meta: unknown = {}) => ['~wse:hi', { identity, meta, v: 5 }]

/** Everything a server tells of people coming and going. */
function record(server: WseServer): string[] {
  const events: string[] = []
  server.when.joined(() => events.push('joined'))
  server.when.connected(() => events.push('connected'))
  server.when.disconnected(() => events.push('disconnected'))
  server.when.left(() => events.push('left'))
  server.channel.on('early', () => events.push('early'))
  return events
}

behaviour('before authentication', (test) => {
  test('T13 silence is closed with 4008 after five seconds, not sooner', async (ends) => {
    const { server, url } = await startServer(ends)
    const events = record(server)
    const peer = ends.peer(url)
    await until(() => server.inspect().strangers === 1, ends.clock)
    await ends.clock.advance(4_999)
    expect(peer.closedWith).toBeNull()
    await ends.clock.advance(1)
    expect((await peer.closed).code).toBe(4008)
    expect(events).toEqual([])
    await expectAlive(ends, url)
  })

  test('T13 a challenge nobody answers is closed with 4008 after fifteen seconds', async (ends) => {
    const { server, url } = await startServer(ends)
    server.useChallenge((_identity, _meta, quest) => quest('who?'))
    const peer = ends.peer(url)
    peer.send(hi('mallory'))
    await peer.next()
    await ends.clock.advance(15_000)
    expect((await peer.closed).code).toBe(4008)
  })

  test('T15 whatever comes before ~wse:hi runs nothing and is closed with 4500', async (ends) => {
    const { server, url } = await startServer(ends)
    const events = record(server)
    for (const frame of [
      ['early', 1],
      ['add', { a: 1, b: 2 }, 1],
      ['~wse:ack', 1],
      ['~wse:pong', { sent: 0, received: 0 }],
      ['~wse:challenge', 1],
      'junk',
    ]) {
      const peer = ends.peer(url)
      peer.send(frame)
      expect((await peer.closed).code).toBe(4500)
      expect(peer.received).toEqual([])
    }
    expect(events).toEqual([])
    await expectAlive(ends, url)
  })

  test('T16 a second ~wse:hi changes nobody and is closed with 4500', async (ends) => {
    const { server, url } = await startServer(ends)
    const events = record(server)
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    peer.send(hi('root'))
    expect((await peer.closed).code).toBe(4500)
    expect(events).toEqual(['joined', 'connected', 'disconnected', 'left'])
    expect(server.clients.has('root')).toBe(false)
  })

  const failing: [string, Identify, number][] = [
    [
      'throws',
      () => {
        throw new Error('cold')
      },
      4009,
    ],
    ['rejects', () => Promise.reject(new Error('cold')), 4009],
    ['accepts an object', ({ accept }) => accept({} as string), 4009],
    ['accepts a name without end', ({ accept }) => accept('x'.repeat(200)), 4009],
    ['welcomes with what cannot be sent', ({ accept }) => accept('ann', 1n), 4009],
    ['refuses', ({ refuse }) => refuse(), 4501],
    ['accepts false', ({ accept }) => accept(false), 4501],
    ['accepts nothing', ({ accept }) => accept(''), 4501],
    ['accepts zero', ({ accept }) => accept(0), 4501],
    ['accepts null', ({ accept }) => accept(null), 4501],
    [
      'refuses and accepts',
      ({ accept, refuse }) => {
        refuse()
        accept('ann')
      },
      4501,
    ],
  ]
  for (const [what, identify, code] of failing) {
    test(`T17 an identify that ${what} is closed with ${code}, and nothing happened`, async (ends) => {
      const { server, url } = await ends.server({ identify })
      const events = record(server)
      const peer = ends.peer(url)
      peer.send(['~wse:hi', { identity: 'ann', meta: {} }])
      peer.send(['early', 1])
      const { code: seen } = await peer.closed
      expect(seen).toBe({ 4009: 1013, 4501: 1000 }[code])
      const modern = ends.peer(url)
      modern.send(hi('ann'))
      expect((await modern.closed).code).toBe(code)
      expect(events).toEqual([])
      expect([server.clients.size, server.inspect().handshakes]).toEqual([0, 0])
    })
  }

  test('T17 an identify that never settles is given up after five seconds with 4009', async (ends) => {
    const { server, url } = await ends.server({ identify: () => new Promise(() => {}) })
    const events = record(server)
    const peer = ends.peer(url)
    peer.send(hi('ann'))
    await until(() => server.inspect().strangers === 0 && server.inspect().handshakes === 1, ends.clock)
    await ends.clock.advance(5_000)
    expect((await peer.closed).code).toBe(4009)
    expect(events).toEqual([])
  })

  test('T17 an identify that answers after its link is gone lets nobody in', async (ends) => {
    const accepts: (() => void)[] = []
    const { server, url } = await ends.server({ identify: ({ accept }) => accepts.push(() => accept('ghost')) })
    const events = record(server)
    const peer = ends.peer(url)
    peer.send(hi('ghost'))
    await until(() => accepts.length === 1, ends.clock)
    peer.transport.terminate()
    await until(() => server.inspect().links === 0, ends.clock)
    for (const accept of accepts) accept()
    expect([events, server.clients.size]).toEqual([[], 0])
  })

  test('T17 an identify that accepts twice is taken at its first word', async (ends) => {
    const { server, url } = await ends.server({
      identify: ({ accept }) => {
        accept('ann')
        accept('bob')
      },
    })
    const client = ends.client(url)
    await client.connect()
    expect([client.cid, [...server.clients.keys()]]).toEqual(['ann', ['ann']])
  })

  test('T26 meta reaches no prototype', async (ends) => {
    const { server, url } = await startServer(ends)
    const connected = server.when.connected()
    const peer = ends.peer(url)
    peer.send(
      '["~wse:hi",{"identity":"m","v":5,"meta":{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}}]',
    )
    const conn = await connected
    expect(conn.meta.isAdmin).toBeUndefined()
    expect(conn.client.meta.isAdmin).toBeUndefined()
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  test('[W7] T28 credentials show neither in what a connection logs as nor in errors', async (ends) => {
    const { server, url } = await startServer(ends, { identify: ({ accept }) => accept('ann') })
    const logged: unknown[] = []
    server.when.error((error) => logged.push(JSON.stringify(error), String(error)))
    const connected = server.when.connected()
    const peer = ends.peer(url)
    await peer.greet({ identity: { token: 'hunter2' } })
    const conn = await connected
    logged.push(JSON.stringify(conn), Object.entries(conn), JSON.stringify(conn.client))
    peer.send(['~wse:nonsense', 'hunter2'])
    await peer.closed
    expect(JSON.stringify(logged)).not.toContain('hunter2')
    expect(conn.identity).toEqual({ token: 'hunter2' })
  })
})

/** Goes on turn by turn until something is so; fails the test by its time-out if it never is. */
async function until(so: () => boolean, clock: { settle(): Promise<void> }): Promise<void> {
  while (!so()) await clock.settle()
}
