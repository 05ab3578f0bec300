import { instrumentServer } from '@wse/opentelemetry'
import { type Backplane, type BackplaneStats, createMemoryHub } from '@wse/protocol/backplane'
import { WseServer } from '@wse/server'
import { expect, vi } from 'vitest'
import { turn } from '../../packages/testing/src/turn.test-helper.js'
import { cluster } from '../cluster/cluster.js'
import { anyone, type Ends } from '../fixtures/ends.js'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { Meters } from './sdk.js'

const NAMES = ['published', 'failed', 'received', 'subjects', 'waiting', 'lag', 'nodes', 'up'] as const
type Figures = Partial<Record<(typeof NAMES)[number], number>>

/** What is told of the backplanes of one series, by the names behind `wse.backplane`. */
async function figures(meters: Meters, own: object = {}): Promise<Figures> {
  const found: Figures = {}
  for (const name of NAMES) {
    const all = await meters.read(`wse.backplane.${name}`)
    const mine = all.filter(({ attributes }) => Object.entries(own).every(([key, value]) => attributes[key] === value))
    if (mine.length > 1) throw new Error(`${mine.length} series of ${name}`)
    if (mine[0]) found[name] = mine[0].value
  }
  return found
}

/** Two servers, each with a series of its own, and what each had counted when it was instrumented. */
async function pair(ends: Ends, meters: Meters) {
  const undo: (() => void)[] = []
  const before: BackplaneStats[] = []
  const joined = await cluster(ends, 2, {}, (server, at) => {
    server.topic('room:{id}', { on: { said: true } })
    before.push(statsOf(server))
    undo.push(instrumentServer(server, { ...meters, attributes: { 'app.room': at } }))
  })
  const [a, b] = joined.servers as [WseServer, WseServer]
  return { ...joined, a, b, undo, before: before as [BackplaneStats, BackplaneStats] }
}

const statsOf = (server: WseServer) => server.health().backplane?.stats as BackplaneStats

/** A backplane that shows something else than it is. */
function showing(backplane: Backplane, shown: { state?: 'degraded'; lag?: number }): Backplane {
  return new Proxy(backplane, {
    get(target, name) {
      if (name === 'stats') return { ...target.stats, lag: shown.lag ?? null }
      if (name === 'state' && shown.state) return shown.state
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

behaviour('metrics of a backplane', (test) => {
  test('tell what each server has published and received, and how it is joined to the others', async (ends) => {
    const meters = new Meters()
    const { a, b, enter, before } = await pair(ends, meters)
    const ann = await enter(1, 'ann')
    const heard: unknown[] = []
    const room = await ann.subscribe('room:1')
    room.on('said', (data) => heard.push(data))
    for (const n of [1, 2, 3]) await a.publish('room:1', 'said', n)
    await until(() => heard.length === 3)
    for (const [at, server] of [a, b].entries()) {
      const { published, failed, received, subjects } = statsOf(server)
      const { published: p, received: r } = before[at] as BackplaneStats
      expect(await figures(meters, { 'app.room': at })).toEqual({
        published: published - p,
        failed,
        received: received - r,
        subjects,
        waiting: 0,
        nodes: 2,
        up: 1,
      })
    }
    expect((await figures(meters, { 'app.room': 0 })).published).toBeGreaterThanOrEqual(3)
    expect((await figures(meters, { 'app.room': 1 })).received).toBeGreaterThanOrEqual(3)
  })

  test('name nobody: a series is that of its server, whatever nodes there are', async (ends) => {
    const meters = new Meters()
    await pair(ends, meters)
    for (const name of NAMES.filter((one) => one !== 'lag')) {
      const told = await meters.read(`wse.backplane.${name}`)
      expect(told.map(({ attributes }) => attributes)).toEqual([
        { 'wse.end': 'server', 'app.room': 0 },
        { 'wse.end': 'server', 'app.room': 1 },
      ])
    }
  })

  test('tell when others cannot be reached, what fails meanwhile, and that something was missed', async (ends) => {
    const meters = new Meters()
    const { a, b, hub, backplane } = await pair(ends, meters)
    hub.freeze(backplane(0))
    await ends.clock.settle()
    const was = await figures(meters, { 'app.room': 0 })
    expect(was).toMatchObject({ up: 0 })
    expect(await figures(meters, { 'app.room': 1 })).toMatchObject({ up: 1 })
    expect(await a.publish('room:1', 'said', 1)).toMatchObject({ ok: false, reason: 'down' })
    expect((await figures(meters, { 'app.room': 0 })).failed).toBe((was.failed as number) + 1)
    expect(await meters.read('wse.backplane.gaps')).toEqual([])
    const gap = a.when.gap()
    hub.thaw(backplane(0))
    await gap
    expect(await figures(meters, { 'app.room': 0 })).toMatchObject({ up: 1, nodes: 2 })
    const own = { 'wse.end': 'server', 'app.room': 0 }
    expect(await meters.read('wse.backplane.gaps')).toEqual([
      { value: 1, attributes: { ...own, 'wse.gap.lost': false } },
    ])
    const gaps = Promise.all([a.when.gap(), b.when.gap()])
    hub.lose()
    await gaps
    expect(await meters.read('wse.backplane.gaps')).toEqual([
      { value: 1, attributes: { ...own, 'wse.gap.lost': false } },
      { value: 1, attributes: { ...own, 'wse.gap.lost': true } },
      { value: 1, attributes: { ...own, 'app.room': 1, 'wse.gap.lost': true } },
    ])
  })

  test('of several servers under the same attributes are added up; of what cannot be, the worst is told', async (ends) => {
    const meters = new Meters()
    const hub = createMemoryHub({ clock: ends.clock })
    const shown = [{ lag: 4 }, { lag: 250, state: 'degraded' as const }, {}]
    const servers: WseServer[] = []
    const before: BackplaneStats[] = []
    for (const one of shown) {
      const { server } = await ends.server({ heartbeat: false, backplane: showing(hub.backplane(), one) })
      before.push(statsOf(server))
      instrumentServer(server, meters)
      servers.push(server)
    }
    await ends.clock.settle()
    const total = (name: 'published' | 'received' | 'subjects', of: BackplaneStats[]) =>
      of.reduce((sum, stats) => sum + stats[name], 0)
    const now = servers.map(statsOf)
    expect(await figures(meters)).toEqual({
      published: total('published', now) - total('published', before),
      failed: 0,
      received: total('received', now) - total('received', before),
      subjects: total('subjects', now),
      waiting: 0,
      lag: 0.25,
      nodes: 3,
      up: 0.5,
    })
    await servers[1]?.close()
    expect(await figures(meters)).toMatchObject({ lag: 0.004, nodes: 2, up: 1 })
    await Promise.all(servers.map((server) => server.close()))
    expect(await figures(meters)).toMatchObject({ subjects: 0, waiting: 0, lag: 0, nodes: 0, up: 0 })
  })

  test('end where instrumenting is undone: counts stay what they were, and go on if it is done anew', async (ends) => {
    const meters = new Meters()
    const { a, hub, undo, before } = await pair(ends, meters)
    const own = { 'app.room': 0 }
    const { waiting } = a.inspect()
    await a.publish('room:1', 'said', 1)
    const published = statsOf(a).published - before[0].published
    for (const off of undo) off()
    expect(a.inspect().waiting).toBe((waiting as number) - 1)
    // Collected only now: what was counted in between is there all the same.
    const gone = await figures(meters, own)
    expect(gone).toMatchObject({ published, subjects: 0, waiting: 0, nodes: 0, up: 0 })
    await a.publish('room:1', 'said', 2)
    const gap = a.when.gap()
    hub.freeze()
    hub.thaw()
    await gap
    expect(await figures(meters, own)).toEqual(gone)
    expect(await meters.read('wse.backplane.gaps')).toEqual([])
    instrumentServer(a, { ...meters, attributes: own })
    await a.publish('room:1', 'said', 3)
    expect(await figures(meters, own)).toMatchObject({ published: published + 1, nodes: 2, up: 1 })
  })

  test('are not there for a server that is alone, or closed', async (ends) => {
    const meters = new Meters()
    const made = ['createObservableCounter', 'createObservableGauge', 'createCounter'] as const
    const spies = made.map((name) => vi.spyOn(meters.meter, name))
    const hub = createMemoryHub({ clock: ends.clock })
    const { server } = await ends.server()
    const { server: closed } = await ends.server({ backplane: hub.backplane() })
    await closed.close()
    for (const one of [server, closed]) {
      const { waiting } = one.inspect()
      instrumentServer(one, meters)
      expect(one.inspect().waiting).toBe(waiting)
    }
    const names = spies.flatMap((spy) => spy.mock.calls.map(([name]) => name))
    expect(names).toContain('wse.calls')
    expect(names.filter((name) => name.startsWith('wse.backplane'))).toEqual([])
  })

  test('hold no server that was closed, though nobody ever collects', async (ends) => {
    if (!globalThis.gc) throw new Error('run with --expose-gc')
    const [meters, hub] = [new Meters(), createMemoryHub({ clock: ends.clock })]
    const start = async () => {
      const options = { identify: anyone, noServer: true, clock: ends.clock, backplane: hub.backplane() }
      const server = new WseServer(options)
      instrumentServer(server, meters)
      await ends.clock.settle()
      expect(server.health().backplane?.state).toBe('up')
      await server.close()
      return new WeakRef(server)
    }
    const closed = await start()
    await turn()
    globalThis.gc()
    expect(closed.deref()).toBeUndefined()
    expect(await figures(meters)).toMatchObject({ nodes: 0, up: 0 })
  })
})
