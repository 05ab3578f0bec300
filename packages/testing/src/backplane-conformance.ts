import type { Backplane } from '@wse/protocol/backplane'
import { ok } from './conformance/assert.js'
import { ATTACH_CASES } from './conformance/backplane/attach-cases.js'
import type { BackplaneCase } from './conformance/backplane/backplane-case.js'
import { BODY_CASES } from './conformance/backplane/body-cases.js'
import { BOUNDS_CASES } from './conformance/backplane/bounds-cases.js'
import { CLOSE_CASES } from './conformance/backplane/close-cases.js'
import type { BackplaneCapabilities, BackplaneCluster } from './conformance/backplane/cluster.js'
import { CURSOR_CASES } from './conformance/backplane/cursor-cases.js'
import { FENCE_CASES } from './conformance/backplane/fence-cases.js'
import { FREEZE_CASES } from './conformance/backplane/freeze-cases.js'
import { HISTORY_CASES } from './conformance/backplane/history-cases.js'
import { KEY_CASES } from './conformance/backplane/key-cases.js'
import { KILL_CASES } from './conformance/backplane/kill-cases.js'
import { LOSE_CASES } from './conformance/backplane/lose-cases.js'
import { MEMBERSHIP_CASES } from './conformance/backplane/membership-cases.js'
import { PRESENCE_CASES } from './conformance/backplane/presence-cases.js'
import { PUBLISH_CASES } from './conformance/backplane/publish-cases.js'
import { RECEIPT_CASES } from './conformance/backplane/receipt-cases.js'
import { Scene } from './conformance/backplane/scene.js'

/** What {@link backplaneConformance} is given. */
export interface BackplaneConformanceOptions {
  /** Stands before the name of each case. Required. */
  readonly name: string
  /** Registers a case with the test runner: `test` of vitest, jest, node:test … Required. */
  readonly test: (name: string, run: () => Promise<void>) => void
  /** Makes nodes a fresh engine, which no other case has anything to do with. Required. */
  readonly createCluster: () => Promise<BackplaneCluster>
  /** What cannot be done; the cases that need it are left out. @default everything can be done */
  readonly capabilities?: BackplaneCapabilities | undefined
}

/** What each capability is made of. */
const MEMBERS: { readonly [Capability in keyof BackplaneCapabilities]-?: readonly (keyof BackplaneCluster)[] } = {
  freeze: ['freeze', 'thaw'],
  lose: ['lose'],
  kill: ['kill', 'passLease'],
  receivers: [],
}

const CASES: readonly BackplaneCase[] = [
  ...MEMBERSHIP_CASES,
  ...PUBLISH_CASES,
  ...BODY_CASES,
  ...CURSOR_CASES,
  ...ATTACH_CASES,
  ...RECEIPT_CASES,
  ...HISTORY_CASES,
  ...BOUNDS_CASES,
  ...KEY_CASES,
  ...PRESENCE_CASES,
  ...FENCE_CASES,
  ...CLOSE_CASES,
  ...FREEZE_CASES,
  ...LOSE_CASES,
  ...KILL_CASES,
]

/**
 * Checks an implementation of {@link Backplane} against its contract. Each case is given to the test runner that is
 * passed in, with a cluster of its own; it rejects, or hangs until the runner's time-out, where a rule is broken.
 *
 * @example
 * backplaneConformance({
 *   name: 'in process',
 *   test,
 *   createCluster: async () => {
 *     const clock = createTestClock()
 *     const hub = createMemoryHub({ clock })
 *     return {
 *       node: () => hub.backplane(),
 *       settle: () => clock.settle(),
 *       pass: (ms) => clock.advance(ms),
 *       dispose: async () => {},
 *       freeze: async () => hub.freeze(),
 *       thaw: async () => hub.thaw(),
 *       lose: async () => hub.lose(),
 *       kill: async (node) => hub.kill(node),
 *       passLease: () => clock.advance(15_000),
 *     }
 *   },
 * })
 */
export function backplaneConformance(options: BackplaneConformanceOptions): void {
  for (const rule of CASES) {
    if (rule.needs?.some((need) => options.capabilities?.[need] === false)) continue
    options.test(`${options.name}: ${rule.name}`, () => tryRule(rule, options))
  }
}

async function tryRule(rule: BackplaneCase, { createCluster }: BackplaneConformanceOptions): Promise<void> {
  const cluster = await createCluster()
  const scene = new Scene(cluster)
  try {
    requireMembers(rule, cluster)
    await rule.run(scene)
  } finally {
    try {
      await scene.end()
    } finally {
      await cluster.dispose()
    }
  }
}

function requireMembers(rule: BackplaneCase, cluster: BackplaneCluster): void {
  for (const need of rule.needs ?? []) {
    for (const member of MEMBERS[need]) {
      ok(typeof cluster[member] === 'function', `there is no ${member}(): say capabilities.${need} = false`)
    }
  }
}

export type { BackplaneCapabilities, BackplaneCluster } from './conformance/backplane/cluster.js'
