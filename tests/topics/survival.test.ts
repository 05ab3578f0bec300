import { type Subscription, WseClient } from '@wse/client'
import { type Identify, WseServer } from '@wse/server'
import { createWorld, explore } from '@wse/testing'
import { expect, test } from 'vitest'

const TOPICS = ['kept', 'short', 'plain'] as const
const identify: Identify = ({ identity, accept }) => accept(String(identity))

/** What a subscription told: numbers are data, `null` says that some before may be missing. */
function listen(room: Subscription): (number | null)[] {
  const told: (number | null)[] = []
  room.on('said', (n) => told.push(n))
  room.when.gap(() => told.push(null))
  return told
}

/** What came twice, out of order, or behind something missing that nobody spoke of. */
function faultsOf(told: readonly (number | null)[]): string[] {
  return told.flatMap((n, at) => {
    const before = told[at - 1] ?? null
    return n === null || before === null || n === before + 1 ? [] : [`${n} after ${before}`]
  })
}

/** What is told after a gap is still behind what was told before. */
const grows = (told: readonly (number | null)[]) => {
  const numbers = told.filter((n) => n !== null)
  return numbers.every((n, at) => at === 0 || n > (numbers[at - 1] as number))
}

function makeWorld(seed: number) {
  const resume = seed % 3 === 0 ? (false as const) : { window: seed % 3 === 1 ? 60_000 : 1_000 }
  return createWorld({
    seed,
    latency: 20,
    jitter: 20,
    batches: seed % 2 === 0,
    server: (env) => {
      const server = new WseServer({ ...env, resume, heartbeat: { interval: 1_000, grace: 500 }, identify })
      server.topic('kept', { history: { size: 10_000, ttl: 3_600_000 }, presence: true, on: { mine: true } })
      server.topic('short', { history: { size: 3, ttl: 3_600_000 } })
      server.topic('plain')
      for (const topic of TOPICS) server.publish(topic, 'said', 0)
      return server
    },
    client: (env) => new WseClient({ ...env, re: { base: 100, cap: 500 }, tO: 5 }),
  })
}

/** A client on all topics, and what it was told. */
class Guest {
  readonly name: string
  readonly client: WseClient
  readonly rooms: Subscription[]
  readonly told: (number | null)[][]
  readonly mine: unknown[] = []
  readonly published: { key: string; isPublished: boolean }[] = []
  readonly errors: string[] = []

  constructor(name: string, client: WseClient) {
    this.name = name
    this.client = client
    this.rooms = TOPICS.map((topic) => client.topic(topic, topic === 'kept' ? { state: name } : {}))
    this.told = this.rooms.map((room) => listen(room))
    this.rooms[0]?.on('mine', (key) => this.mine.push(key))
    client.when.error(({ code }) => this.errors.push(code))
    client.connect(name).catch(() => {})
  }

  publish(key: string): void {
    const note = (isPublished: boolean) => this.published.push({ key, isPublished })
    this.rooms[0]?.publish('mine', key, { key }).then(
      () => note(true),
      () => note(false),
    )
  }

  /** Leaves a topic and comes again: what it was told before is of no interest any more. */
  again(at: number): void {
    void this.rooms[at]?.unsubscribe()
    this.rooms[at] = this.client.topic(TOPICS[at] as string)
    this.told[at] = listen(this.rooms[at])
  }
}

test('[E21] over any number of lost links and sessions events come once and in order, or it is said that some are missing', async () => {
  let gaps = 0
  await explore({ seeds: 40 }, makeWorld, async (world) => {
    const server = world.server()
    const guests = ['ann', 'bob', 'cat'].map((name) => new Guest(name, world.client({ name })))
    await world.advance(1_000)
    world.shake({ cut: 0.1, halfOpen: 0.05, stall: 0.1, every: 300, for: 15_000 })
    for (let n = 1; n <= 300; n++) {
      const guest = guests[n % 3] as Guest
      for (const topic of TOPICS) server.publish(topic, 'said', n)
      if (n % 7 === 0) guest.publish(`${guest.name} ${n}`)
      if (n % 50 === 0) guest.again(1 + (n % 2))
      await world.advance(50)
    }
    world.calm()
    await world.advance(40_000)
    for (const topic of TOPICS) server.publish(topic, 'said', 301)
    await world.advance(1_000)

    const keys = guests.flatMap(({ published }) => published)
    expect(keys.length).toBe(42)
    for (const { rooms, told, mine, errors } of guests) {
      expect(rooms.map(({ state }) => state)).toEqual(['subscribed', 'subscribed', 'subscribed'])
      // All of what is kept, and nothing twice; of the rest what was told, or that there was more.
      expect(told[0]).toEqual(Array.from({ length: 301 }, (_, at) => at + 1))
      expect(told.flatMap(faultsOf)).toEqual([])
      expect([told.every(grows), told.map((all) => all.at(-1))]).toEqual([true, [301, 301, 301]])
      expect(new Set(mine).size).toBe(mine.length)
      for (const { key, isPublished } of keys) if (isPublished) expect(mine).toContain(key)
      expect(rooms[0]?.presence.get()).toEqual(server.topics.presence('kept'))
      expect(rooms[0]?.position).toEqual(server.topics.position('kept'))
      expect(errors).toEqual([])
      gaps += told.flat().filter((n) => n === null).length
    }
  })
  expect(gaps).toBeGreaterThan(20)
}, 120_000)
