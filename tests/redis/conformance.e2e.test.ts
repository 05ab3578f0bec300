import { setTimeout as sleep } from 'node:timers/promises'
import type { Backplane } from '@wse/protocol/backplane'
import { redisBackplane } from '@wse/redis'
import { type BackplaneCluster, backplaneConformance } from '@wse/testing'
import { test } from 'vitest'
import { RedisServer } from '../fixtures/redis.js'
import { RedisProxy } from './proxy.js'

const LEASE = 900
/** Milliseconds after which even an engine on a busy machine is silent, and not slow. */
const PROBE = 150
/** Milliseconds in which a message has come around, but for a machine that is busy. */
const A_MOMENT = 5

/** Some Redis for one case. Each node has proxies of its own to them, which die with it. */
class RedisCluster implements BackplaneCluster {
  readonly #servers: readonly RedisServer[]
  readonly #proxies = new Map<Backplane, readonly RedisProxy[]>()

  constructor(servers: readonly RedisServer[]) {
    this.#servers = servers
  }

  static async start(count: number): Promise<RedisCluster> {
    return new RedisCluster(await Promise.all(Array.from({ length: count }, () => RedisServer.start())))
  }

  node(): Backplane {
    const number = this.#proxies.size
    const proxies = this.#servers.map(({ path }) => new RedisProxy(`${path}${number}`, path))
    const backplane = redisBackplane({ shards: proxies.map(({ path }) => path), lease: LEASE, probe: PROBE })
    this.#proxies.set(backplane, proxies)
    return backplane
  }

  settle(): Promise<void> {
    return sleep(A_MOMENT)
  }

  pass(ms: number): Promise<void> {
    return sleep(ms)
  }

  async freeze(): Promise<void> {
    for (const server of this.#servers) server.freeze()
  }

  async thaw(): Promise<void> {
    for (const server of this.#servers) server.thaw()
  }

  async lose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.kill()))
    await Promise.all(this.#servers.map((server) => server.restart()))
  }

  async kill(backplane: Backplane): Promise<void> {
    for (const proxy of this.#proxies.get(backplane) ?? []) proxy.cut()
  }

  passLease(): Promise<void> {
    return sleep(LEASE * 1.5)
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#proxies.values()].flat().map((proxy) => proxy.stop()))
    await Promise.all(this.#servers.map((server) => server.stop()))
  }
}

for (const count of [1, 3]) {
  backplaneConformance({
    name: count === 1 ? 'one Redis' : `${count} Redis`,
    test: (name, run) => test(name, run),
    createCluster: () => RedisCluster.start(count),
  })
}
