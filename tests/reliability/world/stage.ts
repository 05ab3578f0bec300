import { WseClient, type WseClientOptions } from '@wse/client'
import type { Clock } from '@wse/protocol'
import { type WseConnection, WseServer, type WseServerOptions } from '@wse/server'
import { createWorld, type WorldLink } from '@wse/testing'
import { expect } from 'vitest'
import { Actor, type At } from './actor.js'
import { Traffic } from './traffic.js'

/** How a stage is set. */
export interface StageOptions {
  readonly seed?: number
  readonly latency?: number
  readonly jitter?: number
  readonly server?: Partial<WseServerOptions>
  /** The first server listens to its own. */
  readonly prepare?: (server: WseServer) => void
}

/** How one client is. */
export interface ActorOptions extends Partial<WseClientOptions> {
  readonly at?: WseServer
  readonly wrapClock?: (clock: Clock) => Clock
  /** A link was dialled. */
  readonly dialled?: (link: WorldLink) => void
}

/** A world of the real ends, and notes of what they tell. */
export class Stage {
  readonly world
  readonly home: WseServer
  /** What servers told, as words: `joined ann`, `disconnected ann 1006`. */
  readonly told: At<string>[] = []
  readonly actors = new Map<unknown, Actor>()
  readonly traffics = new Map<unknown, Traffic>()
  readonly #options: StageOptions
  #next: ActorOptions = {}
  #woken: Actor['woken'] = () => {}

  constructor(options: StageOptions = {}) {
    this.#options = options
    const { seed = 1, latency = 20, jitter = 0 } = options
    this.world = createWorld<WseServer, WseClient>({
      ...{ seed, latency, jitter },
      server: ({ clock }) => this.#server(clock),
      client: (env) => this.#client(env),
    })
    this.home = this.world.server('home')
  }

  get now(): number {
    return this.world.clock.now()
  }

  /** A client, which has not connected yet. */
  actor(name: string, options: ActorOptions = {}): Actor {
    this.#next = options
    const client = this.world.client({ to: options.at ?? this.home, name })
    const actor = new Actor(name, client, () => this.now)
    actor.woken = this.#woken
    this.actors.set(name, actor)
    return actor
  }

  /** A client that is READY, and has had time to say so. */
  async ready(name: string, options: ActorOptions = {}): Promise<Actor> {
    const actor = this.actor(name, options)
    actor.connect()
    await this.world.advance(2_000)
    for (let second = 0; second < 10 && actor.client.status !== 'READY'; second++) await this.world.advance(1_000)
    expect(actor.client.status).toBe('READY')
    return actor
  }

  /** What a client and a server say to each other from now on. */
  traffic(actor: Actor, server = () => this.home): Traffic {
    const traffic = new Traffic(actor.client, () => this.conn(actor.name, server()))
    this.traffics.set(actor.name, traffic)
    return traffic
  }

  /** The newest connection of a user. */
  conn(name: string, server = this.home): WseConnection {
    const conn = [...(server.clients.get(name)?.conns.values() ?? [])].at(-1)
    if (conn === undefined) throw new Error(`${name} is not here`)
    return conn
  }

  /** Lets `ms` pass, in which everybody talks `every` so many ms. */
  async talk(ms: number, every: number, callEach = 5): Promise<void> {
    for (let passed = 0; passed < ms; passed += every) {
      for (const traffic of this.traffics.values()) traffic.tick(callEach)
      await this.world.advance(every)
    }
  }

  /** What servers told since `from`. */
  words(from = 0): string[] {
    return this.told.filter(({ at }) => at >= from).map(({ what }) => what)
  }

  /** The first time a server said so at or after `from`, as the time since. */
  toldAfter(word: string, from: number): number {
    const found = this.told.find(({ at, what }) => at >= from && what.startsWith(word))
    return (found?.at ?? Number.POSITIVE_INFINITY) - from
  }

  /** Lines of the transcript that match. */
  lines(pattern: RegExp): string[] {
    return this.world
      .transcript()
      .split('\n')
      .filter((line) => pattern.test(line))
  }

  /** Ends it: all traffic was exact, and nothing is left behind. */
  async exactAndClean(): Promise<void> {
    for (const traffic of this.traffics.values()) traffic.expectExact()
    await this.clean()
  }

  /** Ends it: nothing is left behind. */
  async clean(): Promise<void> {
    expect(await this.world.close()).toEqual([])
  }

  #server(clock: Clock): WseServer {
    const server = new WseServer({
      clock,
      identify: ({ identity, accept }) => accept(String(identity)),
      ...this.#options.server,
    })
    server.channel.on('m', (conn, n) => this.traffics.get(conn.cid)?.heardUp.push(n))
    server.register('echo', (conn, n) => {
      this.traffics.get(conn.cid)?.heardUp.push(n)
      return n * 2
    })
    this.#listen(server)
    this.#options.prepare?.(server)
    return server
  }

  #listen({ when }: WseServer): void {
    const note = (what: string) => this.told.push({ at: this.now, what })
    when.joined(({ cid }) => note(`joined ${cid}`))
    when.left(({ cid }, code) => note(`left ${cid} ${code}`))
    when.connected(({ cid }) => note(`connected ${cid}`))
    when.disconnected(({ cid }, code) => note(`disconnected ${cid} ${code}`))
    when.suspended(({ cid }) => note(`suspended ${cid}`))
    when.resumed(({ cid }) => note(`resumed ${cid}`))
    when.reset(({ cid }, { reason }) => note(`reset ${cid} ${reason}`))
    when.error(({ code, details }) => note(`error ${code} ${JSON.stringify(details)}`))
  }

  #client(env: { clock: Clock; url: string; transport: NonNullable<WseClientOptions['transport']> }): WseClient {
    const { at: _, wrapClock, dialled, ...options } = this.#next
    this.#woken = () => {}
    const told: { woken: Actor['woken'] } = { woken: () => {} }
    this.#woken = (why) => told.woken(why)
    return new WseClient({
      ...env,
      re: true,
      clock: wrapClock?.(env.clock) ?? env.clock,
      transport: (url, protocols) => {
        const transport = env.transport(url, protocols)
        dialled?.(this.world.links().at(-1) as WorldLink)
        return transport
      },
      wake: (woken) => {
        told.woken = woken
        return () => {
          told.woken = () => {}
        }
      },
      ...options,
    })
  }
}

/** The largest of some numbers. */
export function most(numbers: readonly number[]): number {
  return Math.max(...numbers)
}
