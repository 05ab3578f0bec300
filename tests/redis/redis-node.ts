import type { Data } from '@wse/protocol'
import type {
  Backplane,
  BackplaneHandlers,
  BackplaneState,
  Gap,
  Incoming,
  NodeId,
  PublishResult,
  PublishSetup,
  Subject,
} from '@wse/protocol/backplane'
import { type RedisBackplaneOptions, type RedisShard, redisBackplane } from '@wse/redis'
import { vi } from 'vitest'

/** Milliseconds between two probes, and for which a node counts as here that is not heard of. */
export const PROBE = 150
export const LEASE = 700

/** How long something may take on a busy machine, in ms. */
const PATIENCE = 10_000

/** What is kept of nearly everything. */
export const WIDE = { size: 1_000, ttl: 60_000, bytes: 1_000_000 }

/** A node, and all it was told. */
export class RedisNode implements BackplaneHandlers, AsyncDisposable {
  readonly backplane: Backplane
  readonly messages: Incoming[] = []
  /** What was told of other nodes, each as a text. */
  readonly news: string[] = []
  readonly states: BackplaneState[] = []
  readonly gaps: Gap[] = []
  readonly errors: unknown[] = []

  constructor(shards: RedisShard | readonly RedisShard[], options: Partial<RedisBackplaneOptions> = {}) {
    this.backplane = redisBackplane({ shards, lease: LEASE, probe: PROBE, timeout: 1_000, ...options })
  }

  /** One that is up. */
  static async start(
    shards: RedisShard | readonly RedisShard[],
    options?: Partial<RedisBackplaneOptions>,
  ): Promise<RedisNode> {
    const node = new RedisNode(shards, options)
    await node.backplane.start(node)
    return node
  }

  get id(): NodeId {
    return this.backplane.node
  }

  /** Bodies that have arrived. */
  get bodies(): Data[] {
    return this.messages.map(({ body }) => body)
  }

  incoming(message: Incoming): void {
    this.messages.push(message)
  }

  node(id: NodeId, became: 'up' | 'down'): void {
    this.news.push(`${id} ${became}`)
  }

  state(state: BackplaneState): void {
    this.states.push(state)
  }

  gap(gap: Gap): void {
    this.gaps.push(gap)
  }

  failed(error: unknown): void {
    this.errors.push(error)
  }

  /** Publishes, and resolves with what became of it. */
  publish(subject: Subject, body: Data, setup?: PublishSetup): Promise<PublishResult> {
    return new Promise((settle) => this.backplane.publish(subject, body, setup, { settle }))
  }

  /** Resolves once something holds. */
  until(holds: () => boolean): Promise<void> {
    const check = () => {
      if (!holds()) throw new Error(`it never happened that ${holds}`)
    }
    return vi.waitFor(check, { interval: 2, timeout: PATIENCE })
  }

  /** Resolves once it is in a state. */
  became(state: BackplaneState): Promise<void> {
    return this.until(() => this.backplane.state === state)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.backplane.close()
  }
}
