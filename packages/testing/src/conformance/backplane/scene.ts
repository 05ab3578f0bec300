import type { Backplane, HistoryBounds, Subject } from '@wse/protocol/backplane'
import { ConformanceError, equal, ok } from '../assert.js'
import type { BackplaneCluster } from './cluster.js'
import { NodeWatch, type Until } from './node-watch.js'

/** How often the cluster is settled until what has to happen has. */
const ROUNDS = 1_000

/** Bounds that nothing in a case comes near. */
export const WIDE: HistoryBounds = { size: 10_000, ttl: 600_000, bytes: 100_000_000 }

/** The nodes of a case. */
export class Scene {
  readonly cluster: BackplaneCluster
  readonly #made: Backplane[] = []

  constructor(cluster: BackplaneCluster) {
    this.cluster = cluster
  }

  /** A node that is not started. */
  fresh(): NodeWatch {
    const backplane = this.cluster.node()
    this.#made.push(backplane)
    return new NodeWatch(backplane, this.until)
  }

  /** A node that is up, and attached to these. */
  async node(...subjects: Subject[]): Promise<NodeWatch> {
    const watch = this.fresh()
    await watch.backplane.start(watch)
    if (subjects.length > 0) equal(await watch.backplane.attach(subjects), true, 'what attach resolved with')
    return watch
  }

  /** Two nodes that are up, know of each other, and are attached to these. */
  async pair(...subjects: Subject[]): Promise<[NodeWatch, NodeWatch]> {
    const [one, two] = [await this.node(...subjects), await this.node(...subjects)]
    await this.meet(one, two)
    return [one, two]
  }

  /** Resolves once these know of each other, and of nobody else. */
  async meet(...all: readonly NodeWatch[]): Promise<void> {
    const ids = all.map(({ id }) => id)
    for (const { backplane } of all) {
      const { nodes } = backplane
      await this.until(() => nodes.size === ids.length && ids.every((id) => nodes.has(id)), 'all nodes are known')
    }
  }

  /** Resolves once everything has happened that needs no time. */
  settle(): Promise<void> {
    return this.cluster.settle()
  }

  /** Resolves once a condition holds; it fails if that needs time. */
  readonly until: Until = async (condition, what) => {
    for (let round = 0; !condition(); round++) {
      if (round === ROUNDS) throw new ConformanceError(`it never happened that ${what}`)
      await this.cluster.settle()
    }
  }

  /** Closes all nodes. */
  async end(): Promise<void> {
    await Promise.all(this.#made.map((backplane) => backplane.close()))
  }

  /** Calls one of the cluster's own faults. */
  async fault(name: 'freeze' | 'thaw' | 'lose' | 'passLease'): Promise<void> {
    const run = this.cluster[name]
    ok(typeof run === 'function', `there is no ${name}()`)
    await run.call(this.cluster)
  }
}
