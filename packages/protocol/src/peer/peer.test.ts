import { describe, expect, it, vi } from 'vitest'
import { FakeClock, turn } from '../fake-clock.test-helper.js'
import { End, twoPeers } from '../two-peers.test-helper.js'

const code = (value: string, details: Record<string, unknown> = {}) =>
  expect.objectContaining({ code: value, details: expect.objectContaining(details) })

describe('two peers', () => {
  it.each([4, 5] as const)('call each other, both ways at once, in version %i', async (version) => {
    const { client, server } = twoPeers(version)
    server.procedures.set('add', ({ a, b }) => a + b)
    client.procedures.set('ask', async (n) => n * 2)
    const calls = [
      client.peer.call('add', { a: 1, b: 2 }),
      server.peer.call('ask', 21),
      client.peer.call('add', { a: 3, b: 4 }),
    ]
    expect(await Promise.all(calls)).toEqual([3, 42, 7])
    expect([client.peer.pending, server.peer.pending, client.peer.running, server.peer.running]).toEqual([0, 0, 0, 0])
  })

  it('call each other from inside a handler', async () => {
    const { client, server } = twoPeers()
    client.procedures.set('name', () => 'ann')
    server.procedures.set('greet', async () => `hi ${await server.peer.call('name', null)}`)
    expect(await client.peer.call('greet', null)).toBe('hi ann')
  })

  it('send each other messages, plain and volatile', () => {
    const { client, server } = twoPeers()
    expect(client.peer.send('chat', { text: 'hi' })).toBe('sent')
    client.peer.send('cursor', 5, { volatile: true })
    client.peer.send('bare', undefined, { volatile: true })
    server.peer.send('note', undefined)
    expect(server.messages).toEqual([
      ['chat', { text: 'hi' }],
      ['cursor', 5],
      ['bare', undefined],
    ])
    expect(client.wrote[1]).toEqual(['~wse:volatile', ['cursor', 5]])
    expect(client.messages).toEqual([['note', undefined]])
  })

  it('write what a WSE 4 peer knows to a WSE 4 peer', async () => {
    const { client, server } = twoPeers(4)
    server.procedures.set('add', () => 3)
    client.peer.send('cursor', 5, { volatile: true })
    await client.peer.call('add', null, { timeout: 500 })
    expect(client.wrote).toEqual([
      ['cursor', 5],
      ['add', null, '1'],
    ])
    expect(server.wrote).toEqual([['~wse:response', 3, '1']])
  })

  it('tell a time-out of one call only to a peer of version 5', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('add', () => 3)
    await client.peer.call('add', 1, { timeout: 500 })
    await client.peer.call('add', 1)
    expect(client.wrote).toEqual([
      ['~wse:call', { name: 'add', payload: 1, timeout: 500 }, 1],
      ['add', 1, 3],
    ])
  })

  it('have stamps of their own parity', () => {
    const clock = new FakeClock()
    for (const [side, stamps] of [
      ['client', [1, 3, 5]],
      ['server', [2, 4, 6]],
    ] as const) {
      const end = new End(clock, side, 5)
      for (let i = 0; i < 3; i++) end.peer.call('a', null).catch(() => {})
      expect(end.wrote.map(([, , stamp]) => stamp)).toEqual(stamps)
      end.peer.end(1006, '', () => 'unknown')
    }
  })
})

describe('a call that cannot be made', () => {
  it.each(['', '~wse:call', 5, null, 'n'.repeat(129)])('rejects for the name %s, and writes nothing', async (name) => {
    const { client } = twoPeers()
    await expect(client.peer.call(name as string, null)).rejects.toEqual(code('wse.invalid-name'))
    expect(client.wrote).toEqual([])
    expect(() => client.peer.send(name as string, null)).toThrow(code('wse.invalid-name'))
  })

  it.each([Number.NaN, -1, 2 ** 31, 2 ** 31 - 0.5, Number.POSITIVE_INFINITY, '5', null, true, {}])(
    'rejects for the time-out %s, and writes nothing',
    async (timeout) => {
      const { client } = twoPeers()
      await expect(client.peer.call('add', null, { timeout: timeout as number })).rejects.toEqual(
        code('wse.invalid-option'),
      )
      expect(client.wrote).toEqual([])
      expect([client.peer.pending, client.clock.armed]).toEqual([0, 0])
    },
  )

  it('rejects with what the writing threw, and holds on to nothing', async () => {
    const { client } = twoPeers()
    const controller = new AbortController()
    client.verdict = new Error('too large')
    await expect(client.peer.call('add', null, { signal: controller.signal })).rejects.toThrow('too large')
    controller.abort()
    expect(client.peer.pending).toBe(0)
  })

  it('on a closed link rejects as not sent, and leaves no timer behind', async () => {
    const { client } = twoPeers()
    client.peer.end(1006, '', () => 'unknown')
    client.verdict = 'dropped'
    await expect(client.peer.call('add', null)).rejects.toEqual(
      code('wse.client.rp.disconnect', { rpc: 'add', certainty: 'not-sent' }),
    )
    expect([client.peer.pending, client.peer.timers, client.clock.armed]).toEqual([0, 0, 0])
  })

  it('beyond the limit of calls in flight rejects without being sent', async () => {
    const end = new End(new FakeClock(), 'client', 5, { callsOut: 2 })
    const waiting = [end.peer.call('a', 1), end.peer.call('a', 2)]
    await expect(end.peer.call('a', 3)).rejects.toEqual(code('wse.rp.too-many', { rpc: 'a', limit: 2 }))
    expect(end.wrote).toHaveLength(2)
    end.peer.receive('~wse:response', 'x', 1)
    end.peer.receive('~wse:response', 'y', 3)
    expect(await Promise.all(waiting)).toEqual(['x', 'y'])
    end.peer.call('a', 4).catch(() => {})
    expect(end.last).toEqual(['a', 4, 5])
  })
})

describe('giving up', () => {
  it('after the time-out rejects, tells the other end, and drops the late result', async () => {
    const { clock, client, server } = twoPeers()
    server.procedures.set('slow', () => new Promise(() => {}))
    const call = client.peer.call('slow', null)
    clock.advance(19_999)
    expect(client.peer.pending).toBe(1)
    clock.advance(1)
    await expect(call).rejects.toEqual(code('wse.client.rp.timeout', { rpc: 'slow', certainty: 'unknown' }))
    expect(client.last).toEqual(['~wse:cancel', 'timeout', 1])
    expect(server.peer.running).toBe(0)
    client.peer.receive('~wse:response', 'late', 1)
    expect(client.wrote).toHaveLength(2)
  })

  it('never comes with a time-out of 0', () => {
    const { clock, client, server } = twoPeers()
    server.procedures.set('slow', () => new Promise(() => {}))
    client.peer.call('slow', null, { timeout: 0 }).catch(() => {})
    expect(clock.armed).toBe(0)
    clock.advance(1e9)
    expect(client.peer.pending).toBe(1)
  })

  it('tells a WSE 4 peer nothing', async () => {
    const { clock, client, server } = twoPeers(4)
    server.procedures.set('slow', () => new Promise(() => {}))
    const call = client.peer.call('slow', null)
    clock.advance(20_000)
    await expect(call).rejects.toEqual(code('wse.client.rp.timeout'))
    expect(client.wrote).toHaveLength(1)
  })

  it('by a signal rejects with its reason as the cause, and lets go of the signal', async () => {
    const { client, server } = twoPeers()
    server.procedures.set('slow', () => new Promise(() => {}))
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const call = client.peer.call('slow', null, { signal: controller.signal })
    controller.abort('enough')
    await expect(call).rejects.toEqual(code('wse.rp.cancelled', { rpc: 'slow', certainty: 'unknown' }))
    await expect(call).rejects.toMatchObject({ cause: 'enough' })
    expect(client.last).toEqual(['~wse:cancel', 'cancelled', 1])
    expect(remove).toHaveBeenCalledOnce()
    expect([client.peer.pending, server.peer.running]).toEqual([0, 0])
  })

  it('before it began rejects as not sent', async () => {
    const { client } = twoPeers()
    const call = client.peer.call('slow', null, { signal: AbortSignal.abort('early') })
    await expect(call).rejects.toEqual(code('wse.rp.cancelled', { certainty: 'not-sent' }))
    expect(client.wrote).toEqual([])
  })

  it('takes a call back that was never given to a link', async () => {
    const { clock, client, server } = twoPeers()
    server.procedures.set('slow', () => new Promise(() => {}))
    client.recall = () => true
    const call = client.peer.call('slow', null)
    clock.advance(20_000)
    await expect(call).rejects.toEqual(code('wse.client.rp.timeout', { certainty: 'not-sent' }))
    expect(client.wrote).toHaveLength(1)
  })

  it('rejects every call that is due even if the cancel cannot be written', async () => {
    const { clock, client } = twoPeers()
    client.other = null
    const calls = [
      client.peer.call('a', null),
      client.peer.call('b', null, { timeout: 20_000 }),
      client.peer.call('c', null, { timeout: 30_000 }),
    ]
    const settled = Promise.allSettled(calls)
    client.verdict = new Error('too large')
    expect(() => clock.advance(30_000)).not.toThrow()
    client.peer.end(1006, '', () => 'unknown')
    expect((await settled).map((call) => call.status === 'rejected' && call.reason.code)).toEqual(
      Array(3).fill('wse.client.rp.timeout'),
    )
  })
})

describe('the end', () => {
  it('rejects every call with what is certain, and drops what handlers still answer', async () => {
    const { clock, client, server } = twoPeers()
    let finish: (value: unknown) => void = () => {}
    server.procedures.set('slow', () => new Promise((resolve) => (finish = resolve)))
    const calls = [client.peer.call('slow', null), client.peer.call('other', null)]
    server.peer.end(1006, 'cut', () => 'unknown')
    client.peer.end(1006, 'cut', () => 'delivered')
    const [first] = await Promise.allSettled(calls)
    expect(first).toMatchObject({
      reason: {
        code: 'wse.client.rp.disconnect',
        details: { rpc: 'slow', certainty: 'delivered', disconnected: [1006, 'cut'] },
      },
    })
    finish('late')
    await turn()
    expect(server.wrote.filter(([type]) => type === '~wse:response')).toEqual([])
    expect([client.peer.pending, server.peer.running, clock.armed]).toEqual([0, 0, 0])
  })

  it('says of each call what its session says of it, and keeps those that go on', async () => {
    const end = new End(new FakeClock(), 'client', 5)
    const calls = [1, 2, 3, 4].map((n) => end.peer.call('a', n))
    const settled = Promise.allSettled(calls)
    const fates = new Map([
      [1, 'unknown'],
      [3, 'goes-on'],
      [5, 'not-sent'],
      [7, 'delivered'],
    ] as const)
    end.peer.end(1006, '', (stamp) => fates.get(stamp as 1) ?? 'unknown')
    expect([end.peer.pending, end.peer.timers]).toEqual([1, 1])
    end.peer.receive('~wse:response', 'went on', 3)
    expect(
      (await settled).map((call) => (call.status === 'rejected' ? call.reason.details.certainty : call.value)),
    ).toEqual(['unknown', 'went on', 'not-sent', 'delivered'])
    expect(end.peer.pending).toBe(0)
  })
})
