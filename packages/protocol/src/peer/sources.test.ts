import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { turn } from '../fake-clock.test-helper.js'
import { Malformed } from '../frames/envelope.js'
import { twoPeers } from '../two-peers.test-helper.js'

/** Every microtask there is has run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await turn()
}

/** Sources that wait for ever, and whether they were let go of. */
const WAITING: [string, (told: () => void) => unknown][] = [
  ['a Web stream', (told) => new ReadableStream({ cancel: told })],
  [
    'a Node stream',
    (told) =>
      new Readable({
        read() {},
        destroy(_, done) {
          told()
          done(null)
        },
      }),
  ],
]

describe.each(WAITING)('%s as a source', (_, make) => {
  it('is let go of though it is waited for', async () => {
    const { client, server } = twoPeers()
    let told = 0
    server.procedures.set('s', () => make(() => told++))
    const stream = client.peer.stream('s', null)
    await settled()
    await stream.return?.()
    await settled()
    expect([told, server.failures]).toEqual([1, []])
  })

  it('is let go of where the caller gave up before there was one', async () => {
    const { client, server } = twoPeers()
    let told = 0
    let give = (_source: unknown) => {}
    server.procedures.set(
      's',
      () =>
        new Promise((resolve) => {
          give = resolve
        }),
    )
    const stream = client.peer.stream('s', null)
    await stream.return?.()
    give(make(() => told++))
    await settled()
    expect(told).toBe(1)
  })

  it('is let go of where the session ended before it was begun', async () => {
    const { client, server } = twoPeers()
    let told = 0
    server.procedures.set('s', () => {
      server.peer.end(1000, '', () => 'unknown')
      return make(() => told++)
    })
    client.peer.stream('s', null)
    await settled()
    expect(told).toBe(1)
  })

  it('is let go of where the caller asked for one value', async () => {
    const { client, server } = twoPeers()
    let told = 0
    server.procedures.set('s', () => make(() => told++))
    await expect(client.peer.call('s', null)).rejects.toMatchObject({ code: 'wse.server.rp.failed' })
    await settled()
    expect(told).toBe(1)
  })

  it('is let go of where the call it goes with is given up, which is no failure', async () => {
    const { client, server } = twoPeers()
    let told = 0
    server.procedures.set('sum', async (_, ctx) => {
      await ctx.chunks.next()
    })
    const controller = new AbortController()
    const call = client.peer.call('sum', null, { chunks: make(() => told++) as never, signal: controller.signal })
    await settled()
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await settled()
    expect([told, client.failures]).toEqual([1, []])
  })

  it('is let go of where the call it goes with cannot be made', async () => {
    const { client } = twoPeers(4)
    let told = 0
    const call = client.peer.call('sum', null, { chunks: make(() => told++) as never })
    await expect(call).rejects.toMatchObject({ code: 'wse.not-supported' })
    await settled()
    expect(told).toBe(1)
  })
})

describe('a source', () => {
  it('of promises gives what they come to', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('s', () => [Promise.resolve(1), 2])
    const stream = client.peer.stream('s', null)
    expect([await stream.next(), await stream.next()]).toMatchObject([{ value: 1 }, { value: 2 }])
  })

  it('that fails is told once, and only to the caller if it is meant for it', async () => {
    const { client, server } = twoPeers()
    const source = () => new ReadableStream({ pull: () => Promise.reject(new WseError('DISK')) })
    server.procedures.set('s', source)
    await expect(client.peer.stream('s', null).next()).rejects.toMatchObject({ code: 'DISK' })
    await settled()
    expect(server.failures).toEqual([])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('jammed')
      },
    ],
    ['rejects', () => Promise.reject(new Error('jammed'))],
  ])('that %s as it is let go of leaves no call unanswered, and nothing unhandled', async (_, stop) => {
    const { client, server } = twoPeers()
    server.procedures.set('s', async () => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: stop }),
    }))
    await expect(client.peer.call('s', null)).rejects.toMatchObject({ code: 'wse.server.rp.failed' })
    const stream = client.peer.stream('s', null)
    await settled()
    await stream.return?.()
    await settled()
    const jammed = server.failures.filter(({ message }) => message.includes('jammed'))
    expect([jammed.length, client.peer.pending, server.peer.running]).toEqual([2, 0, 0])
  })

  it('that its deadline cut short is no stream that came to its end', async () => {
    const { clock, server } = twoPeers()
    server.other = null
    server.procedures.set('s', async function* (_, ctx) {
      const late = new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
      yield 1
      await late
      yield 2
    })
    server.peer.receive('~wse:call', { name: 's', timeout: 500, credit: 1_000 }, 1)
    await settled()
    clock.advance(500)
    await settled()
    expect(server.wrote).toMatchObject([
      ['~wse:item', 1, 1],
      ['~wse:response-err', { code: 'wse.client.rp.timeout' }, 1],
    ])
  })

  it('whose session ends is read as far as it came', async () => {
    const { client, server } = twoPeers()
    const got: unknown[] = []
    server.procedures.set('sum', async (_, ctx) => {
      got.push((await ctx.chunks.next()).value)
      await settled()
      try {
        for await (const item of ctx.chunks) got.push(item)
      } catch (error) {
        got.push((error as WseError).code)
      }
    })
    async function* endless() {
      yield* [1, 2, 3]
      await new Promise(() => {})
    }
    client.peer.call('sum', null, { chunks: endless() }).catch(() => {})
    for (let i = 0; i < 50; i++) await turn()
    server.peer.end(1006, '', () => 'unknown')
    client.peer.end(1006, '', () => 'unknown')
    await settled()
    await settled()
    expect(got).toEqual([1, 2, 3, 'wse.client.rp.disconnect'])
  })

  it('may not send an item before there is any credit', () => {
    const { server } = twoPeers()
    server.other = null
    server.procedures.set('lazy', () => new Promise(() => {}))
    server.peer.receive('~wse:call', { name: 'lazy', in: true }, 1)
    expect(() => server.peer.receive('~wse:item', 'x', 1)).toThrow(Malformed)
    expect(server.wrote).toEqual([])
  })
})
