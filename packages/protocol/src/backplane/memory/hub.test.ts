import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, turn } from '../../fake-clock.test-helper.js'
import type { Backplane } from '../backplane.js'
import { ALL, nodeSubject } from '../subjects.js'
import { createMemoryHub, type MemoryHub } from './hub.js'
import { begun, Recorder, Results } from './recorder.test-helper.js'

const KEPT = { history: { size: 5, ttl: 60_000, bytes: 1_000 } }

let clock: FakeClock
let hub: MemoryHub
let a: Backplane
let b: Backplane
let atA: Recorder
let atB: Recorder

beforeEach(async () => {
  clock = new FakeClock()
  hub = createMemoryHub({ clock, leaseMs: 10_000 })
  a = hub.backplane()
  b = hub.backplane()
  atA = await begun(a, ['s'])
  atB = await begun(b, ['s'])
})

describe('nodes that come and go', () => {
  it('tells each of the others, those included that were here before', () => {
    expect(atA.take()).toEqual(['up', `${b.node} up`])
    expect(atB.take()).toEqual([`${a.node} up`, 'up'])
    expect([...a.nodes].sort()).toEqual([a.node, b.node].sort())
  })

  it('holds nothing but histories once all are closed, and no timer', async () => {
    a.publish('s', 'x', KEPT)
    await a.enter('s', [{ id: 'ann', value: '' }])
    await a.claim('f', '', 60_000)
    expect(hub.inspect()).toMatchObject({ nodes: 2, subjects: 4, entries: 1, fences: 1, histories: 1, timers: 1 })
    await Promise.all([a.close(), b.close()])
    const nothing = { nodes: 0, subjects: 0, entries: 0, fences: 0, waiting: 0, timers: 0 }
    expect(hub.inspect()).toEqual({ ...nothing, histories: 1, bytes: 1 })
    expect(clock.armed).toBe(0)
    hub.clear()
    expect(hub.inspect()).toEqual({ ...nothing, histories: 0, bytes: 0 })
  })

  it('keeps a history for who comes later, while it is not too old', async () => {
    a.publish('s', 'x', KEPT)
    await Promise.all([a.close(), b.close()])
    const c = hub.backplane()
    await begun(c)
    expect((await c.history('s', null))?.items).toEqual([{ offset: 1, body: 'x', age: 0 }])
    clock.advance(60_000)
    expect((await c.history('s', null))?.items).toEqual([])
    expect(clock.armed).toBe(0)
  })
})

describe('a hub that does not answer', () => {
  it('is down at once: nothing is published, attached or read, and nothing of it comes later', async () => {
    atA.take()
    const results = new Results()
    hub.freeze()
    expect(a.state).toBe('down')
    a.publish('s', 'x', KEPT, results)
    const asked = [a.attach(['t']), a.history('s', null), a.tops(['s']), a.present('s'), a.enter('s', [])]
    expect(await Promise.all([...asked, a.claim('f', '', 1), a.keep('f', 1, '', 1), a.drop('f', 1)])).toEqual([
      false,
      ...Array(7).fill(null),
    ])
    expect(results.results).toEqual([{ ok: false, reason: 'down', detail: expect.any(String) }])
    expect(atA.take()).toEqual(['down'])
    hub.thaw()
    await turn()
    expect(atA.take()).toEqual(['up', 'gap'])
    expect((await a.tops(['s']))?.[0]).toBeNull()
  })

  it('leaves it open what became of what was under way', async () => {
    const results = new Results()
    a.publish('s', 'x', undefined, results)
    const attaching = a.attach(['t'])
    hub.freeze()
    expect(results.results).toEqual([])
    expect(await attaching).toBe(false)
    expect(results.results).toEqual([expect.objectContaining({ ok: false, reason: 'timeout' })])
    expect(a.stats).toMatchObject({ failed: 1, waiting: 0 })
  })

  it('attaches all that is wanted by then, and tells of it before anything arrives', async () => {
    hub.freeze()
    void a.attach(['t', 'u'])
    a.detach(['u'])
    await turn()
    clock.advance(3_000)
    atA.take()
    hub.thaw()
    b.publish('t', 'too early')
    await turn()
    b.publish('t', 'x')
    b.publish('u', 'x')
    await turn()
    expect(atA.take()).toEqual(['up', 'gap', 't: x'])
    expect(atA.gaps).toEqual([{ subjects: [ALL, nodeSubject(a.node), 's', 't'], lost: false, forMs: 3_000 }])
  })

  it('has all who were there, though the lease would be over', async () => {
    await a.enter('s', [{ id: 'ann', value: '' }])
    hub.freeze()
    clock.advance(60_000)
    hub.thaw()
    await turn()
    expect(atB.lines).not.toContain(`${a.node} down`)
    expect(await b.present('s')).toEqual([{ id: 'ann', node: a.node, value: '' }])
  })

  it('takes back what was left meanwhile', async () => {
    const both = ['ann', 'bob'].map((id) => ({ id, value: '' }))
    await a.enter('s', both)
    a.leave('s', ['ann'])
    hub.freeze()
    a.leave('s', ['bob'])
    await turn()
    hub.thaw()
    expect(await b.present('s')).toBeNull()
    expect(await b.present('s')).toEqual([])
  })

  it('lets nobody start until it answers', async () => {
    hub.freeze()
    const c = hub.backplane()
    const atC = new Recorder()
    let up = false
    const starting = c.start(atC).then(() => {
      up = true
    })
    await turn()
    expect([up, c.state]).toEqual([false, 'starting'])
    hub.thaw()
    await starting
    expect(atC.gaps).toEqual([])
    expect(atB.lines).toContain(`${c.node} up`)
  })

  it('does not hear who leaves: the others are told when the lease has run out', async () => {
    hub.freeze()
    await a.close()
    clock.advance(5_000)
    hub.thaw()
    await turn()
    expect(b.nodes.has(a.node)).toBe(true)
    clock.advance(5_000)
    expect(atB.lines.at(-1)).toBe(`${a.node} down`)
    expect(b.nodes.has(a.node)).toBe(false)
  })

  it('may be frozen by who is told something', async () => {
    atA.react = () => hub.freeze()
    b.publish('s', '1')
    b.publish('s', '2')
    await turn()
    expect([atA.bodies, atB.bodies]).toEqual([['1'], []])
    hub.thaw()
    await turn()
    expect(a.state).toBe('up')
  })
})

describe('a hub that loses what it holds', () => {
  it.each([false, true])('tells of it, once for all (frozen before: %s)', async (frozen) => {
    a.publish('s', 'x', KEPT)
    await a.enter('s', [{ id: 'ann', value: '' }])
    const fence = await a.claim('f', 'of a', 60_000)
    const [before] = (await a.tops(['s'])) ?? []
    atA.take()
    if (frozen) hub.freeze()
    hub.lose()
    if (frozen) hub.thaw()
    await turn()
    expect(atA.take()).toEqual(['down', 'up', 'gap'])
    expect(atA.gaps).toEqual([{ subjects: [ALL, nodeSubject(a.node), 's'], lost: true, forMs: 0 }])
    expect(await b.present('s')).toEqual([])
    const read = await a.history('s', before ?? null)
    expect(read).toEqual({ items: [], complete: false, top: { epoch: expect.any(String), offset: 0 } })
    expect(read?.top.epoch).not.toBe(before?.epoch)
    const again = await b.claim('f', 'of b', 60_000)
    expect(again?.before).toBeNull()
    expect(again?.generation).toBeGreaterThan(fence?.generation ?? 0)
  })

  it('forgets who had died', async () => {
    hub.kill(a)
    hub.lose()
    await turn()
    expect(atB.take().slice(-4)).toEqual(['down', `${a.node} down`, 'up', 'gap'])
  })
})

describe('a node that dies', () => {
  it('is told nothing more, and what it had is gone with its lease', async () => {
    await a.enter('s', [{ id: 'ann', value: '' }])
    const results = new Results()
    a.publish('s', 'never', undefined, results)
    hub.kill(a)
    b.publish('s', 'x', undefined, results)
    await turn()
    expect(atA.bodies).toEqual([])
    expect(results.results.map((result) => (result.ok ? result.receivers : result.reason))).toEqual(['timeout', 1])
    clock.advance(9_999)
    expect(await b.present('s')).toHaveLength(1)
    expect(b.nodes.has(a.node)).toBe(true)
    clock.advance(1)
    expect(atB.lines.at(-1)).toBe(`${a.node} down`)
    expect(await b.present('s')).toEqual([])
    expect(clock.armed).toBe(0)
    expect(atA.take()).toEqual(['up', `${b.node} up`])
  })

  it('is closed without anybody being told', async () => {
    hub.kill(a)
    await a.close()
    await turn()
    expect(a.state).toBe('closed')
    expect(atB.lines).not.toContain(`${a.node} down`)
  })

  it('leaves no timer behind, be it the last', async () => {
    await a.close()
    await b.enter('s', [{ id: 'bob', value: '' }])
    hub.kill(b)
    await turn()
    expect(clock.armed).toBe(0)
    expect(hub.inspect()).toMatchObject({ nodes: 1, entries: 1 })
    clock.advance(10_000)
    expect(hub.inspect()).toMatchObject({ nodes: 0, entries: 0, subjects: 0 })
  })
})

describe('a node that is cut off alone', () => {
  it('comes back to what it had within its lease', async () => {
    await a.enter('s', [{ id: 'ann', value: '' }])
    hub.freeze(a)
    expect([a.state, b.state]).toEqual(['down', 'up'])
    clock.advance(9_000)
    hub.thaw(a)
    await turn()
    clock.advance(9_000)
    expect(atA.gaps).toEqual([expect.objectContaining({ lost: false, forMs: 9_000 })])
    expect(atB.lines).not.toContain(`${a.node} down`)
    expect(await b.present('s')).toHaveLength(1)
  })

  it('has lost what it had once its lease ran out', async () => {
    await a.enter('s', [{ id: 'ann', value: '' }])
    hub.freeze(a)
    clock.advance(10_000)
    expect(await b.present('s')).toEqual([])
    hub.thaw(a)
    await turn()
    expect(atB.lines.slice(-2)).toEqual([`${a.node} down`, `${a.node} up`])
    expect(atA.gaps).toEqual([expect.objectContaining({ lost: true })])
    expect(a.nodes).toEqual(new Set([a.node, b.node]))
  })
})

describe('what is not a fault', () => {
  it('refuses options that make no sense, and nodes of others', () => {
    expect(() => createMemoryHub({ leaseMs: 0 })).toThrow('hub.leaseMs')
    expect(() => createMemoryHub({ lease: 1 } as object)).toThrow('hub.lease')
    expect(() => createMemoryHub().kill(a)).toThrow('node')
  })

  it('takes 10,000 subjects at once', async () => {
    const subjects = Array.from({ length: 10_000 }, (_, at) => `s${at}`)
    expect(await a.attach(subjects)).toBe(true)
    for (const subject of subjects) b.publish(subject, subject)
    await turn()
    expect(atA.bodies).toEqual(subjects)
    a.detach(subjects)
    expect(hub.inspect().subjects).toBe(4)
  })
})
