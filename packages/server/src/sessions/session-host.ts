import type { Clock, Payload, Reset, WseError } from '@wse/protocol'
import type { AckTicker, Answer, Bounds, Channel, Codec, Guard, TopicEvent } from '@wse/protocol/internal'
import type { Probes } from '../heartbeat/probes.js'
import type { ServerLimits } from '../limits/server-limits.js'
import type { SlowReaders } from '../limits/slow-readers.js'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { Cid } from '../people/cid.js'
import type { DeviceFacts, Subscriptions } from '../people/device.js'
import type { PublishesTo } from '../people/member.js'
import type { WseConnection } from '../people/people.js'
import type { PeopleElsewhere } from '../people/spread/people-elsewhere.js'

/** What a session needs of its server. */
export interface SessionHost<Session> {
  readonly clock: Clock
  readonly limits: ServerLimits
  /** Time-out of calls to clients, in ms. */
  readonly timeout: number
  /** What a session may keep; for one that does not survive its link, nothing. */
  readonly bounds: Bounds
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  readonly handling: ServerHandling
  /** What the server keeps of a contract; null without one. */
  readonly guard: Guard | null
  readonly slowReaders: SlowReaders
  readonly acks: AckTicker
  readonly probes: Probes
  /** How often devices have acted so far. */
  acts: number
  ignored(conn: WseConnection, type: string, payload: Payload): void
  failed(error: WseError, conn?: WseConnection): void
  /** It lost its link, and waits for another. */
  suspended(session: Session): void
  /** It is given more while it waits, or something back. */
  grew(session: Session): void
  /** The client has its newest token. */
  confirmed(session: Session): void
  /** A ping was answered. */
  ponged(session: Session): void
  /** What had to wait was handed to the network. */
  drained(session: Session): void
  readonly publisher: PublishesTo
  /** People on other servers; null where there are none. */
  readonly elsewhere: PeopleElsewhere | null
  /** What a device is subscribed to, to be added to. */
  subscriptionsOf(session: Session): Subscriptions
  /** A client publishes an event, and waits for no answer. */
  told(session: Session, event: TopicEvent): void
  /** What answers calls of the SDK itself. */
  reserved(session: Session, name: string): Answer | undefined
  /** It ended, once and for good. */
  ended(session: Session, end: SessionEnd): void
}

/** How a session ended. */
export interface SessionEnd {
  readonly code: number
  readonly reason: string
  readonly reset: Reset
  /** Last position taken from the client. */
  readonly taken: number
}

/** Who opened it, and how. */
export interface SessionBirth {
  readonly conn_id: string
  readonly cid: Cid
  readonly codec: Codec
  readonly keeps: boolean
  readonly anonymous: boolean
  readonly instance: string | undefined
  readonly attempt: number | undefined
  readonly facts: DeviceFacts
}
