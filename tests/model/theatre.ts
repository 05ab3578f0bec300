import { WseClient, type WseError } from '@wse/client'
import type { Clock, Transport } from '@wse/protocol'
import { type Identify, type WseConnection, WseServer } from '@wse/server'
import { type ClientEnv, createWorld } from '@wse/testing'
import { ClientSession } from '../../packages/client/src/session/client-session.js'
import type { Woken } from '../../packages/client/src/wake/wake.js'
import { type ConnLog, Journal } from './journal.js'
import { type Setup, WINDOW } from './plan.js'
import { answerStreams } from './stream-ends.js'
import { defineTopics } from './topic-ends.js'
import type { Following, TopicName } from './topic-facts.js'

/** Somebody who speaks the wire by hand. */
export interface Thief {
  readonly env: ClientEnv
  link: Transport | null
  disconnect(): Promise<void>
}

/** The session that speaks on each link's client end: seen as it binds, so that the model can send items. */
const sessions = new WeakMap<object, ClientSession>()
/** Tokens, by the transport they came on. */
const tokens = new WeakMap<object, string>()
const bind = ClientSession.prototype.bind
ClientSession.prototype.bind = function (this: ClientSession, ready) {
  sessions.set(ready.link.transport, this)
  if (ready.session?.token !== undefined) tokens.set(ready.link.transport, ready.session.token)
  return bind.call(this, ready)
}

/** The real ends of a case in a world of their own, and what is seen of them. */
export class Theatre {
  readonly journal = new Journal()
  readonly world
  readonly client: WseClient
  home: WseServer
  away: WseServer | null = null
  /** As whom the client says to be. */
  who = 'ann'
  woken: (why: Woken) => void = () => {}
  readonly setup: Setup
  #strangers = 0
  readonly #deciding = new Set<() => void>()

  constructor(setup: Setup) {
    this.setup = setup
    this.world = createWorld<WseServer, WseClient | Thief>({
      seed: setup.seed,
      hold: true,
      // Real transports join what is sent in one turn; the others are the simpler case.
      batches: setup.seed % 2 === 0,
      server: (env) => this.#server(env),
      client: (env, name) => this.#client(env, name),
    })
    this.home = this.world.server('home')
    this.client = this.world.client({ name: 'hero' }) as WseClient
    this.#listen()
  }

  /** The server at the other url, made when it is first needed. */
  other(): WseServer {
    this.away ??= this.world.server('away')
    return this.away
  }

  /** The client, connecting as who it is now; a failure is a fact like any other. */
  connect(): void {
    // How a session ended that is final was told by its close code.
    this.journal.hadSession = false
    const { anonymous, plain } = this.setup
    const identity = anonymous ? '' : plain ? { who: this.who } : () => ({ who: this.who })
    this.client.connect(identity, { hero: true }).catch((error: WseError) => this.journal.errors.push(error.code))
  }

  /** Connections of the client that have not ended, at the server it is at. */
  get live(): ConnLog[] {
    return this.journal.conns.filter(({ ended }) => ended === null)
  }

  /** What the client speaks through now, if it ever was READY. */
  get session(): ClientSession | undefined {
    return this.#transports
      .map((transport) => sessions.get(transport))
      .filter((session) => session !== undefined)
      .at(-1)
  }

  /** Tokens the client was given, oldest first. */
  get tokens(): string[] {
    return this.#transports.flatMap((transport) => tokens.get(transport) ?? [])
  }

  get #transports(): Transport[] {
    return this.world.links(this.client).map((link) => (link as unknown as { client: Transport }).client)
  }

  /** The server the client is at. */
  get server(): WseServer {
    return this.live.at(-1)?.server ?? this.home
  }

  /** Subscriptions to a topic that go on. */
  following(topic: TopicName): Following[] {
    return this.journal.followers.filter((follower) => follower.topic === topic && follower.ended === undefined)
  }

  /** One does not any more. The application keeps its position; what it said of itself goes with the last. */
  endedFollowing({ topic, sub }: Following): void {
    if (sub.position !== null) this.journal.stored.set(topic, sub.position)
    if (this.following(topic).length === 0) this.journal.states.delete(topic)
  }

  /** Who takes their time decides nothing any more: their timers are not the server's. */
  hush(): void {
    for (const stop of this.#deciding) stop()
  }

  /** The time of the world, in ms. */
  now(): number {
    return this.world.clock.now()
  }

  /** What is noted of topics. */
  get stage(): { readonly journal: Journal; readonly setup: Setup; now(): number } {
    return { journal: this.journal, setup: this.setup, now: () => this.now() }
  }

  #server({ clock }: { clock: Clock }): WseServer {
    const { serverFrames, devices, perIdentity, suspended, rate } = this.setup
    const { journal } = this
    const server = new WseServer({
      clock,
      identify: this.#identify,
      connPerUser: devices,
      tO: 0,
      limits: { messageRate: rate && { perSecond: 5, burst: 6, close: true } },
      heartbeat: { interval: 5_000, grace: 2_000 },
      resume: { window: WINDOW, frames: serverFrames, bytes: 20_000, suspended, perIdentity },
    })
    server.when.connected((conn) => {
      const states = { gave: [], took: [], arrived: [] }
      const log = { server, conn, took: [], gave: [], arrived: [], states, ended: null, reset: null }
      if (isHero(conn)) journal.conns.push(log)
    })
    server.when.disconnected((conn, code, reason) => {
      const log = journal.log(conn)
      if (log?.ended) journal.problem('disconnected twice')
      if (log) log.ended = [code, reason]
    })
    server.when.reset((conn, reset) => {
      const log = journal.log(conn)
      if (log?.ended || log?.reset) journal.problem('a server reset out of turn')
      if (log) log.reset = reset
    })
    server.when.error((error) => journal.errors.push(error.code))
    this.#take(server)
    server.when.suspended((conn) => journal.suspended.set(conn, this.now()))
    answerStreams(this.journal, server, server)
    defineTopics(server, { ...this.stage, later: (ms) => this.#later(clock, ms) })
    return server
  }

  #later(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => {
        this.#deciding.delete(stop)
        resolve()
      }, ms)
      const stop = () => clock.clearTimer(timer)
      this.#deciding.add(stop)
    })
  }

  readonly #identify: Identify = ({ identity, accept }) => {
    const expires = this.setup.expires ?? undefined
    const { who } = (identity ?? {}) as { who?: string }
    accept(who ?? `user-${this.#strangers++}`, null, { expires })
  }

  /** What the server does with what the client says. */
  #take(server: WseServer): void {
    const heard = (conn: WseConnection, n: number) => this.#heard(n, this.journal.log(conn)?.took)
    server.channel.on('m', (conn, { n }) => heard(conn, n))
    server.channel.on('b', (conn, bytes) => heard(conn, numberOf(bytes)))
    server.channel.on('v', () => {})
    server.channel.on('l', (conn, { n }) => this.#heard(n, this.journal.log(conn)?.states.took))
    server.register('work', (conn, { n }) => {
      heard(conn, n)
      return new Promise((resolve, reject) => {
        const finish = (fails: boolean) => (fails ? reject(new Error('no')) : resolve(n))
        this.journal.running.server.push({ n, server, finish })
      })
    })
  }

  #heard(n: number, took: number[] | undefined): void {
    const said = this.journal.said.find((other) => other.n === n)
    if (said) said.heard++
    took?.push(n)
  }

  #client(env: ClientEnv, name: string): WseClient | Thief {
    if (name.startsWith('thief')) {
      const thief: Thief = { env, link: null, disconnect: async () => thief.link?.terminate() }
      return thief
    }
    const hero = name === 'hero'
    return new WseClient({
      ...env,
      re: { floor: 100, base: 200, cap: 1_000 },
      tO: 0,
      connectTimeout: 3_000,
      queue: { frames: this.setup.clientFrames, bytes: 100_000 },
      jumpPolicy: () => true,
      wake: (woken) => {
        if (hero) this.woken = woken
        return () => {}
      },
    })
  }

  #listen(): void {
    const { client, journal } = this
    client.when.closed((code) => journal.codes.push(code))
    client.when.error((error) => {
      journal.errors.push(error.code)
      journal.unsent += Number((error.details as { frames?: number }).frames ?? 0)
    })
    client.when.reset((reset) => {
      journal.told++
      journal.resets.push(reset)
    })
    client.when.ready((_, { resumed }) => {
      // What is subscribed to is asked for anew, and answered.
      if (journal.asked.length > 0) journal.items += 2
      if (!resumed) journal.sessions++
      if (resumed) journal.resumes++
      else if (journal.hadSession && journal.told === 0 && !journal.done.has('jump')) {
        journal.problem('I5: a new session without a reset')
      }
      journal.told = 0
      journal.hadSession = true
    })
    const got = (n: number) => this.#got(n)
    client.channel.on('m', ({ n }) => got(n))
    client.channel.on('b', (bytes) => got(numberOf(bytes)))
    client.channel.on('v', () => {})
    answerStreams(this.journal, client, null)
    client.channel.on('l', ({ n }) => this.#gotState(n))
    client.register('work', ({ n }) => {
      got(n)
      return new Promise((resolve, reject) => {
        const finish = (fails: boolean) => (fails ? reject(new Error('no')) : resolve(n))
        journal.running.client.push({ n, server: null, finish })
      })
    })
  }

  #gotState(n: number): void {
    const log = this.journal.conns.find(({ states }) => states.gave.some((said) => said.n === n))
    if (log === undefined) return this.journal.problem(`the client got ${n}, which nobody sent to it`)
    log.states.arrived.push(n)
    for (const said of log.states.gave) if (said.n === n) said.heard++
  }

  #got(n: number): void {
    const to = this.journal.conns.filter(({ gave }) => gave.some((said) => said.n === n))
    if (to.length === 0) this.journal.problem(`the client got ${n}, which nobody sent to it`)
    // What several connections were given may come by each of them.
    const log = to.find(({ arrived }) => !arrived.includes(n)) ?? to[0]
    log?.arrived.push(n)
    const said = log?.gave.find((other) => other.n === n)
    if (said) said.heard++
  }
}

function isHero({ meta }: WseConnection): boolean {
  return (meta as { hero?: boolean }).hero === true
}

/** A message that is bytes. */
export function bytesOfNumber(n: number): Uint8Array {
  return Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255)
}

function numberOf([high = 0, middle = 0, low = 0]: Uint8Array): number {
  return (high << 16) | (middle << 8) | low
}
