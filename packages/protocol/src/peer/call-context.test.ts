import { describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { turn } from '../fake-clock.test-helper.js'
import { twoPeers } from '../two-peers.test-helper.js'
import type { CallContext } from './call-context.js'
import type { CallOptions } from './call-options.js'

/** Two peers, and the context of each call that waits at the server for an answer. */
function waiting() {
  const peers = twoPeers()
  const contexts: CallContext[] = []
  peers.server.procedures.set('wait', (_, ctx) => {
    contexts.push(ctx)
    return new Promise(() => {})
  })
  const wait = (options?: CallOptions) => {
    const call = peers.client.peer.call('wait', null, options)
    call.catch(() => {})
    return { call, ctx: contexts.at(-1) as CallContext }
  }
  return { ...peers, wait }
}

const cut = ({ client, server }: ReturnType<typeof twoPeers>) => {
  client.other = server.other = null
}

describe('the context of a call', () => {
  it('names the call, differently each time', () => {
    const { wait } = waiting()
    const [one, two] = [wait().ctx, wait().ctx]
    expect(one.requestId).toMatch(/^[\w-]{21}$/)
    const again = one.requestId
    expect([again === one.requestId, again === two.requestId]).toEqual([true, false])
  })

  it('knows when the caller gives up: by default, by its own time-out, or never', () => {
    const { clock, server, wait } = waiting()
    server.peer.callerTimeout(20_000)
    const now = clock.now()
    expect([wait(), wait({ timeout: 500 }), wait({ timeout: 0 })].map(({ ctx }) => ctx.deadline - now)).toEqual([
      20_000,
      500,
      Number.POSITIVE_INFINITY,
    ])
  })

  it('brings the trace of the caller', () => {
    const { wait } = waiting()
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    expect([wait({ trace }).ctx.trace, wait().ctx.trace]).toEqual([trace, undefined])
  })

  it('has no chunks where the caller sends none', async () => {
    const { wait } = waiting()
    expect(await wait().ctx.chunks.next()).toEqual({ done: true, value: undefined })
  })

  it('makes errors for the caller', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('add', (_, ctx) => {
      throw ctx.error('TOO_BIG', { max: 10 }, 'not more than ten')
    })
    await expect(client.peer.call('add', 11)).rejects.toMatchObject({
      code: 'TOO_BIG',
      message: 'not more than ten',
      details: { max: 10, rpc: 'add' },
    })
  })
})

describe('the signal of a call', () => {
  it('is aborted where the caller gives up, with why', async () => {
    const { clock, wait } = waiting()
    const controller = new AbortController()
    const given = wait({ signal: controller.signal }).ctx
    const timed = wait({ timeout: 500 }).ctx
    expect([given.signal.aborted, timed.signal.aborted]).toEqual([false, false])
    controller.abort()
    expect(given.signal.reason).toMatchObject({ code: 'wse.rp.cancelled', remote: true, details: { rpc: 'wait' } })
    clock.advance(500)
    expect(timed.signal.reason).toMatchObject({ code: 'wse.client.rp.timeout' })
  })

  it('is aborted at the deadline though no word comes, by a timer made only for who asks', () => {
    const peers = waiting()
    const { clock, server, wait } = peers
    const [asked, other] = [wait({ timeout: 500 }).ctx, wait({ timeout: 500 }).ctx]
    cut(peers)
    const armed = clock.armed
    const { signal } = asked
    expect(clock.armed).toBe(armed + 1)
    clock.advance(500)
    expect(signal.reason).toMatchObject({ code: 'wse.client.rp.timeout', remote: false })
    expect([other.signal.aborted, server.failures]).toEqual([false, []])
  })

  it('is aborted by the end of the session, also if it is asked for only then', () => {
    const { server, wait } = waiting()
    const [asked, late] = [wait().ctx, wait().ctx]
    const { signal } = asked
    server.peer.end(4506, 'bye', () => 'unknown')
    for (const one of [signal, late.signal]) {
      expect(one.reason).toMatchObject({ code: 'wse.client.rp.disconnect', details: { disconnected: [4506, 'bye'] } })
    }
  })

  it('is aborted by the end of the session, also if the handler itself ends it', () => {
    const { client, server } = twoPeers()
    let signal: AbortSignal | undefined
    server.procedures.set('leave', (_, ctx) => {
      signal = ctx.signal
      server.peer.end(4506, 'bye', () => 'unknown')
      return new Promise(() => {})
    })
    client.peer.call('leave', null, { timeout: 0 }).catch(() => {})
    expect(signal?.reason).toMatchObject({ code: 'wse.client.rp.disconnect' })
  })

  it('is not aborted by an answer, and leaves no timer behind', async () => {
    const { clock, client, server } = twoPeers()
    let signal: AbortSignal | undefined
    server.procedures.set('add', async (_, ctx) => {
      signal = ctx.signal
      return 3
    })
    const armed = clock.armed
    expect(await client.peer.call('add', null, { timeout: 500 })).toBe(3)
    client.peer.end(1000, '', () => 'unknown')
    expect([signal?.aborted, clock.armed]).toEqual([false, armed])
  })
})

describe('a call within another', () => {
  it('has its deadline, unless its own is sooner', async () => {
    const { clock, client, server } = twoPeers()
    const deadlines: number[] = []
    client.procedures.set('ask', (_, ctx) => deadlines.push(ctx.deadline - clock.now()))
    server.procedures.set('do', async (_, ctx) => {
      clock.advance(100)
      await ctx.call('ask')
      await ctx.call('ask', null, { timeout: 50 })
      await server.peer.call('ask', null, { within: ctx, timeout: 5_000 })
    })
    await client.peer.call('do', null, { timeout: 500 })
    expect(deadlines).toEqual([400, 50, 400])
  })

  it('is not made once that has passed', async () => {
    const { clock, client, server } = twoPeers()
    let inner: unknown
    server.procedures.set('do', async (_, ctx) => {
      clock.sleep(600)
      inner = await ctx.call('ask').catch((error) => error)
    })
    await client.peer.call('do', null, { timeout: 500 }).catch(() => {})
    await turn()
    expect(inner).toMatchObject({ code: 'wse.client.rp.timeout', details: { certainty: 'not-sent' } })
  })

  it('is given up with it, and has its trace', async () => {
    const { client, server } = twoPeers()
    let asked: CallContext | undefined
    let inner: Promise<unknown> | undefined
    client.procedures.set('ask', (_, ctx) => {
      asked = ctx
      void ctx.signal
      return new Promise(() => {})
    })
    server.procedures.set('do', (_, ctx) => {
      inner = ctx.call('ask')
      return inner
    })
    const controller = new AbortController()
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const call = client.peer.call('do', null, { signal: controller.signal, trace })
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await expect(inner).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    expect([asked?.trace, asked?.signal.aborted]).toEqual([trace, true])
    expect([client.peer.running, server.peer.running, server.peer.pending]).toEqual([0, 0, 0])
  })
})

describe('an idempotent call', () => {
  it('is asked again in the next session, under the same id', async () => {
    const peers = waiting()
    const { client, wait } = peers
    const { call, ctx } = wait({ idempotent: true })
    const plain = wait().call
    cut(peers)
    client.peer.end(1006, '', () => 'unknown', true)
    await expect(plain).rejects.toMatchObject({ code: 'wse.client.rp.disconnect', details: { certainty: 'unknown' } })
    const again = client.wrote.at(-1)
    expect(again).toEqual(['~wse:call', { name: 'wait', payload: null, id: ctx.requestId }, 1])
    client.peer.receive('~wse:response', 'well', 1)
    expect(await call).toBe('well')
  })

  it('rejects where there is no next session', async () => {
    const { client, wait } = waiting()
    const { call } = wait({ idempotent: true })
    client.peer.end(1006, '', () => 'unknown')
    await expect(call).rejects.toMatchObject({ code: 'wse.client.rp.disconnect' })
  })

  it('is not certain not to have run because it did not leave a second time', async () => {
    const peers = waiting()
    const { client, clock, wait } = peers
    const calls = [wait({ idempotent: true }), wait({ idempotent: true }), wait({ idempotent: true, timeout: 500 })]
    cut(peers)
    client.peer.end(1006, '', () => 'unknown', true)
    client.peer.abandon(1, new WseError('wse.not-supported', { certainty: 'not-sent' }))
    client.recall = () => true
    clock.advance(500)
    client.peer.end(1006, '', () => 'not-sent')
    const errors = await Promise.all(calls.map(({ call }) => call.catch((error) => error)))
    expect(errors.map(({ code, details }) => [code, details.certainty])).toEqual([
      ['wse.not-supported', 'unknown'],
      ['wse.client.rp.disconnect', 'unknown'],
      ['wse.client.rp.timeout', 'unknown'],
    ])
  })

  it('for items is asked again only as long as none came: they would come twice', async () => {
    const { client } = twoPeers()
    client.other = null
    const [begun, fresh] = [1, 3].map(() => client.peer.stream('ticks', null, { idempotent: true }))
    client.frameSize = 65_536
    client.peer.receive('~wse:item', 'x', 1)
    client.peer.end(1006, '', () => 'delivered', true)
    client.peer.receive('~wse:item', 'y', 3)
    expect((await begun?.next())?.value).toBe('x')
    await expect(begun?.next()).rejects.toMatchObject({ code: 'wse.client.rp.disconnect' })
    expect((await fresh?.next())?.value).toBe('y')
  })

  it('cannot have chunks', async () => {
    const { client } = twoPeers()
    const call = client.peer.call('sum', null, { idempotent: true, chunks: [1] })
    await expect(call).rejects.toMatchObject({ code: 'wse.invalid-option', details: { option: 'idempotent' } })
  })
})
