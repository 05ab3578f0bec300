import { msgpack } from '@wse/msgpack'
import type { Codec } from '@wse/protocol/wire'
import { FRAME_LIMITS, jsonCodec } from '@wse/protocol/wire'
import { type WseConnection, WseServer } from '@wse/server'
import { createTestClock } from '@wse/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { made, timersSet } from '../fixtures/counts.js'
import { TurningWire } from '../fixtures/wire.js'

/** What topics cost in things that can be counted on any machine; how long they take is for `benchmarks/`. */

const MANY = 10_000

class WireOf extends TurningWire {
  override readonly protocol: string
  conn!: WseConnection
  readonly #codec: Codec
  #stamp = -1

  constructor(codec: Codec) {
    super()
    this.#codec = codec
    this.protocol = codec.name
  }

  say(type: string, payload: unknown, stamp?: number): void {
    this.onMessage?.(this.#codec.encode(type, payload, stamp, FRAME_LIMITS))
  }

  ask(name: string, payload: unknown): void {
    this.#stamp += 2
    this.say(name, payload, this.#stamp)
  }

  /** The frames of this turn, which is over then. */
  frames(): unknown[] {
    this.turn()
    const frames = this.shared.flat()
    this.shared.length = this.sent.length = this.writes = 0
    return frames
  }
}

/** A codec that counts what it encodes, by type. */
function counting(codec: Codec): [Codec, Map<string, number>] {
  const counts = new Map<string, number>()
  const encode: Codec['encode'] = (type, ...rest) => {
    counts.set(type, (counts.get(type) ?? 0) + 1)
    return codec.encode(type, ...rest)
  }
  return [{ ...codec, encode }, counts]
}

const clock = createTestClock()
const [json, jsonCounts] = counting(jsonCodec)
const [packed, packedCounts] = counting(msgpack)
const codecs = [jsonCodec, msgpack]
const wires: WireOf[] = []
let server: WseServer

/** Frames of a type encoded while `run` runs: in JSON, in MessagePack. */
function encoded(type: string, run: () => void): [number, number] {
  jsonCounts.clear()
  packedCounts.clear()
  run()
  return [jsonCounts.get(type) ?? 0, packedCounts.get(type) ?? 0]
}

/** Lookups in maps while `run` runs. */
function lookups(run: () => void): number {
  const get = vi.spyOn(Map.prototype, 'get')
  const has = vi.spyOn(Map.prototype, 'has')
  run()
  const count = get.mock.calls.length + has.mock.calls.length
  get.mockRestore()
  has.mockRestore()
  return count
}

function enter(codec: Codec): WireOf {
  const wire = new WireOf(codec)
  const identity = `user ${wires.length}`
  server.accept(wire, { headers: {} })
  wire.say('~wse:hi', { identity, v: 5, instance: `i ${identity}`, attempt: 1, keep: true })
  const [conn] = server.clients.get(identity)?.conns.values() ?? []
  wire.conn = conn as WseConnection
  wires.push(wire)
  return wire
}

/** Writes and different frames of a turn, by how many have each. */
function told(some: readonly WireOf[]): [writes: number[], frames: number] {
  for (const wire of some) wire.turn()
  const writes = [...new Set(some.map((wire) => wire.writes))]
  return [writes, new Set(some.flatMap((wire) => wire.frames())).size]
}

/** Half of them were put there by the server, the others asked for it. */
function fill(topic: string): void {
  for (const [n, wire] of wires.entries()) {
    if (n % 4 < 2) wire.ask('~wse:subscribe', [{ topic }])
    else wire.conn.subscribe(topic)
  }
  told(wires)
}

beforeAll(() => {
  server = new WseServer({
    clock,
    heartbeat: false,
    protocol: [json, packed],
    limits: { connections: 2 * MANY },
    identify: ({ identity, accept }) => accept(identity as string),
  })
  server.topic('plain')
  server.topic('kept', { history: true })
  server.topic('seen', { presence: true })
  for (let n = 0; n < MANY; n++) enter(codecs[n % 2] as Codec)
  for (const topic of ['plain', 'kept']) fill(topic)
  for (const { conn } of wires.slice(0, 2)) conn.subscribe('small')
})

beforeEach(() => {
  for (const wire of wires) wire.frames()
})

afterAll(async () => {
  for (const wire of wires) wire.terminate()
  await server.close()
  expect(clock.timers).toEqual([])
})

describe(`with ${MANY} devices on one topic`, () => {
  const data = { some: 'data' }

  it('an event is encoded once for each codec, and is one write of the same frame for all', () => {
    const counts = encoded('~wse:event', () => {
      expect(server.publish('plain', 'e', data)).toMatchObject({ sent: MANY, queued: 0, dropped: 0 })
    })
    expect(counts).toEqual([1, 1])
    expect(told(wires)).toEqual([[1], 2])
  })

  it('with a history there are two frames a codec: for who follows it, and for whom the server put there', () => {
    const followers = wires.filter((_, n) => n % 4 < 2)
    const counts = encoded('~wse:event', () => server.publish('kept', 'e', data))
    expect(counts).toEqual([2, 2])
    expect(told(followers)).toEqual([[1], 2])
    expect(told(wires.filter((_, n) => n % 4 >= 2))).toEqual([[1], 2])
    expect(encoded('~wse:event', () => server.publish('kept', 'e', data, { volatile: true }))).toEqual([1, 1])
  })

  it('what the history has is not encoded anew for who asks for it', () => {
    server.publish('kept', 'e', data)
    told(wires)
    const { epoch, offset } = server.topics.position('kept') ?? {}
    const some = wires.filter((_, n) => n % 4 < 2).slice(0, MANY / 10)
    const counts = encoded('~wse:event', () => {
      for (const wire of some)
        wire.ask('~wse:subscribe', [{ topic: 'kept', since: { epoch, offset: Number(offset) - 1 } }])
    })
    expect(counts).toEqual([0, 0])
    expect(told(some)[1]).toBeGreaterThanOrEqual(2)
  })

  it('those it excepts are told so by one frame a codec, and those without a history by none', () => {
    const except = wires.filter((_, n) => n % 8 < 4).map(({ conn }) => conn)
    // The event in both forms, and what stands in its place.
    expect(encoded('~wse:event', () => server.publish('kept', 'e', data, { except }))).toEqual([3, 3])
    told(wires)
    expect(encoded('~wse:event', () => server.publish('plain', 'e', data, { except }))).toEqual([1, 1])
    const writes = wires.filter((_, n) => n % 8 < 4).map((wire) => [wire.turn(), wire.writes][1])
    expect(new Set(writes)).toEqual(new Set([0]))
  })

  it('an event costs no promise, map or set, with a history neither; one timer looks after all of those', () => {
    server.publish('kept', 'e', data)
    const timers = timersSet(clock)
    for (const topic of ['plain', 'kept']) {
      const publish = () => void server.publish(topic, 'e', data)
      expect((['Promise', 'Map', 'Set'] as const).map((name) => made(name, publish))).toEqual([0, 0, 0])
    }
    expect(timers()).toBe(0)
  })

  it('an event touches nobody who is not on its topic', () => {
    expect(server.publish('small', 'e', data)).toMatchObject({ sent: 2, queued: 0, dropped: 0 })
    expect(told(wires.slice(0, 2))).toEqual([[1], 2])
    expect(told(wires.slice(2))).toEqual([[0], 0])
  })
})

describe('who is present', () => {
  it('is told once a turn, for all that has changed, encoded once for each codec', async () => {
    const room = wires.slice(0, 200)
    for (const wire of room) wire.ask('~wse:subscribe', [{ topic: 'seen' }])
    await clock.settle()
    told(wires)
    for (const wire of room.slice(0, 100)) wire.ask('~wse:presence', { topic: 'seen', state: 'typing' })
    for (const wire of room.slice(100, 150)) wire.ask('~wse:unsubscribe', ['seen'])
    told(wires)
    jsonCounts.clear()
    packedCounts.clear()
    await clock.settle()
    expect([jsonCounts.get('~wse:members'), packedCounts.get('~wse:members')]).toEqual([1, 1])
    expect(told([...room.slice(0, 100), ...room.slice(150)])).toEqual([[1], 2])
    expect(told(wires)).toEqual([[0], 0])
  })
})

describe('however many', () => {
  const publish = () => void server.publish('small', 'e', 1)

  it('topics there are, a publish looks up as much', () => {
    const before = lookups(publish)
    for (let n = 0; n < 10_000; n++) wires[n % 100]?.conn.subscribe(`other:${n}`)
    expect(server.topics.names.length).toBeGreaterThan(10_000)
    expect(lookups(publish)).toBe(before)
  })

  it('filters there are that begin otherwise, a publish looks up as much as with one', () => {
    wires[0]?.conn.subscribe('elsewhere:+')
    const before = lookups(publish)
    for (let n = 0; n < 10_000; n++) wires[n % 100]?.conn.subscribe(`elsewhere:${n}:+`)
    expect(lookups(publish)).toBe(before)
  })
})
