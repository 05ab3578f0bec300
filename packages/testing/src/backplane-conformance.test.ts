import type { Data } from '@wse/protocol'
import type { Backplane, BackplaneHandlers, Incoming, PublishSetup, Receipt, Subject } from '@wse/protocol/backplane'
import { ALL, createMemoryHub, type MemoryHub } from '@wse/protocol/backplane'
import { describe, expect, test } from 'vitest'
import {
  type BackplaneCapabilities,
  type BackplaneCluster,
  type BackplaneConformanceOptions,
  backplaneConformance,
} from './backplane-conformance.js'
import { createTestClock } from './test-clock.js'
import { turn } from './turn.js'

type Cases = Map<string, () => Promise<void>>

/** What is wrong with a node; `shared` is one object for all nodes of a cluster. */
type Spoil = (inner: Backplane, hub: MemoryHub, shared: Map<string, unknown>) => Partial<Backplane>

const LEASE = 15_000

backplaneConformance({ name: 'in process', test, createCluster: async () => clusterOf(() => ({})) })

/** A hub whose nodes are spoiled, and which must hold nothing in the end unless they are. */
function clusterOf(spoil: Spoil): BackplaneCluster {
  const clock = createTestClock()
  const hub = createMemoryHub({ clock, leaseMs: LEASE })
  const shared = new Map<string, unknown>()
  const inner = new Map<Backplane, Backplane>()
  let sound = true
  return {
    node: () => {
      const node = hub.backplane()
      const changes = spoil(node, hub, shared)
      sound &&= Object.keys(changes).length === 0
      const outer = overlaid(node, changes)
      inner.set(outer, node)
      return outer
    },
    settle: () => clock.settle(),
    pass: (ms) => clock.advance(ms),
    dispose: async () => {
      if (!sound) return
      hub.clear()
      await clock.settle()
      expect(Object.values(hub.inspect())).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
      expect(clock.armed).toBe(0)
    },
    freeze: async () => hub.freeze(),
    thaw: async () => hub.thaw(),
    lose: async () => hub.lose(),
    kill: async (backplane) => hub.kill(inner.get(backplane) as Backplane),
    passLease: () => clock.advance(LEASE),
  }
}

/** The same thing with other members. */
function overlaid<Thing extends object>(inner: Thing, changes: Partial<Thing>): Thing {
  return new Proxy(inner, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A node that tells something else. */
function telling(inner: Backplane, change: (handlers: BackplaneHandlers) => Partial<BackplaneHandlers>) {
  return { start: (handlers: BackplaneHandlers) => inner.start(overlaid(handlers, change(handlers))) }
}

function casesOf(spoil: Spoil, more: Partial<BackplaneConformanceOptions> = {}): Cases {
  const cases: Cases = new Map()
  backplaneConformance({
    name: 'broken',
    test: (name, run) => cases.set(name.slice('broken: '.length), run),
    createCluster: async () => clusterOf(spoil),
    ...more,
  })
  return cases
}

/** Runs the one case with that rule. */
function run(cases: Cases, rule: string): Promise<void> {
  const found = cases.get(rule)
  if (!found) throw new Error(`no case '${rule}' among ${[...cases.keys()].join(', ')}`)
  return found()
}

/** What is wrong with it; the rule that it breaks; what is said of it. */
const BROKEN: readonly (readonly [name: string, rule: string, says: string, spoil: Spoil])[] = [
  [
    'delivers inside publish',
    'delivers nothing inside publish',
    'messages delivered inside publish: expected 0, got 1',
    (inner) => {
      let own: BackplaneHandlers | null = null
      return {
        start: (handlers) => {
          own = handlers
          return inner.start(overlaid(handlers, { incoming: () => {} }))
        },
        publish: (subject, body, setup, receipt) => {
          const seq = inner.publish(subject, body, setup, receipt)
          own?.incoming({ subject, from: inner.node, seq, body, position: undefined })
          return seq
        },
      }
    },
  ],
  [
    'delivers to itself first',
    'delivers in one order on every node, whoever publishes',
    'order on the second node',
    (inner) => {
      let own: BackplaneHandlers | null = null
      return {
        start: (handlers) => {
          own = handlers
          const incoming = (message: Incoming) => {
            if (message.from !== inner.node) handlers.incoming(message)
          }
          return inner.start(overlaid(handlers, { incoming }))
        },
        publish: (subject, body, setup, receipt) => {
          const seq = inner.publish(subject, body, setup, receipt)
          queueMicrotask(() => own?.incoming({ subject, from: inner.node, seq, body, position: undefined }))
          return seq
        },
      }
    },
  ],
  [
    'turns bytes into text',
    'tells text from bytes',
    'message 1 is not a Uint8Array',
    (inner) =>
      telling(inner, (handlers) => ({
        incoming: (message) => handlers.incoming({ ...message, body: String(message.body) }),
      })),
  ],
  [
    'shares memory among its receivers',
    'gives bytes memory of their own, on every node',
    'after another receiver wrote into its own',
    (inner, _, shared) =>
      telling(inner, (handlers) => ({
        incoming: (message) => {
          const name = `${message.from} ${message.seq}`
          if (!shared.has(name)) shared.set(name, message.body)
          handlers.incoming({ ...message, body: shared.get(name) as Data })
        },
      })),
  ],
  [
    'reads bytes when it is too late',
    'takes bytes as they were when they were published',
    'after the publisher wrote into what it had published',
    (inner) => ({
      publish: (subject, body, setup, receipt) => {
        queueMicrotask(() => inner.publish(subject, body, setup, receipt))
        return 1
      },
    }),
  ],
  [
    'takes a subject for a pattern',
    'takes no subject for a pattern',
    'messages',
    (inner) => ({
      attach: (subjects) => inner.attach(subjects.flatMap((subject) => [subject, subject.replace('*', 'bc')])),
    }),
  ],
  [
    'settles twice',
    'settles every receipt, once',
    'times receipt 0 was settled: expected 1, got 2',
    (inner) => publishing(inner, (receipt) => ({ settle: twice((result) => receipt.settle(result)) })),
  ],
  [
    'settles inside publish',
    'settles no receipt inside publish',
    'receipts settled inside publish: expected 0, got 2',
    (inner) => ({
      publish: (subject, body, setup, receipt) => {
        receipt?.settle({ ok: true, receivers: 0 })
        return inner.publish(subject, body, setup)
      },
    }),
  ],
  [
    'settles nothing that failed',
    'is down where the engine does not answer, and can do nothing',
    'it never happened that what was published is settled',
    (inner) => publishing(inner, (receipt) => ({ settle: (result) => result.ok && receipt.settle(result) })),
  ],
  [
    'is attached later than it says',
    'is attached once attach resolves',
    'it never happened that what is published right after attach resolved arrives',
    (inner) => ({
      attach: async (subjects) => {
        void turn().then(() => inner.attach(subjects))
        return true
      },
    }),
  ],
  [
    'never detaches',
    'delivers nothing that is published after detach',
    'messages: expected ["for both"], got ["not for two","for both"]',
    () => ({ detach: () => {} }),
  ],
  [
    'detaches later than it attaches',
    'ends attached after attach, detach and attach at once',
    'it never happened that',
    (inner) => ({ detach: (subjects) => void turn().then(() => inner.detach(subjects)) }),
  ],
  [
    'is not attached to what all are',
    'is attached from its start to what all are, and to a subject of its own',
    'it never happened that 2 messages arrive',
    (inner) => ({ start: (handlers) => inner.start(handlers).then(() => inner.detach([ALL])) }),
  ],
  [
    'does not say where messages stand',
    'says the same positions to the publisher, to all nodes and in the history',
    'positions of what arrived',
    (inner) =>
      telling(inner, (handlers) => ({
        incoming: (message) => handlers.incoming({ ...message, position: undefined }),
      })),
  ],
  [
    'promises what it does not have',
    'keeps as many as it may, the newest, and says what is not complete',
    'which is too far: expected [false,7], got [true,7]',
    (inner) => ({
      history: async (subject, since) => {
        const read = await inner.history(subject, since)
        return read && { ...read, complete: true }
      },
    }),
  ],
  [
    'has another epoch for each reading of nothing',
    'begins with its first reading, and goes on from there',
    'what another node reads',
    (inner, _, shared) => ({
      history: async (subject, since) => {
        const read = await inner.history(subject, since)
        shared.set('epoch', Number(shared.get('epoch') ?? 0) + 1)
        return read?.top.offset === 0 ? { ...read, top: { epoch: `${shared.get('epoch')}`, offset: 0 } } : read
      },
    }),
  ],
  [
    'never forgets',
    'forgets each message at its time',
    'what is not too old: expected ["2 second"], got ["1 first","2 second"]',
    (inner) => bounding(inner, { ttl: 1e9 }),
  ],
  [
    'keeps more than it may',
    'keeps as many characters and bytes as it may',
    'offsets of what is kept',
    (inner) => bounding(inner, { bytes: 1e9 }),
  ],
  [
    'knows no keys',
    'publishes once what is published again under its key',
    'whether they are repeated: expected [false,true], got [false,null]',
    (inner) => ({
      publish: (subject, body, setup, receipt) => inner.publish(subject, body, { history: setup?.history }, receipt),
    }),
  ],
  [
    'looks around before it enters',
    'lets nobody enter unseen, be it at once',
    'how many each of two saw that entered at once: expected [0,1], got [0,0]',
    (inner) => ({
      enter: async (subject, entries) => {
        const others = await inner.present(subject)
        await inner.enter(subject, entries)
        return others
      },
    }),
  ],
  [
    'lets everybody write',
    'refuses whoever had a fence before',
    'whether the first may write: expected false, got true',
    () => ({ keep: async () => true }),
  ],
  [
    'counts generations anew',
    'gives a fence back, and never its generation',
    'the generation was',
    (inner) => ({
      claim: async (fence, record, ttl) => {
        const claimed = await inner.claim(fence, record, ttl)
        return claimed?.before === null ? { ...claimed, generation: 1 } : claimed
      },
    }),
  ],
  [
    'does not know how far it is',
    'covers by its cursor what was taken in',
    'the cursor has undefined, and',
    () => ({ cursor: () => ({}) }),
  ],
  [
    'takes in later than its barrier says',
    'has taken in, once a barrier is passed, what was published before',
    'messages that were taken in when it resolved: expected 1, got 0',
    (inner) =>
      telling(inner, (handlers) => ({
        incoming: (message) => void turn().then(() => handlers.incoming(message)),
      })),
  ],
  [
    'tells twice who is gone',
    'tells at once, and once, that a node was closed',
    'times it was told to be down: expected 1, got 2',
    (inner) =>
      telling(inner, (handlers) => ({
        node: (id, became) => {
          handlers.node(id, became)
          if (became === 'down') handlers.node(id, became)
        },
      })),
  ],
  [
    'leaves without a word',
    'tells at once, and once, that a node was closed',
    'it never happened that all nodes are known',
    (inner, hub) => ({ close: async () => hub.kill(inner) }),
  ],
  [
    'does not close',
    'tells nothing after close, and does nothing',
    'state: expected "closed"',
    () => ({ close: async () => {} }),
  ],
  [
    'tells of no gap',
    'is up once the engine answers, and tells one gap of all that is attached',
    'it never happened that a gap is told',
    (inner) => telling(inner, () => ({ gap: () => {} })),
  ],
  [
    'tells of a gap twice',
    'is up once the engine answers, and tells one gap of all that is attached',
    'subjects that gaps were told of',
    (inner) => telling(inner, (handlers) => ({ gap: twice((gap) => handlers.gap(gap)) })),
  ],
  [
    'does not say that all is lost',
    'tells that the engine lost what it held, of all that is attached',
    'it never happened that it is told that the engine lost what it held',
    (inner) => telling(inner, (handlers) => ({ gap: (gap) => handlers.gap({ ...gap, lost: false }) })),
  ],
  [
    'sends later what it said it had not sent',
    'never delivers what it said was not published',
    'messages',
    (inner) => sendingLater(inner),
  ],
  [
    'forgets who left while the engine did not answer',
    'takes back then who left meanwhile',
    'who is present',
    (inner) => ({
      leave: (subject, ids) => {
        if (inner.state === 'up') inner.leave(subject, ids)
      },
    }),
  ],
  [
    'lists those who have died',
    'takes back whom a node has noted that died',
    'who is present',
    (inner, _, shared) => ({
      enter: (subject, entries) => {
        shared.set(inner.node, { ...entries[0], node: inner.node })
        return inner.enter(subject, entries)
      },
      present: async () => [...shared.values()] as Awaited<ReturnType<Backplane['present']>>,
    }),
  ],
]

function twice<Told>(tell: (told: Told) => void): (told: Told) => void {
  return (told) => {
    tell(told)
    tell(told)
  }
}

function publishing(inner: Backplane, change: (receipt: Receipt) => Receipt): Partial<Backplane> {
  return {
    publish: (subject, body, setup, receipt) => inner.publish(subject, body, setup, receipt && change(receipt)),
  }
}

function bounding(inner: Backplane, bounds: Partial<NonNullable<PublishSetup['history']>>): Partial<Backplane> {
  return {
    publish: (subject, body, setup, receipt) => {
      const history = setup?.history && { ...setup.history, ...bounds }
      return inner.publish(subject, body, { ...setup, history }, receipt)
    },
  }
}

function sendingLater(inner: Backplane): Partial<Backplane> {
  const kept: (readonly [Subject, Data, PublishSetup | undefined])[] = []
  return {
    ...telling(inner, (handlers) => ({
      gap: (gap) => {
        for (const said of kept.splice(0)) inner.publish(...said)
        handlers.gap(gap)
      },
    })),
    publish: (subject, body, setup, receipt) => {
      if (inner.state === 'down') kept.push([subject, body, setup])
      return inner.publish(subject, body, setup, receipt)
    },
  }
}

describe('finds a backplane that', () => {
  test.each(BROKEN)('%s', async (_, rule, says, spoil) => {
    await expect(run(casesOf(spoil), rule)).rejects.toThrow(says)
  })
})

test('leaves out what cannot be done', () => {
  const all = [...casesOf(() => ({})).keys()]
  const without = (capabilities: BackplaneCapabilities) => {
    const names = new Set(casesOf(() => ({}), { capabilities }).keys())
    return all.filter((name) => !names.has(name))
  }
  expect(without({ freeze: true })).toEqual([])
  expect(without({ freeze: false })).toHaveLength(11)
  expect(without({ lose: false })).toHaveLength(8)
  expect(without({ kill: false })).toHaveLength(5)
  expect(without({ receivers: false })).toEqual([
    'counts the nodes that received something',
    'is attached to nothing once it was closed',
    'counts no node that has died',
  ])
})

test('gives every case a name of its own', () => {
  const names: string[] = []
  const createCluster = async () => clusterOf(() => ({}))
  backplaneConformance({ name: '', test: (name) => void names.push(name), createCluster })
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(100)
})

test('says what a cluster lacks', async () => {
  const createCluster = async () => ({ ...clusterOf(() => ({})), thaw: undefined }) as unknown as BackplaneCluster
  const cases = casesOf(() => ({}), { createCluster })
  const trying = run(cases, 'starts once the engine answers')
  await expect(trying).rejects.toThrow('there is no thaw(): say capabilities.freeze = false')
})

test('closes what it made and disposes of the cluster, well or not', async () => {
  const ends: string[] = []
  const createCluster = async () => {
    const cluster = clusterOf((inner) => ({
      close: () => {
        ends.push('closed')
        return inner.close()
      },
      keep: async () => true,
    }))
    return { ...cluster, dispose: async () => void ends.push('disposed') }
  }
  const cases = casesOf(() => ({}), { createCluster })
  await expect(run(cases, 'refuses whoever had a fence before')).rejects.toThrow('whether the first may write')
  await run(cases, 'attaches nothing')
  expect(ends).toEqual(['closed', 'closed', 'disposed', 'closed', 'disposed'])
})
