import { describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { turn } from '../fake-clock.test-helper.js'
import { Malformed } from '../frames/envelope.js'
import { WINDOW } from '../streams/inlet.js'
import { sizeOf, twoPeers } from '../two-peers.test-helper.js'
import type { CallContext } from './call-context.js'

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const got: unknown[] = []
  for await (const item of items) got.push(item)
  return got
}

/** Every microtask there is has run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await turn()
}

const items = (end: { wrote: unknown[][] }) => end.wrote.filter(([type]) => type === '~wse:item')
const idle = (...ends: { peer: { pending: number; running: number } }[]) =>
  expect(ends.map(({ peer }) => [peer.pending, peer.running])).toEqual(ends.map(() => [0, 0]))

describe('a stream of the callee', () => {
  it.each([
    [
      'an async generator',
      async function* () {
        yield* [1, 2, 3]
      },
    ],
    [
      'a generator',
      function* () {
        yield* [1, 2, 3]
      },
    ],
    ['an array', () => [1, 2, 3]],
    ['a promise of one', async () => [1, 2, 3]],
    [
      'a Web stream',
      () =>
        new ReadableStream({
          start(to) {
            for (const n of [1, 2, 3]) to.enqueue(n)
            to.close()
          },
        }),
    ],
    [
      'a Web stream that cannot be iterated over',
      () => {
        const reader = new ReadableStream({
          start(to) {
            for (const n of [1, 2, 3]) to.enqueue(n)
            to.close()
          },
        }).getReader()
        return { getReader: () => reader }
      },
    ],
  ])('comes from %s', async (_, handler) => {
    const { client, server } = twoPeers()
    server.procedures.set('ticks', handler)
    expect(await all(client.peer.stream('ticks', null))).toEqual([1, 2, 3])
    idle(client, server)
  })

  it('gives what its handler returned as the value of its end', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('ticks', async function* () {
      yield 1
      return 'that was all'
    })
    const ticks = client.peer.stream('ticks', null)
    expect(await ticks.next()).toEqual({ done: false, value: 1 })
    expect(await ticks.next()).toEqual({ done: true, value: 'that was all' })
    expect(await ticks.next()).toEqual({ done: true, value: undefined })
  })

  it('fails where its source does, after what came before', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('ticks', async function* () {
      yield 1
      throw new WseError('BROKEN', { at: 1 })
    })
    const ticks = client.peer.stream('ticks', null)
    expect((await ticks.next()).value).toBe(1)
    await expect(ticks.next()).rejects.toMatchObject({ code: 'BROKEN', remote: true, details: { at: 1 } })
    expect((await ticks.next()).done).toBe(true)
    idle(client, server)
  })

  it('fails with an item that cannot be encoded, and its source is told', async () => {
    const { client, server } = twoPeers()
    let told = false
    server.procedures.set('ticks', async function* () {
      try {
        yield 1
        yield () => {}
        yield 3
      } finally {
        told = true
      }
    })
    const write = server.writeItem.bind(server)
    server.writeItem = (payload, stamp) => {
      if (typeof payload === 'function') throw new WseError('wse.unserializable')
      return write(payload, stamp)
    }
    const ticks = client.peer.stream('ticks', null)
    await expect(all(ticks)).rejects.toMatchObject({ code: 'wse.unserializable' })
    expect(told).toBe(true)
    idle(client, server)
  })

  it('stops at the window of a reader that does not read, and goes on as it does', async () => {
    const { client, server } = twoPeers()
    const text = 'x'.repeat(1_022)
    let made = 0
    server.procedures.set('ticks', function* () {
      for (; made < 200; made++) yield text
    })
    const ticks = client.peer.stream('ticks', null)
    await settled()
    expect(items(server)).toHaveLength(WINDOW / 1_024)
    for (let i = 0; i < 32; i++) await ticks.next()
    await settled()
    expect(items(server)).toHaveLength(WINDOW / 1_024 + 32)
    expect((await all(ticks)).length).toBe(200 - 32)
    expect(server.failures).toEqual([])
  })

  it('may send an item that is larger than the window, one at a time', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('big', () => ['x'.repeat(3 * WINDOW), 'y'.repeat(3 * WINDOW)])
    const big = client.peer.stream('big', null)
    await turn()
    expect(items(server)).toHaveLength(1)
    expect((await all(big)).map((text) => String(text)[0])).toEqual(['x', 'y'])
  })

  it('waits while the session has no room', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('ticks', () => [1, 2])
    server.hasRoom = false
    const ticks = client.peer.stream('ticks', null)
    await turn()
    server.peer.roomAgain()
    await turn()
    expect(items(server)).toEqual([])
    server.hasRoom = true
    server.peer.roomAgain()
    expect(await all(ticks)).toEqual([1, 2])
  })

  it('is given up by a reader that stops: the handler is told, and its source', async () => {
    const { client, server } = twoPeers()
    let context: CallContext | undefined
    let stopped = false
    server.procedures.set('ticks', async function* (_, ctx) {
      context = ctx
      void ctx.signal
      try {
        for (let n = 1; ; n++) yield n
      } finally {
        stopped = true
      }
    })
    for await (const n of client.peer.stream('ticks', null)) if (n === 3) break
    await turn()
    expect([stopped, context?.signal.aborted, context?.signal.reason.code]).toEqual([true, true, 'wse.rp.cancelled'])
    expect(client.wrote.at(-1)).toEqual(['~wse:cancel', 'cancelled', 1])
    idle(client, server)
  })

  it('is given up by a signal: what was not read is let go of', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('ticks', () => [1, 2, 3])
    const controller = new AbortController()
    server.hasRoom = false
    const ticks = client.peer.stream('ticks', null, { signal: controller.signal })
    const next = ticks.next()
    controller.abort('enough')
    await expect(next).rejects.toMatchObject({ code: 'wse.rp.cancelled', cause: 'enough' })
    idle(client, server)
  })

  it('has no time-out unless it is given one', async () => {
    const { clock, client, server } = twoPeers()
    server.procedures.set('ticks', async function* () {
      await new Promise(() => {})
    })
    const [endless, short] = [client.peer.stream('ticks', null), client.peer.stream('ticks', null, { timeout: 500 })]
    clock.advance(3_600_000)
    await expect(short.next()).rejects.toMatchObject({ code: 'wse.client.rp.timeout' })
    expect(client.peer.pending).toBe(1)
    await endless.return?.()
    idle(client, server)
  })

  it('asked of a handler that gives one value has no items, and ends with that', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('one', () => 1)
    const one = client.peer.stream('one', null)
    expect(await one.next()).toEqual({ done: true, value: 1 })
  })

  it('answers a caller who asked for one value with an error, and is not begun', async () => {
    const { client, server } = twoPeers()
    let begun = false
    server.procedures.set('ticks', async function* () {
      begun = true
      yield 1
    })
    await expect(client.peer.call('ticks', null)).rejects.toMatchObject({ code: 'wse.server.rp.failed' })
    expect([begun, server.failures[0]?.message]).toEqual([false, expect.stringContaining('returned a stream')])
  })

  it('ends with its session, after what had come', async () => {
    const { client, server } = twoPeers()
    let why: unknown
    server.procedures.set('ticks', async function* (_, ctx) {
      ctx.signal.addEventListener('abort', () => {
        why = ctx.signal.reason
      })
      yield 1
      await new Promise(() => {})
    })
    const ticks = client.peer.stream('ticks', null)
    await turn()
    client.peer.end(1006, 'gone', () => 'delivered')
    server.peer.end(1006, 'gone', () => 'unknown')
    expect((await ticks.next()).value).toBe(1)
    await expect(ticks.next()).rejects.toMatchObject({ code: 'wse.client.rp.disconnect' })
    expect(why).toMatchObject({ code: 'wse.client.rp.disconnect', details: { disconnected: [1006, 'gone'] } })
    idle(client, server)
  })
})

describe('a stream of the caller', () => {
  it('is read by the handler, and its answer ends the call', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('sum', async (_, ctx) => {
      let sum = 0
      for await (const n of ctx.chunks) sum += n
      return sum
    })
    expect(await client.peer.call('sum', null, { chunks: [1, 2, 3] })).toBe(6)
    expect(await client.peer.call('sum', null, { chunks: [] })).toBe(0)
    idle(client, server)
  })

  it('sends nothing, not even its end, before the handler reads', async () => {
    const { client, server } = twoPeers()
    let answer = (_: unknown) => {}
    server.procedures.set(
      'lazy',
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const call = client.peer.call('lazy', null, { chunks: [1, 2] })
    await turn()
    expect(client.wrote).toHaveLength(1)
    answer('never mind')
    expect(await call).toBe('never mind')
    idle(client, server)
  })

  it('stops where the handler answers before its end, and its source is told', async () => {
    const { client, server } = twoPeers()
    let stopped = false
    server.procedures.set('first', async (_, ctx) => (await ctx.chunks.next()).value)
    async function* source() {
      try {
        for (let n = 1; ; n++) yield n
      } finally {
        stopped = true
      }
    }
    expect(await client.peer.call('first', null, { chunks: source() })).toBe(1)
    await turn()
    expect(stopped).toBe(true)
    idle(client, server)
  })

  it('tells the handler of a source that failed, and this side of why', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('sum', async (_, ctx) => {
      for await (const _item of ctx.chunks);
    })
    async function* source() {
      yield 1
      throw new Error('disk on fire')
    }
    await expect(client.peer.call('sum', null, { chunks: source() })).rejects.toMatchObject({
      code: 'wse.server.rp.failed',
    })
    expect(client.failures[0]?.message).toContain('disk on fire')
    expect(JSON.stringify(client.wrote)).not.toContain('disk on fire')
  })

  it('refuses what is nothing to stream', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('sum', async (_, ctx) => (await ctx.chunks.next()).value)
    const call = client.peer.call('sum', null, { chunks: 5 as never })
    await expect(call).rejects.toMatchObject({ code: 'wse.invalid-option' })
    expect(client.wrote).toEqual([])
  })

  it('sends bytes in pieces that leave room for others', async () => {
    const { client, server } = twoPeers()
    const bytes = Uint8Array.from({ length: 40_000 }, (_, i) => i % 251)
    server.procedures.set('size', async (_, ctx) => {
      const got: number[] = []
      for await (const piece of ctx.chunks) got.push(...piece)
      return got.length === 40_000 && got.every((byte, i) => byte === i % 251)
    })
    expect(await client.peer.call('size', null, { chunks: [bytes] })).toBe(true)
    expect(items(client).map(([, piece]) => (piece as Uint8Array).length)).toEqual([16_384, 16_384, 7_232])
  })
})

it('what its caller sends ends, too, where to ask for it ends the session', async () => {
  const { client, server } = twoPeers()
  const write = server.write.bind(server)
  server.write = (type, payload, stamp) => {
    if (type === '~wse:credit') server.peer.end(4505, 'wse.clients-concurrency', () => 'unknown')
    return write(type, payload, stamp)
  }
  const read = new Promise<unknown>((resolve) => {
    server.procedures.set('take', async (_, ctx) => resolve(await all(ctx.chunks).catch((error) => error)))
  })
  void client.peer.call('take', null, { chunks: [1] }).catch(() => {})
  expect(await read).toMatchObject({ code: 'wse.client.rp.disconnect' })
})

describe('streams both ways', () => {
  it('run side by side', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('double', async function* (_, ctx) {
      for await (const n of ctx.chunks) yield 2 * n
      return 'done'
    })
    const double = client.peer.stream('double', null, { chunks: [1, 2, 3] })
    expect(await all(double)).toEqual([2, 4, 6])
    idle(client, server)
  })

  it('of many calls do not mix', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('count', async function* (to) {
      for (let n = 0; n < to; n++) yield [to, n]
    })
    const streams = [5, 10, 15].map((to) => all(client.peer.stream('count', to)))
    for (const [i, got] of (await Promise.all(streams)).entries()) {
      expect(got).toEqual(Array.from({ length: 5 * (i + 1) }, (_, n) => [5 * (i + 1), n]))
    }
  })
})

describe('frames of streams', () => {
  it('are malformed beyond their credit', async () => {
    const { client, server } = twoPeers()
    server.other = client.other = null
    server.procedures.set('sum', async (_, ctx) => {
      void ctx.chunks
      await new Promise(() => {})
    })
    server.peer.receive('~wse:call', { name: 'sum', in: true }, 1)
    server.frameSize = WINDOW
    server.peer.receive('~wse:item', 'x', 1)
    expect(() => server.peer.receive('~wse:item', 'y', 1)).toThrow(Malformed)
    const ticks = client.peer.stream('ticks', null)
    client.frameSize = sizeOf('x'.repeat(WINDOW))
    client.peer.receive('~wse:item', 'x', 1)
    expect(() => client.peer.receive('~wse:item', 'y', 1)).toThrow(Malformed)
    await ticks.return?.()
  })

  it('of a direction the call does not have are dropped', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('slow', () => new Promise(() => {}))
    const call = client.peer.call('slow', null, { timeout: 100 })
    for (const peer of [client.peer, server.peer]) {
      peer.receive('~wse:item', 1, 1)
      peer.receive('~wse:end', null, 1)
      peer.receive('~wse:credit', 5, 1)
    }
    expect([client.failures, server.failures]).toEqual([[], []])
    client.peer.end(1000, '', () => 'unknown')
    await expect(call).rejects.toMatchObject({ code: 'wse.client.rp.disconnect' })
  })

  it('are not sent to a WSE 4 peer', async () => {
    const { client } = twoPeers(4)
    await expect(client.peer.stream('ticks', null).next()).rejects.toMatchObject({ code: 'wse.not-supported' })
    await expect(client.peer.call('sum', null, { chunks: [1] })).rejects.toMatchObject({ code: 'wse.not-supported' })
    expect(client.wrote).toEqual([])
  })
})
