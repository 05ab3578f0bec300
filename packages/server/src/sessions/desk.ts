import {
  type Clock,
  type Outdated,
  type Payload,
  type Reset,
  WSE_RESET,
  type WseError,
  type WseStream,
} from '@wse/protocol'
import {
  AckTicker,
  type Answer,
  acceptStream,
  type Bounds,
  type Channel,
  FRAME,
  type Guard,
  IDENTIFY,
  losesMessages,
  type Settled,
  STREAM,
  type TopicEvent,
} from '@wse/protocol/internal'
import { cutReason } from '@wse/protocol/wire'
import { Authorisations } from '../authorisation/authorisations.js'
import { Refreshes } from '../authorisation/refreshes.js'
import type { Cluster } from '../backplane/cluster.js'
import { identifyByContract } from '../handshake/by-contract.js'
import { Heartbeat } from '../heartbeat/heartbeat.js'
import { Probes } from '../heartbeat/probes.js'
import { LinkAges } from '../limits/link-ages.js'
import type { ServerLimits } from '../limits/server-limits.js'
import { SlowReaders } from '../limits/slow-readers.js'
import { authenticated, type ServerHandling } from '../middleware/server-handling.js'
import type { ServerSettings } from '../options.js'
import type { Subscriptions } from '../people/device.js'
import { connsOf } from '../people/identity.js'
import type { PublishesTo } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { Registry } from '../people/registry.js'
import type { PeopleElsewhere } from '../people/spread/people-elsewhere.js'
import type { TopicEngine } from '../topics/topic-engine.js'
import { Others } from './others.js'
import { type ResumeOptions, resumeOption } from './resume-options.js'
import type { ServerSession, ServerSessionHost } from './server-session.js'
import type { SessionEnd } from './session-host.js'
import { Sessions } from './sessions.js'

/** What sessions tell of. */
export interface SessionEvents {
  ignored(conn: WseConnection, type: string, payload: Payload): void
  failed(error: WseError, conn?: WseConnection): void
  suspended(conn: WseConnection): void
  resumed(conn: WseConnection): void
  /** It comes from another server, and waits here for its client. */
  moved(conn: WseConnection): void
  reset(conn: WseConnection, reset: Reset): void
  latency(conn: WseConnection, ms: number): void
  outdated(conn: WseConnection, outdated: Outdated): void
  drain(conn: WseConnection): void
}

/** What a desk works with. */
export interface DeskParts {
  readonly settings: ServerSettings
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  readonly streams: Channel<[conn: WseConnection, stream: WseStream, meta: Payload]>
  readonly handling: ServerHandling
  readonly registry: Registry
  readonly topics: TopicEngine
  /** This server among others; null where it is alone. */
  readonly cluster: Cluster | null
  /** People on other servers; null where there are none. */
  readonly elsewhere: PeopleElsewhere | null
  readonly events: SessionEvents
}

/** What happens to sessions between their first link and their end, and what all of them share. */
export class SessionDesk implements ServerSessionHost {
  readonly clock: Clock
  readonly limits: ServerLimits
  readonly timeout: number
  readonly bounds: Bounds
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  readonly streams: Channel<[conn: WseConnection, stream: WseStream, meta: Payload]>
  readonly handling: ServerHandling
  readonly resume: Settled<ResumeOptions> | null
  readonly sessions: Sessions
  readonly heartbeat: Heartbeat | null
  readonly authorisations: Authorisations
  readonly refreshes: Refreshes
  readonly slowReaders: SlowReaders
  readonly probes: Probes
  readonly ages: LinkAges
  readonly acks: AckTicker
  readonly events: SessionEvents
  readonly elsewhere: PeopleElsewhere | null
  /** Sessions as far as other servers are concerned; null where there are none. */
  readonly others: Others | null
  readonly guard: Guard | null
  readonly refusesOutdated: boolean
  readonly #registry: Registry
  readonly #topics: TopicEngine
  /** How often devices have acted so far. */
  acts = 0
  #closing: readonly [code: number, reason: string] | null = null

  constructor({ settings, channel, streams, handling, registry, topics, cluster, elsewhere, events }: DeskParts) {
    const { clock, limits, timeout, resume, heartbeat } = settings
    this.clock = clock
    this.limits = limits
    this.timeout = timeout
    this.channel = channel
    this.streams = streams
    this.handling = handling
    this.resume = resume
    // Where sessions end with their links nothing is kept, but late hellos are known all the same.
    const bounds = resume ?? (resumeOption(true) as Settled<ResumeOptions>)
    this.bounds = bounds
    this.sessions = new Sessions(clock, bounds, cluster?.node)
    const describe = typeof settings.onExceed === 'function'
    const { sessions } = this
    const lost = (conn_id: string) => this.#find(conn_id)?.supersede()
    this.others =
      cluster &&
      elsewhere &&
      new Others({ cluster, sessions, people: elsewhere, describe, keeps: resume !== null, lost })
    this.heartbeat = heartbeat === null ? null : new Heartbeat(clock, heartbeat)
    this.authorisations = new Authorisations(clock)
    const { guard } = settings
    const report = (error: WseError) => this.failed(error)
    const identify = guard === null ? settings.identify : identifyByContract(settings.identify, guard, report)
    const { authorisations } = this
    const renewed = (session: ServerSession) => {
      authenticated(handling, settings.log, session.conn, 'renewed')
      topics.reviewing.renewed(session)
    }
    this.refreshes = new Refreshes({ clock, identify, authorisations, timeout: limits.handshakeTimeout, renewed })
    this.slowReaders = new SlowReaders(clock, limits)
    this.probes = new Probes(clock, timeout)
    this.ages = new LinkAges(clock, limits.idleTimeout, limits.lifetime)
    this.acks = new AckTicker(clock)
    this.events = events
    this.guard = settings.guard
    this.refusesOutdated = settings.refusesOutdated
    this.#registry = registry
    this.#topics = topics
    this.elsewhere = elsewhere
  }

  get publisher(): PublishesTo {
    return this.#topics.publisher
  }

  subscriptionsOf(session: ServerSession): Subscriptions {
    return this.#topics.subscriptionsOf(session)
  }

  /** What is alive, in numbers. */
  get alive(): Record<string, number> {
    const { suspended, alive } = this.sessions
    return {
      suspended: suspended.size,
      suspendedBytes: suspended.bytes,
      ...alive,
      heartbeats: this.heartbeat?.size ?? 0,
      pings: this.probes.size,
      linkAges: this.ages.size,
      authorisations: this.authorisations.size,
      refreshes: this.refreshes.size,
      owingAcks: this.acks.size,
      slowReaders: this.slowReaders.size,
      ...this.#topics.topics.alive,
      ...this.others?.alive,
    }
  }

  /** Sessions that have a link. */
  *live(): Generator<ServerSession> {
    for (const device of this.#registry.devices) {
      if (device.state === 'live') yield device as ServerSession
    }
  }

  /** From now on nobody is waited for. Clients are told how far they got: what is beyond it never ran. */
  close(code: number, reason: string): void {
    this.#closing = [code, reason]
    for (const { session } of [...this.live()]) {
      if (session.keeps)
        session.link?.tell(FRAME.GOAWAY, { reason: cutReason(reason), received: session.ledger.received })
    }
    for (const session of this.sessions.suspended.all()) session.end(code, reason)
  }

  /** Forgets what is remembered of those who were here. */
  clear(): void {
    this.sessions.clear()
    this.others?.stop()
    // Who waits for a topic goes on by this, and finds that it is over.
    this.#topics.elsewhere?.stop()
    this.#topics.topics.clear()
  }

  ignored(conn: WseConnection, type: string, payload: Payload): void {
    this.events.ignored(conn, type, payload)
  }

  failed(error: WseError, conn?: WseConnection): void {
    this.events.failed(error, conn)
  }

  suspended(session: ServerSession): void {
    this.#unlinked(session)
    if (this.#closing !== null) return session.end(...this.#closing)
    this.sessions.suspended.add(session)
    this.#topics.suspended(session)
    this.others?.devices.away(session.conn_id, true)
    this.#limitOwn(session)
    if (session.state === 'suspended') this.events.suspended(session.conn)
  }

  /** It has a link again. */
  resumed(session: ServerSession): void {
    this.#topics.resumed(session)
    this.others?.devices.away(session.conn_id, false)
    this.events.resumed(session.conn)
  }

  told(session: ServerSession, event: TopicEvent): void {
    this.#topics.told(session, event)
  }

  grew(session: ServerSession): void {
    this.sessions.suspended.grew(session)
  }

  confirmed(session: ServerSession): void {
    this.sessions.confirm(session)
  }

  ponged(session: ServerSession): void {
    const ms = this.probes.ponged(session) ?? this.heartbeat?.ponged(session)
    if (typeof ms === 'number') this.events.latency(session.conn, ms)
  }

  drained(session: ServerSession): void {
    this.events.drain(session.conn)
  }

  reserved(session: ServerSession, name: string): Answer | undefined {
    if (name === IDENTIFY) return (identity) => this.refreshes.begin(session, identity)
    if (name !== STREAM) return this.#topics.answer(session, name)
    const { conn } = session
    return (payload, call) =>
      acceptStream(payload, call, (stream) => this.streams.emit(stream.name, conn, stream, stream.meta))
  }

  ended(session: ServerSession, end: SessionEnd): void {
    this.#unlinked(session)
    this.authorisations.remove(session)
    this.refreshes.ended(session)
    this.#topics.ended(session)
    this.sessions.remove(session, end)
    this.others?.ended(session)
    const { code, reason, reset } = end
    const told = reset.reason !== WSE_RESET.CLOSED || (code !== 1000 && losesMessages(reset))
    if (session.session.keeps && told) this.events.reset(session.conn, reset)
    this.#registry.leave(session.conn, code, reason)
  }

  #find(conn_id: string): ServerSession | undefined {
    const all = [...this.#registry.devices] as ServerSession[]
    return all.find((session) => session.conn_id === conn_id)
  }

  /** A session has no link any more. */
  #unlinked(session: ServerSession): void {
    this.heartbeat?.remove(session)
    this.ages.remove(session)
    this.probes.ended(session)
  }

  /** Of one user only so many may wait: the oldest has to go. */
  #limitOwn({ conn }: ServerSession): void {
    const { suspended } = this.sessions
    const waiting = connsOf(conn.client).filter(({ state }) => state === 'suspended')
    if (waiting.length <= (this.resume?.perIdentity ?? 0)) return
    const oldest = suspended.oldest((other) => other.conn.client === conn.client)
    oldest?.end(...oldest.lastClose, WSE_RESET.EVICTED)
  }
}
