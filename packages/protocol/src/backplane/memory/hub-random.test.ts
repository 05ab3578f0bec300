import { expect, it } from 'vitest'
import { FakeClock, turn } from '../../fake-clock.test-helper.js'
import type { Backplane, Gap, Incoming, PublishResult } from '../backplane.js'
import { createMemoryHub, type MemoryHub } from './hub.js'

const SUBJECTS = ['s', 't', 'u']
const BOUNDS = { size: 4, ttl: 5_000, bytes: 50 }

/** A node, and what must hold of all it is told. */
class Checked {
  readonly backplane: Backplane
  readonly nodes = new Set<string>()
  readonly wanted = new Set<string>()
  /** Last position of each subject, until a gap. */
  readonly #reached = new Map<string, { epoch: string; offset: number }>()
  readonly #seqs = new Map<string, number>()
  /** What did not hold. */
  readonly faults: unknown[]
  ended = false

  constructor(backplane: Backplane, faults: unknown[]) {
    this.faults = faults
    this.backplane = backplane
    this.nodes.add(backplane.node)
  }

  start(): Promise<void> {
    return this.backplane.start({
      incoming: (message) => this.#check(() => this.#incoming(message)),
      node: (id, became) => this.#check(() => this.#node(id, became)),
      state: (state) => this.#check(() => expect(state).toBe(this.backplane.state)),
      gap: (gap) => this.#check(() => this.#gap(gap)),
      failed: (error) => this.faults.push(error),
    })
  }

  /** A handler may not throw: what does not hold is kept. */
  #check(run: () => void): void {
    try {
      expect(this.ended).toBe(false)
      run()
    } catch (thrown) {
      this.faults.push(thrown)
    }
  }

  #node(id: string, became: 'up' | 'down'): void {
    expect(this.nodes.has(id)).toBe(became === 'down')
    if (became === 'up') this.nodes.add(id)
    else this.nodes.delete(id)
    expect([...this.nodes].sort()).toEqual([...new Set([...this.backplane.nodes, this.backplane.node])].sort())
  }

  #incoming({ from, seq, subject, position }: Incoming): void {
    expect(seq).toBeGreaterThan(this.#seqs.get(from) ?? 0)
    this.#seqs.set(from, seq)
    expect(this.backplane.cursor(subject)[from]).toBeGreaterThanOrEqual(seq)
    if (position === undefined) return
    const before = this.#reached.get(subject)
    if (before !== undefined) expect(position).toEqual({ epoch: before.epoch, offset: before.offset + 1 })
    this.#reached.set(subject, position)
  }

  #gap({ subjects }: Gap): void {
    for (const subject of this.wanted) expect(subjects).toContain(subject)
    this.#reached.clear()
  }

  forget(subject: string): void {
    this.#reached.delete(subject)
  }
}

/** Does something at random, and gives what has to settle of it. */
function something(chance: (below: number) => number, hub: MemoryHub, nodes: Checked[], clock: FakeClock) {
  const node = nodes[chance(nodes.length)] as Checked
  const { backplane } = node
  const subject = SUBJECTS[chance(SUBJECTS.length)] as string
  switch (chance(16)) {
    case 0:
      node.wanted.add(subject)
      return backplane.attach([subject])
    case 1:
      node.wanted.delete(subject)
      node.forget(subject)
      return backplane.detach([subject])
    case 2:
      return hub.freeze(chance(2) === 0 ? backplane : undefined)
    case 3:
    case 4:
      for (const one of nodes) hub.thaw(one.backplane)
      return hub.thaw()
    case 5:
      return chance(4) === 0 ? hub.lose() : undefined
    case 6: {
      if (chance(4) > 0) return undefined
      const next = new Checked(hub.backplane(), node.faults)
      node.ended = true
      nodes[nodes.indexOf(node)] = next
      return [next.start(), chance(2) === 0 ? backplane.close() : hub.kill(backplane)]
    }
    case 7:
      return backplane.enter(subject, [{ id: `${chance(5)}`, value: '' }])
    case 8:
      return backplane.leave(subject, [`${chance(5)}`])
    case 9:
      return backplane.claim(subject, '', 1 + chance(5_000))
    case 10:
      return backplane.history(subject, null).then((read) => {
        const offsets = read?.items.map(({ offset }) => offset) ?? []
        expect(offsets).toEqual(offsets.map((_, at) => (read?.top.offset ?? 0) - offsets.length + 1 + at))
      })
    case 11:
      return clock.advance(chance(4_000))
    default:
      return new Promise<PublishResult>((settle) => {
        const setup = chance(3) > 0 ? { history: BOUNDS, key: chance(2) > 0 ? `${chance(9)}` : undefined } : undefined
        backplane.publish(subject, 'x'.repeat(chance(30)), setup, { settle })
      })
  }
}

it.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('whatever happens, seed %i', async (seed) => {
  const clock = new FakeClock()
  for (let i = 0; i < seed; i++) clock.random()
  const chance = (below: number) => Math.floor(clock.random() * below)
  const hub = createMemoryHub({ clock, leaseMs: 3_000, historyBytes: 100 })
  const faults: unknown[] = []
  const nodes = [1, 2, 3].map(() => new Checked(hub.backplane(), faults))
  const starting = nodes.map((node) => node.start())
  const asked: unknown[] = []
  for (let i = 0; i < 600; i++) {
    asked.push(...[something(chance, hub, nodes, clock)].flat())
    if (chance(3) === 0) await turn()
  }
  for (const { backplane } of nodes) hub.thaw(backplane)
  hub.thaw()
  await turn()
  clock.advance(3_000)
  await Promise.all([...asked, ...starting])
  expect(faults).toEqual([])
  const ids = nodes.map(({ backplane }) => backplane.node).sort()
  for (const { backplane, nodes: told } of nodes) {
    expect(backplane.state).toBe('up')
    expect([...told].sort()).toEqual(ids)
    expect([...backplane.nodes].sort()).toEqual(ids)
    expect(backplane.stats.waiting).toBe(0)
  }
  await Promise.all(nodes.map(({ backplane }) => backplane.close()))
  hub.clear()
  expect(Object.values(hub.inspect()).every((count) => count === 0)).toBe(true)
  expect(clock.armed).toBe(0)
})
