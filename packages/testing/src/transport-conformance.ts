import type { Transport } from '@wse/protocol'
import { ok } from './conformance/assert.js'
import { CLOSING_CASES } from './conformance/closing-cases.js'
import { DELIVERY_CASES } from './conformance/delivery-cases.js'
import { FLOW_CASES } from './conformance/flow-cases.js'
import type { TransportCapabilities, TransportCase } from './conformance/transport-case.js'
import { Watch } from './conformance/watch.js'

/** A fresh link for one case. */
export interface ConformancePair {
  /** One end, open, nobody listening to it yet. */
  readonly a: Transport
  /** The other end, likewise. */
  readonly b: Transport
  /** Frees whatever the pair stands on; runs after the case, well or not. */
  dispose(): Promise<void>
}

/** What {@link transportConformance} is given. */
export interface TransportConformanceOptions {
  /** Stands before the name of each case. Required. */
  readonly name: string
  /** Registers a case with the test runner: `test` of vitest, jest, node:test … Required. */
  readonly test: (name: string, run: () => Promise<void>) => void
  /** Makes a fresh pair of open transports. Required. */
  readonly createPair: () => Promise<ConformancePair>
  /** What this transport cannot do; the cases that need it are left out. @default everything can be done */
  readonly capabilities?: TransportCapabilities | undefined
}

/** What each capability is made of. */
const MEMBERS: { readonly [Capability in keyof TransportCapabilities]-?: readonly (keyof Transport)[] } = {
  terminate: [],
  ping: ['ping'],
  pause: ['pause', 'resume'],
  cork: ['cork', 'uncork'],
  drain: [],
}

/**
 * Checks an implementation of {@link Transport} against its contract, every rule in both directions. Each case is
 * given to the test runner that is passed in; it rejects, or hangs until the runner's time-out, where a rule is broken.
 *
 * @example
 * transportConformance({
 *   name: 'in memory',
 *   test,
 *   createPair: async () => {
 *     const [a, b] = createTransportPair()
 *     return { a, b, dispose: async () => a.cut() }
 *   },
 * })
 */
export function transportConformance(options: TransportConformanceOptions): void {
  for (const rule of [...DELIVERY_CASES, ...CLOSING_CASES, ...FLOW_CASES]) {
    if (rule.needs?.some((need) => options.capabilities?.[need] === false)) continue
    options.test(`${options.name} (a to b): ${rule.name}`, () => tryRule(rule, options, false))
    options.test(`${options.name} (b to a): ${rule.name}`, () => tryRule(rule, options, true))
  }
}

async function tryRule(rule: TransportCase, options: TransportConformanceOptions, swapped: boolean): Promise<void> {
  const { a, b, dispose } = await options.createPair()
  try {
    requireMembers(rule, a)
    requireMembers(rule, b)
    await rule.run(swapped ? { near: new Watch(b), far: new Watch(a) } : { near: new Watch(a), far: new Watch(b) })
  } finally {
    await dispose()
  }
}

function requireMembers(rule: TransportCase, transport: Transport): void {
  for (const need of rule.needs ?? []) {
    for (const member of MEMBERS[need]) {
      ok(typeof transport[member] === 'function', `there is no ${member}(): say capabilities.${need} = false`)
    }
  }
}

export type { TransportCapabilities } from './conformance/transport-case.js'
