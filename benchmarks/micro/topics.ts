import type { WseServer } from '@wse/server'
import { measure, type Run } from './topics/measure.js'
import { arrive, nameOf, serverWith } from './topics/world.js'

/** What topics cost a server without a network: nanoseconds an operation, and the ratio to the first of each row. */

const SIZES = [10, 1_000, 100_000]
const said = { from: 'ann', text: 'a message of the usual size, eighty-nine bytes' }

/** The same by servers of three sizes. */
const bySize = (make: (server: WseServer, size: number) => Run) => (worlds: readonly WseServer[]) =>
  Object.fromEntries(worlds.map((server, at) => [`${SIZES[at]} topics`, make(server, SIZES[at] as number)]))

const repeat =
  (operation: (n: number) => void): Run =>
  (times) => {
    for (let n = 0; n < times; n++) operation(n)
  }

/** A topic with as many members, all but the first of which are on nothing else. */
function room(server: WseServer, members: number): string {
  const name = `room:of-${members}`
  for (let n = 0; n < members; n++) arrive(server).ask('~wse:subscribe', [{ topic: name }])
  return name
}

const publishTo = (members: number) =>
  bySize((server) => {
    const name = room(server, members)
    return repeat(() => server.publish(name, 'said', said))
  })

/** One room after the other, so that none is at hand in the processor's caches. */
const publishAnywhere = bySize((server, size) => {
  const names = Array.from({ length: size }, (_, n) => nameOf((n * 7_919) % size))
  return repeat((n) => server.publish(names[n % size] as string, 'said', said))
})

const publishToNobody = bySize((server) => repeat(() => server.publish('room:empty', 'said', said)))

const subscribeByServer = (topicOf: (n: number) => string) =>
  bySize((server) => {
    const { conn } = arrive(server)
    return repeat((n) => {
      conn.subscribe(topicOf(n))
      conn.unsubscribe(topicOf(n))
    })
  })

const subscribeByClient = bySize((server) => {
  const device = arrive(server)
  return repeat((n) => {
    device.ask('~wse:subscribe', [{ topic: `room:x${n}` }])
    device.ask('~wse:unsubscribe', [`room:x${n}`])
  })
})

const publishByClient = bySize((server) => {
  const device = arrive(server)
  device.ask('~wse:subscribe', [{ topic: 'room:mine' }])
  return repeat(() => device.ask('~wse:publish', { topic: 'room:mine', event: 'said', data: said }))
})

/** A device comes into a room and leaves it: always the same one, or one of a hundred after the other. */
function joining(members: number, devices: number): Run {
  const server = serverWith(10)
  for (let n = 0; n < members; n++) arrive(server).conn.subscribe('room:full')
  const some = Array.from({ length: devices }, () => arrive(server).conn)
  return repeat((n) => {
    const conn = some[n % devices]
    conn?.subscribe('room:full')
    conn?.unsubscribe('room:full')
  })
}

/** One publish to a member, with so many filters of others around. */
function withFilters(count: number, filterOf: (n: number) => string, matching: string | null = null): Run {
  const server = serverWith(10)
  const name = room(server, 1)
  const crowd = Array.from({ length: Math.min(count, 100) }, () => arrive(server).conn)
  for (let n = 0; n < count; n++) crowd[n % crowd.length]?.subscribe(filterOf(n))
  if (matching !== null) arrive(server).conn.subscribe(matching)
  return repeat(() => server.publish(name, 'said', said))
}

/** A filter of other topics: most of them lead elsewhere at the first level. */
const elsewhere = (n: number) => `user:${n}:+`
/** One that has to be looked into, since its first level matches everything. */
const anywhere = (n: number) => `+:nobody-${n}`

function filters(): void {
  measure('publish, filters that do not match', {
    none: withFilters(0, elsewhere),
    '100 filters': withFilters(100, elsewhere),
    '10000 filters': withFilters(10_000, elsewhere),
    '10000 filters that begin with +': withFilters(10_000, anywhere),
  })
  measure('publish, a filter that matches', {
    none: withFilters(0, elsewhere),
    'room:+': withFilters(0, elsewhere, 'room:+'),
    'room:#': withFilters(0, elsewhere, 'room:#'),
    '#': withFilters(0, elsewhere, '#'),
    '#, and 10000 others': withFilters(10_000, elsewhere, '#'),
  })
}

function history(): void {
  const server = serverWith(10)
  const member = arrive(server)
  for (const topic of ['log:1', 'room:1']) member.ask('~wse:subscribe', [{ topic }])
  measure('publish, history', {
    without: repeat(() => server.publish('room:1', 'said', said)),
    with: repeat(() => server.publish('log:1', 'said', said)),
    'with, and a key': repeat((n) => server.publish('log:1', 'said', said, { key: `k${n % 1_000}` })),
  })
  const { epoch, offset } = server.topics.position('log:1') as { epoch: string; offset: number }
  const since = (behind: number) => ({ topic: 'log:1', since: { epoch, offset: offset - behind } })
  measure('subscribe again, events replayed', {
    'no events': repeat(() => member.ask('~wse:subscribe', [since(0)])),
    '10 events': repeat(() => member.ask('~wse:subscribe', [since(10)])),
    '100 events': repeat(() => member.ask('~wse:subscribe', [since(100)])),
  })
}

/** Bytes on the heap. */
function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function memory(): void {
  const server = serverWith(1)
  const { conn } = arrive(server)
  const each = (prefix: string) => {
    const before = heapUsed()
    for (let n = 0; n < 100_000; n++) conn.subscribe(`${prefix}${n}`)
    return Math.round((heapUsed() - before) / 100_000)
  }
  const bytes = { 'topic with one member': each('a:'), 'filter with one member': each('a:+:') }
  console.log(JSON.stringify({ 'heap, bytes': bytes }))
}

const worlds = SIZES.map(serverWith)
measure('subscribe and unsubscribe by the server', subscribeByServer((n) => `room:x${n}`)(worlds))
// A table that one entry leaves and enters over and over may become slow for it.
measure('subscribe and unsubscribe, always the same', subscribeByServer(() => 'room:x')(worlds))
measure('subscribe and unsubscribe by the client', subscribeByClient(worlds))
measure('publish to nobody', publishToNobody(worlds))
measure('publish to 1 member', publishTo(1)(worlds))
measure('publish to 10 members', publishTo(10)(worlds))
measure('publish to 1,000 members', publishTo(1_000)(worlds))
measure('publish by a client', publishByClient(worlds))
measure('publish to one topic after the other', publishAnywhere(worlds))
measure('join and leave a room', {
  'of 10': joining(10, 100),
  'of 10000': joining(10_000, 100),
  'of 10000, always the same': joining(10_000, 1),
})
filters()
history()
memory()
process.exit()
