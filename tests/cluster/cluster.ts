import type { WseClient, WseClientOptions } from '@wse/client'
import { createMemoryHub, type MemoryHub } from '@wse/protocol/backplane'
import type { WseServer, WseServerOptions } from '@wse/server'
import type { Ends } from '../fixtures/ends.js'

/** Several servers on one hub. */
export interface TestCluster {
  readonly hub: MemoryHub
  readonly servers: readonly WseServer[]
  /** A client of one of them. */
  enter(at: number, cid: string, meta?: object, options?: WseClientOptions): Promise<WseClient>
}

/** Starts servers that know of each other. `options`: of each; `set`: what each is made ready with. */
export async function cluster(
  ends: Ends,
  count: number,
  options: Partial<WseServerOptions> = {},
  set: (server: WseServer, at: number) => void = () => {},
): Promise<TestCluster> {
  const hub = createMemoryHub({ clock: ends.clock })
  const servers: WseServer[] = []
  for (let at = 0; at < count; at++) {
    const usual = { connPerUser: 5, heartbeat: false as const, backplane: hub.backplane() }
    const { server } = await ends.server({ ...usual, ...options })
    set(server, at)
    servers.push(server)
  }
  await ends.clock.settle()
  return {
    hub,
    servers,
    async enter(at, cid, meta = {}, given = {}) {
      const server = servers[at] as WseServer
      const client = ends.client(ends.urlOf(server), { re: { floor: 10, base: 10 }, ...given })
      await client.connect(cid, meta)
      return client
    },
  }
}
