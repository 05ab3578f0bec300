import { WseClient as Client, type WseClient } from '@wse/client'
import { createTestClock, type TestClock } from '@wse/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { made, timersSet } from '../fixtures/counts.js'
import { arrive, serverOn, TurningWire } from '../fixtures/wire.js'

/** What operations cost in things that can be counted on any machine; how long they take is for `benchmarks/`. */

const MANY = 100

/** JSON texts made while `run` runs. */
function encodes(run: () => void): number {
  const stringify = vi.spyOn(JSON, 'stringify')
  run()
  const { length } = stringify.mock.calls
  stringify.mockRestore()
  return length
}

describe('on a server', () => {
  let clock: TestClock
  let server: ReturnType<typeof serverOn>
  let wire: TurningWire

  beforeEach(() => {
    clock = createTestClock()
    server = serverOn(clock)
    server.register('add', (_, { a, b }) => a + b)
    wire = arrive(server, 1, true, new TurningWire())
    wire.turn()
    wire.writes = 0
    wire.sent = []
  })

  afterEach(async () => {
    wire.terminate()
    await server.close()
    expect(clock.timers).toEqual([])
  })

  const call = (n: number) => wire.onMessage?.(`["add",{"a":1,"b":2},${2 * n + 1}]`)

  it('calls that came in one turn are answered by one frame, in one write', () => {
    const count = encodes(() => {
      for (let n = 0; n < 16; n++) call(n)
    })
    expect([wire.writes, count]).toEqual([0, 16])
    wire.turn()
    expect([wire.writes, JSON.parse(String(wire.sent[0]))]).toEqual([
      1,
      Array.from({ length: 16 }, (_, n) => ['~wse:response', 3, 2 * n + 1]),
    ])
  })

  it('a call costs no promise, map, set or timer', () => {
    const timers = timersSet(clock)
    // The one timer is for acknowledgements, of all sessions and at most once a second.
    call(0)
    expect(timers()).toBe(1)
    const run = () => {
      for (let n = 1; n <= MANY; n++) call(n)
      wire.turn()
    }
    expect((['Promise', 'Map', 'Set'] as const).map((name) => made(name, run))).toEqual([0, 0, 0])
    expect(timers()).toBe(1)
  })

  it('a delivery policy costs no promise, set or timer while its reader keeps up, nor does a batch', () => {
    const [conn] = server.clients.get('user 1')?.conns.values() ?? []
    const timers = timersSet(clock)
    const run = () => {
      for (let n = 0; n < MANY; n++) {
        conn?.send('at', n, { latest: 'key' })
        server.broadcast('at', n, { latest: 'key' })
      }
      conn?.batch(() => conn.send('at', MANY))
    }
    expect((['Promise', 'Set'] as const).map((name) => made(name, run))).toEqual([0, 0])
    expect([timers(), wire.onDrain]).toEqual([0, null])
  })

  it('middleware that makes no promise adds none, to a call or a message', () => {
    server.use((_, next) => next())
    server.register('sub', (_, { a, b }) => a - b, { use: [(_, next) => next({ role: 'guest' })] })
    const heard: unknown[] = []
    server.channel.on('chat', (_, text) => heard.push(text))
    call(0)
    const timers = timersSet(clock)
    const run = () => {
      for (let n = 1; n <= MANY; n++) {
        wire.onMessage?.(`["sub",{"a":1,"b":2},${2 * n + 1}]`)
        wire.onMessage?.('["chat","hi"]')
      }
      wire.turn()
    }
    expect((['Promise', 'Map', 'Set'] as const).map((name) => made(name, run))).toEqual([0, 0, 0])
    expect([timers(), heard.length]).toEqual([0, 3 * MANY])
  })

  it('a call of the server costs one promise; one timer serves all of them', () => {
    const [conn] = server.clients.get('user 1')?.conns.values() ?? []
    const timers = timersSet(clock)
    const calls: Promise<unknown>[] = []
    const run = () => {
      for (let n = 0; n < MANY; n++) calls.push((conn as NonNullable<typeof conn>).call('ask', n))
    }
    expect(made('Promise', run)).toBe(MANY)
    expect(timers()).toBe(1)
    for (const pending of calls) pending.catch(() => {})
    wire.turn()
    expect(wire.writes).toBe(1)
  })

  it('a broadcast is encoded once, and is the same frame for all', () => {
    const wires = Array.from({ length: MANY }, (_, n) => arrive(server, n + 2, true, new TurningWire()))
    for (const one of wires) {
      one.turn()
      one.writes = 0
      one.shared.length = 0
    }
    const count = encodes(() => {
      for (let n = 0; n < 10; n++) server.broadcast('news', { n })
    })
    for (const one of wires) one.turn()
    expect(count).toBe(10)
    expect(new Set(wires.map(({ writes }) => writes))).toEqual(new Set([1]))
    const frames = new Set(wires.flatMap(({ shared }) => shared.flat()))
    expect(frames.size).toBe(10)
    for (const one of wires) one.terminate()
  })

  it('a connection costs no promise and no set; a timer, and a map of its address, until it is welcome', () => {
    const timers = timersSet(clock)
    const wires: TurningWire[] = []
    const run = () => void wires.push(arrive(server, wires.length + 2, true, new TurningWire()))
    expect((['Promise', 'Map', 'Set'] as const).map((name) => made(name, run))).toEqual([0, 1, 0])
    expect(timers()).toBeLessThanOrEqual(wires.length)
    for (const one of wires) one.terminate()
  })
})

describe('on a client', () => {
  let client: WseClient
  let wire: TurningWire
  let clock: TestClock

  beforeEach(async () => {
    clock = createTestClock()
    wire = new TurningWire()
    client = new Client({ url: 'ws://test', clock, transport: () => wire })
    const ready = client.connect()
    await Promise.resolve()
    const session = { v: 5, id: 's', cid: 'u', epoch: 'e', resumed: false, received: 0, limit: 1_048_576, timeout: 0 }
    wire.onMessage?.(JSON.stringify(['~wse:session', session]))
    wire.onMessage?.('["~wse:welcome"]')
    await ready
    wire.turn()
    wire.writes = 0
    wire.sent = []
  })

  afterEach(async () => {
    const gone = client.disconnect()
    wire.onClose?.(1000, '')
    await gone
    expect(clock.timers).toEqual([])
  })

  it('a call costs one promise, and calls of one turn leave in one frame; one timer serves all', async () => {
    const timers = timersSet(clock)
    const calls: Promise<unknown>[] = []
    const promises = made('Promise', () => {
      for (let n = 0; n < MANY; n++) calls.push(client.call('add', n))
    })
    expect([promises, timers()]).toEqual([MANY, 1])
    wire.turn()
    expect(wire.writes).toBe(1)
    const answers = Array.from({ length: MANY }, (_, n) => ['~wse:response', n, 2 * n + 1])
    expect(made('Promise', () => wire.onMessage?.(JSON.stringify(answers)))).toBe(0)
    expect(await Promise.all(calls)).toEqual(Array.from({ length: MANY }, (_, n) => n))
  })

  it('a message costs no promise, map, set or timer, either way', () => {
    const timers = timersSet(clock)
    client.channel.on('m', () => {})
    const run = () => {
      for (let n = 0; n < MANY; n++) {
        client.send('m', n)
        wire.onMessage?.('["m",1]')
      }
      wire.turn()
    }
    expect((['Promise', 'Map', 'Set'] as const).map((name) => made(name, run))).toEqual([0, 0, 0])
    expect([timers(), wire.writes]).toEqual([0, 3])
  })
})
