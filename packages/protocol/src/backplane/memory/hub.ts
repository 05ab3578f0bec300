import type { Clock } from '../../clock/clock.js'
import { systemClock } from '../../clock/system-clock.js'
import { count, duration, groupOf, invalidOption, oneOf } from '../../limits/option.js'
import type { Backplane } from '../backplane.js'
import { Engine } from './engine.js'
import { MemoryNode } from './node.js'

/** What {@link createMemoryHub} may be given. */
export interface MemoryHubOptions {
  /** Where time and ids come from. @default the clock of the machine */
  readonly clock?: Clock | undefined
  /** Milliseconds for which a node counts as here that is not heard of any more. @default 15_000 */
  readonly leaseMs?: number | undefined
  /** Characters and bytes of all histories; beyond it the largest give way. @default 67_108_864 */
  readonly historyBytes?: number | undefined
}

/** What a hub holds. All are 0 once every node is closed, but for the last three. */
export interface MemoryHubCounts {
  /** Nodes that are here, those included whose lease has not run out. */
  readonly nodes: number
  /** Subjects somebody is attached to. */
  readonly subjects: number
  /** Entries of those who are present. */
  readonly entries: number
  /** Fences somebody has. */
  readonly fences: number
  /** What has not had its turn yet. */
  readonly waiting: number
  /** Timers armed. */
  readonly timers: number
  /** Histories. */
  readonly histories: number
  /** Characters and bytes that histories hold. */
  readonly bytes: number
}

/**
 * Where the nodes of one process meet, and what may go wrong with that, for tests. A hub that nobody has a node of holds
 * histories, and nothing else: presence and fences go with the last node that is closed.
 */
export interface MemoryHub {
  /** Makes a node, which is not started yet. */
  backplane(): Backplane
  /**
   * The hub does not answer any more, or not that node alone: state `down` at once; what is under way comes to nothing,
   * and what was published ends as `timeout`. Of a node alone the lease runs. While all of it stands still, none does.
   */
  freeze(node?: Backplane): void
  /** It answers again: nodes are attached, and a gap is told. */
  thaw(node?: Backplane): void
  /** All that it held is gone, and every link with it. Nodes come back by themselves, unless it is frozen. */
  lose(): void
  /** A node dies without a word: it tells and is told nothing more, and the others hear of it when its lease runs out. */
  kill(node: Backplane): void
  /** Forgets all histories. Nodes that are here are not told. */
  clear(): void
  /** What it holds. */
  inspect(): MemoryHubCounts
}

/**
 * Creates a hub: what joins the nodes of one process, with nothing in between. Messages arrive in a microtask of their
 * own, in the order in which they were published, and cost no timer.
 *
 * @throws {WseError} `INVALID_OPTION`
 * @example
 * const hub = createMemoryHub({ clock })
 * const backplane = hub.backplane()
 * await backplane.start(handlers)
 */
export function createMemoryHub(options: MemoryHubOptions = {}): MemoryHub {
  const { clock, leaseMs, historyBytes } = groupOf<MemoryHubOptions>('hub', options, {
    clock: oneOf<Clock>(systemClock, (given) => typeof given === 'object' && given !== null, 'a clock'),
    leaseMs: duration(15_000),
    historyBytes: count(67_108_864),
  })
  const engine = new Engine(clock, leaseMs, historyBytes)
  return {
    backplane: () => new MemoryNode(engine),
    freeze: (node) => engine.freeze(own(node, engine)),
    thaw: (node) => engine.thaw(own(node, engine)),
    lose: () => engine.lose(),
    kill: (node) => own(node, engine)?.die(),
    clear: () => engine.histories.clear(),
    inspect: () => inspect(engine),
  }
}

function own(node: Backplane | undefined, engine: Engine): MemoryNode | null {
  if (node === undefined) return null
  if (node instanceof MemoryNode && node.engine === engine) return node
  throw invalidOption('node', 'takes a node of this hub')
}

function inspect(engine: Engine): MemoryHubCounts {
  // Where nobody is there is no timer, and what has run out is still there.
  engine.expire()
  return {
    nodes: engine.members.size,
    subjects: engine.attachments.size,
    entries: engine.presence.size,
    fences: engine.fences.size,
    waiting: engine.turns.size,
    timers: engine.upkeep.timers,
    histories: engine.histories.size,
    bytes: engine.histories.bytes,
  }
}
