import type { WseServer } from '@wse/server'
import { expect, vi } from 'vitest'
import type { Ends, TransportName } from '../fixtures/ends.js'
import { behaviour } from '../fixtures/matrix.js'
import { expectAlive, startServer } from './alive.js'
import {
  arrive,
  back,
  connBy,
  device,
  type Entered,
  enter,
  expectTalks,
  handled,
  lose,
  resetsOf,
} from './session-fixture.js'

// A second or so of work, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 20_000 })

const WINDOW = 10_000

behaviour('a device that is away', { codecs: 'all' }, (test) => {
  for (const [away, resumed] of [
    [WINDOW - 1, true],
    [WINDOW, false],
    [WINDOW + 1, false],
  ] as const) {
    test(`T36 for ${away} of ${WINDOW} ms ${resumed ? 'goes on' : 'begins anew, and is told how far it got'}`, async (ends) => {
      const { server, url } = await startServer(ends, { resume: { window: WINDOW }, heartbeat: false })
      const resets = resetsOf(server)
      const ann = await arrive(ends, server, url)
      expect(ann.session.window).toBe(WINDOW)
      for (let n = 0; n < 3; n++) ann.peer.send(['m', n])
      await handled(server, ann.peer)
      await lose(server, ann)
      connBy(server, ann.session.id).send('n', 1)
      await ends.clock.advance(away)
      const again = await enter(ends, url, back(ann.session, 2, { first: 4 }))
      expect(again.session).toMatchObject({ resumed, received: 3, ...(resumed ? {} : { reason: 'window' }) })
      expect(again.session.id === ann.session.id).toBe(resumed)
      expect(resets).toEqual(resumed ? [] : ['ann window'])
      if (resumed) expect(await again.peer.next()).toEqual(['n', 1])
      await expectTalks(server, again)
      await expectAlive(ends, url)
    })
  }
})

/** Opens and cuts of one test; a socket takes its time. */
const COUNT: Record<TransportName, number> = { memory: 2_000, ws: 400 }
const TOGETHER = 50

/** A message that every device is sent and does not acknowledge, so that it has to be kept. */
const KEPT = 'x'.repeat(1_000)

interface Crowd {
  readonly identity: (n: number) => string
  readonly count: number
  /** Looks at the server after every few of them. */
  watch(): void
}

/** Many devices that come, are sent something, and are cut. */
async function comeAndGo(ends: Ends, server: WseServer, url: string, crowd: Crowd): Promise<Entered[]> {
  const all: Entered[] = []
  for (let at = 0; at < crowd.count; at += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, crowd.count - at) }, (_, n) => at + n)
    const some = await Promise.all(
      numbers.map((n) => enter(ends, url, { ...device(crowd.identity(n)), instance: `phone ${n}` })),
    )
    // One after the other, so that the oldest is known.
    for (const one of some) {
      connBy(server, one.session.id).send('kept', KEPT)
      const gone = server.when.suspended()
      one.peer.transport.terminate()
      await gone
    }
    all.push(...some)
    crowd.watch()
  }
  return all
}

/** How device `n` is taken when it comes back. */
async function again(ends: Ends, url: string, all: readonly Entered[], n: number) {
  const { session } = all[n] as Entered
  const returned = await enter(ends, url, { ...back(session, 2), instance: `phone ${n}` })
  const { resumed, reason, id } = returned.session
  return { ...returned, how: resumed && id === session.id ? 'resumed' : reason }
}

behaviour('devices that come and go without end', { codecs: 'all' }, (test) => {
  test('T37 of one identity leave five that wait; the oldest are told they were evicted', async (ends, transport) => {
    const count = COUNT[transport]
    const { server, url } = await startServer(ends, { connPerUser: 10_000 })
    const seen: number[] = []
    const watch = () => seen.push(server.inspect().suspended ?? Number.NaN)
    const all = await comeAndGo(ends, server, url, { identity: () => 'ann', count, watch })
    expect(Math.max(...seen)).toBe(5)
    expect(server.inspect()).toMatchObject({ suspended: 5, connections: 5, instances: 5, tokens: 5 })
    for (const n of [0, count >> 1, count - 6]) {
      const evicted = await again(ends, url, all, n)
      expect(evicted.how).toBe('evicted')
      await expectTalks(server, evicted)
    }
    for (let n = count - 5; n < count; n++) expect((await again(ends, url, all, n)).how).toBe('resumed')
    expect(server.inspect()).toMatchObject({ suspended: 0, suspendedBytes: 0 })
    await expectAlive(ends, url)
  })

  for (const [what, resume, most] of [
    ['number', { suspended: 100, perIdentity: 5 }, 100],
    ['bytes', { suspended: 100, suspendedBytes: 40_000, perIdentity: 5 }, 39],
  ] as const) {
    test(`T37 of as many identities leave what the server has room for in ${what}`, async (ends, transport) => {
      const count = COUNT[transport]
      const { server, url } = await startServer(ends, { resume })
      const seen: { suspended: number; suspendedBytes: number }[] = []
      const watch = () => {
        const { suspended = Number.NaN, suspendedBytes = Number.NaN } = server.inspect()
        seen.push({ suspended, suspendedBytes })
      }
      const all = await comeAndGo(ends, server, url, { identity: (n) => `user ${n}`, count, watch })
      const fits = Math.floor(40_000 / (KEPT.length + '["kept",""]'.length))
      expect([fits, Math.max(...seen.map(({ suspended }) => suspended))]).toEqual([39, most])
      if (what === 'bytes') expect(Math.max(...seen.map((one) => one.suspendedBytes))).toBeLessThanOrEqual(40_000)
      expect(server.inspect()).toMatchObject({ suspended: most, clients: most, tokens: most })
      // Even memory of the dead is bounded: the very first are forgotten, those who had to go last are told.
      expect((await again(ends, url, all, 0)).how).toBe('unknown-session')
      const evicted = await again(ends, url, all, count - most - 1)
      expect(evicted.how).toBe('evicted')
      await expectTalks(server, evicted)
      for (const n of [count - most, count - 1]) expect((await again(ends, url, all, n)).how).toBe('resumed')
      await expectAlive(ends, url)
    })
  }

  test('T37 what is sent to those who wait counts as well, and costs the oldest first', async (ends) => {
    const resume = { suspended: 100, suspendedBytes: 40_000 }
    const { server, url } = await startServer(ends, { resume })
    const crowd = { identity: (n: number) => `user ${n}`, count: 30, watch: () => {} }
    const all = await comeAndGo(ends, server, url, crowd)
    expect(server.inspect().suspended).toBe(30)
    for (let n = 0; n < 3; n++) {
      server.broadcast('kept', KEPT)
      expect(server.inspect().suspendedBytes).toBeLessThanOrEqual(40_000)
    }
    // Four messages of some 1,011 characters each: nine devices have room.
    expect(server.inspect().suspended).toBe(9)
    expect((await again(ends, url, all, 20)).how).toBe('evicted')
    const kept = await again(ends, url, all, 21)
    expect(kept.how).toBe('resumed')
    for (let n = 0; n < 4; n++) expect(await kept.peer.next()).toEqual(['kept', KEPT])
    await expectAlive(ends, url)
  })
})
