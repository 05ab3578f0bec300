import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../../fake-clock.test-helper.js'
import type { Backplane } from '../backplane.js'
import { ALL, nodeSubject } from '../subjects.js'
import { createMemoryHub, type MemoryHub } from './hub.js'
import { begun, Recorder, Results } from './recorder.test-helper.js'

let hub: MemoryHub
let a: Backplane
let b: Backplane

beforeEach(() => {
  hub = createMemoryHub({ clock: new FakeClock() })
  a = hub.backplane()
  b = hub.backplane()
})

describe('a node of a hub', () => {
  it('delivers in a later microtask, in one order on every node', async () => {
    const [atA, atB] = [await begun(a, ['s']), await begun(b, ['s'])]
    for (let i = 0; i < 3; i++) {
      a.publish('s', `a${i}`)
      b.publish('s', `b${i}`)
    }
    expect(atA.messages).toEqual([])
    await turn()
    expect(atA.bodies).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    expect(atB.bodies).toEqual(atA.bodies)
    expect(atB.messages.map(({ from, seq }) => [from, seq])).toContainEqual([a.node, 3])
  })

  it('says how many received it, and that nobody did', async () => {
    await begun(a, ['both'])
    await begun(b, ['both', 'one'])
    const results = new Results()
    for (const subject of ['both', 'one', 'none', ALL, nodeSubject(b.node)]) {
      a.publish(subject, 'x', undefined, results)
    }
    expect(results.results).toEqual([])
    await turn()
    expect(results.results.map((result) => result.ok && result.receivers)).toEqual([2, 1, 0, 2, 1])
    expect(a.stats).toMatchObject({ published: 5, failed: 0, waiting: 0, lag: null })
  })

  it('gives bytes memory of their own, the history its own, and the publisher may write into what it gave', async () => {
    const [atA, atB] = [await begun(a, ['s']), await begun(b, ['s'])]
    const bytes = Buffer.from([1, 2, 3])
    a.publish('s', bytes, { history: { size: 5, ttl: 1_000, bytes: 1_000 } })
    bytes.fill(9)
    await turn()
    const [[one], [two]] = [atA.bodies as Uint8Array[], atB.bodies as Uint8Array[]]
    expect(one).toEqual(Uint8Array.of(1, 2, 3))
    one?.fill(7)
    expect(two).toEqual(Uint8Array.of(1, 2, 3))
    const [kept] = (await b.history('s', null))?.items ?? []
    expect(kept?.body).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('answers what was asked and published in the order in which that was said', async () => {
    await begun(a)
    const order: string[] = []
    const receipt = (name: string) => ({ settle: () => void order.push(name) })
    a.publish('s', 'x', { history: { size: 5, ttl: 1_000, bytes: 1_000 } }, receipt('first'))
    const tops = a.tops(['s', 'none'])
    a.publish('s', 'y', { history: { size: 5, ttl: 1_000, bytes: 1_000 } }, receipt('second'))
    expect(await tops).toEqual([{ epoch: expect.any(String), offset: 1 }, null])
    expect(order).toEqual(['first', 'second'])
  })

  it('is attached in the end to what it attached, detached and attached in one turn', async () => {
    const atA = await begun(a)
    const first = a.attach(['s', 't'])
    a.detach(['s', 't'])
    const second = a.attach(['s'])
    expect(await Promise.all([first, second])).toEqual([true, true])
    a.publish('s', '1')
    a.publish('t', '2')
    await turn()
    expect(atA.bodies).toEqual(['1'])
    expect(hub.inspect().subjects).toBe(4 - 1)
  })

  it('knows how far it is, of others and of itself', async () => {
    await begun(a, ['s'])
    await begun(b, ['s'])
    expect(b.cursor('s')).toEqual({ [b.node]: 0 })
    a.publish('s', '1')
    const seq = a.publish('s', '2')
    expect(a.cursor('s')).toEqual({ [a.node]: seq })
    await turn()
    expect(b.cursor('s')).toEqual({ [a.node]: seq, [b.node]: 0 })
  })

  it('has taken in what was published before a barrier, and not what comes later', async () => {
    const atA = await begun(a, ['s'])
    await begun(b, ['s'])
    b.publish('s', '1')
    a.publish('s', '2')
    const passed = a.barrier('s').then(() => [...atA.bodies])
    a.publish('s', '3', undefined, { settle: () => void a.publish('s', '4') })
    expect(await passed).toEqual(['1', '2', '3'])
    await a.close()
    expect(await a.barrier('s')).toBe(false)
  })

  it('covers a message by its cursor while that is told', async () => {
    await begun(a)
    const atB = await begun(b, ['s'])
    const seen: unknown[] = []
    atB.react = ({ from, seq }) => seen.push(b.cursor('s')[from] === seq)
    a.publish('s', '1')
    await turn()
    expect(seen).toEqual([true])
  })

  it('goes on when a handler throws, and when a receipt does', async () => {
    const atA = await begun(a, ['s'])
    atA.react = () => {
      throw new Error('handler')
    }
    const settle = () => {
      throw new Error('receipt')
    }
    a.publish('s', '1', undefined, { settle })
    a.publish('s', '2')
    await turn()
    expect(atA.bodies).toEqual(['1', '2'])
    expect(atA.errors.map(String)).toEqual(['Error: handler', 'Error: receipt', 'Error: handler'])
  })

  it('survives that whoever is told of errors fails', async () => {
    const atA = await begun(a, ['s'])
    atA.react = () => {
      throw new Error('handler')
    }
    atA.failed = () => {
      throw new Error('teller')
    }
    a.publish('s', '1')
    a.publish('s', '2')
    await turn()
    expect(atA.bodies).toEqual(['1', '2'])
  })

  it('tells nothing of what a handler publishes before that handler is done', async () => {
    const atA = await begun(a, ['s', 't'])
    const order: string[] = []
    atA.react = ({ subject }) => {
      if (subject !== 's') return
      a.publish('t', 'answer', undefined, { settle: () => void order.push('settled') })
      order.push('handled')
    }
    a.publish('s', '1')
    await turn()
    expect(order).toEqual(['handled', 'settled'])
    expect(atA.bodies).toEqual(['1', 'answer'])
  })

  it('can be of no use before it is up, and says so', async () => {
    const results = new Results()
    a.publish('s', 'x', undefined, results)
    expect(await Promise.all([a.attach(['s']), a.history('s', null), a.present('s')])).toEqual([false, null, null])
    expect(results.results).toEqual([expect.objectContaining({ ok: false, reason: 'down' })])
    expect(a.state).toBe('starting')
    const atA = await begun(a)
    expect(atA.gaps).toEqual([{ subjects: expect.arrayContaining(['s']), lost: false, forMs: 0 }])
    a.publish('s', 'y')
    await turn()
    expect(atA.bodies).toEqual(['y'])
  })

  it('starts once', async () => {
    const [first, second] = [new Recorder(), new Recorder()]
    await Promise.all([a.start(first), a.start(second)])
    a.publish(ALL, 'x')
    await turn()
    expect([first.bodies, second.bodies]).toEqual([['x'], []])
  })

  it('ends at once when it is closed, and what it published before still goes out', async () => {
    const [atA, atB] = [await begun(a, ['s']), await begun(b, ['s'])]
    const results = new Results()
    a.publish('s', 'last', undefined, results)
    const closing = a.close()
    a.publish('s', 'too late', undefined, results)
    expect(a.close()).toBe(closing)
    await closing
    expect(atA.bodies).toEqual([])
    expect(atB.take()).toEqual([`${a.node} up`, 'up', 's: last', `${a.node} down`])
    expect(results.results.map((result) => result.ok || result.reason)).toEqual([true, 'down'])
    expect(await Promise.all([a.attach(['s']), a.tops(['s']), a.claim('f', '', 1)])).toEqual([false, null, null])
    expect(b.nodes).toEqual(new Set([b.node]))
    expect(a.stats).toMatchObject({ subjects: 0, waiting: 0 })
  })

  it('is closed before it was up', async () => {
    const starting = a.start(new Recorder())
    await Promise.all([a.close(), starting])
    await a.start(new Recorder())
    await b.close()
    expect(hub.inspect()).toMatchObject({ nodes: 0, subjects: 0, waiting: 0 })
  })
})
