import type { WseClient, WseClientOptions } from '@wse/client'
import { type Backplane, type BackplaneHandlers, createMemoryHub, type MemoryHub } from '@wse/protocol/backplane'
import type { WseServer, WseServerOptions } from '@wse/server'
import { createTransportPair, type TransportPair } from '@wse/testing'
import type { Ends } from '../fixtures/ends.js'

/** A client that may come to another server with each link. */
export interface Wanderer {
  readonly client: WseClient
  /** Where its next link goes. */
  at: number
  /** Loses its link, and comes back at another server. */
  moveTo(at: number): Promise<void>
}

/** Several servers on one hub. */
export interface TestCluster {
  readonly hub: MemoryHub
  readonly servers: readonly WseServer[]
  /** What joins one of them to the others. */
  backplane(at: number): Backplane
  /** A client of one of them. */
  enter(at: number, cid: string, meta?: object, options?: WseClientOptions): Promise<WseClient>
  /** A client whose links go wherever it is said, in memory. */
  wander(at: number, identity?: unknown, options?: WseClientOptions): Promise<Wanderer>
}

/** What a backplane does otherwise than it would. */
export type Over = {
  [Name in keyof Backplane]?: Backplane[Name] extends (...args: infer Args) => infer Result
    ? (own: Backplane, ...args: Args) => Result
    : never
}

/** The same for each of several servers. */
export type Joined = (at: number) => Over

/** Starts servers that know of each other. `options`: of each; `set`: what each is made ready with. */
export async function cluster(
  ends: Ends,
  count: number,
  options: Partial<WseServerOptions> = {},
  set: (server: WseServer, at: number) => void = () => {},
  joined: Joined = () => ({}),
): Promise<TestCluster> {
  const hub = createMemoryHub({ clock: ends.clock })
  const servers: WseServer[] = []
  const backplanes = Array.from({ length: count }, () => hub.backplane())
  for (const [at, own] of backplanes.entries()) {
    const backplane = changed(own, joined(at))
    const usual = { connPerUser: 5, heartbeat: false as const, backplane }
    const { server } = await ends.server({ ...usual, ...options })
    set(server, at)
    servers.push(server)
  }
  await ends.clock.settle()
  return {
    hub,
    servers,
    backplane: (at) => backplanes[at] as Backplane,
    async wander(at, identity, given = {}) {
      let last: TransportPair | null = null
      const transport = (_: string, [protocol]: readonly string[]) => {
        last = createTransportPair({ clock: ends.clock, protocol })
        servers[wanderer.at]?.accept(last[1], { headers: {} })
        return last[0]
      }
      const client = ends.client('ws://cluster', { re: { floor: 10, base: 10, cap: 50 }, transport, ...given })
      const wanderer: Wanderer = {
        client,
        at,
        async moveTo(next) {
          wanderer.at = next
          const ready = new Promise((resolve) => client.when.ready((...told) => resolve(told)))
          last?.cut()
          await passUntil(ends, ready)
        },
      }
      await client.connect(identity)
      return wanderer
    },
    async enter(at, cid, meta = {}, given = {}) {
      const server = servers[at] as WseServer
      const client = ends.client(ends.urlOf(server), { re: { floor: 10, base: 10 }, ...given })
      await client.connect(cid, meta)
      return client
    },
  }
}

/** Lets time pass until something is done. */
async function passUntil(ends: Ends, done: Promise<unknown>): Promise<void> {
  let isDone = false
  void done.then(() => {
    isDone = true
  })
  for (let step = 0; step < 400 && !isDone; step++) await ends.clock.advance(10)
  await done
}

/** One of several servers. */
export const at = (servers: readonly WseServer[], index: number): WseServer => servers[index] as WseServer

/** A server that takes in nothing any more, from a moment on. */
export function stuckAt(index: number): { readonly joined: Joined; begin(): void } {
  let isStuck = false
  const start: Over['start'] = (own, handlers: BackplaneHandlers) =>
    own.start({ ...handlers, incoming: (message) => void (isStuck || handlers.incoming(message)) })
  return {
    joined: (at) => (at === index ? { start } : {}),
    begin() {
      isStuck = true
    },
  }
}

/** Does something so many ms later. */
export async function later<Result>(ends: Ends, ms: number, run: () => Promise<Result>): Promise<Result> {
  if (ms > 0) await new Promise<void>((resolve) => void ends.clock.setTimer(() => resolve(), ms))
  return run()
}

/** Lets time pass until something has ended, and says how, and after how many ms. */
export async function endsWithin<Value>(
  ends: Ends,
  promise: Promise<Value>,
  most: number,
): Promise<{ value?: Value; error?: unknown; ms: number }> {
  const begun = ends.clock.now()
  let ended: { value?: Value; error?: unknown; ms: number } | null = null
  const ms = () => ends.clock.now() - begun
  promise.then(
    (value) => {
      ended = { value, ms: ms() }
    },
    (error: unknown) => {
      ended = { error, ms: ms() }
    },
  )
  while (ended === null && ms() < most) await ends.clock.advance(10)
  return ended ?? { ms: ms() }
}

/** A backplane that does some things otherwise. */
function changed(own: Backplane, over: Over): Backplane {
  return new Proxy(own, {
    get(target, name) {
      const mine = (over as Record<PropertyKey, ((...args: unknown[]) => unknown) | undefined>)[name]
      if (mine !== undefined) return (...args: unknown[]) => mine(own, ...args)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
