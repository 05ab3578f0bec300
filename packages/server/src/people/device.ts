import type { Payload, SendOptions, SendResult, SharedFrame } from '@wse/protocol'
import type { Peer, Session } from '@wse/protocol/internal'
import type { LinkRequest } from '../upgrade/link-request.js'
import type { Delivery } from './fan-out.js'
import type { ConnectionState, Member, Reachable } from './member.js'
import type { PeopleElsewhere } from './spread/people-elsewhere.js'

/** What is known of the link a device speaks on; another with each link. */
export interface DeviceFacts {
  readonly identity: Payload
  readonly meta: Payload
  readonly remote_addr: string
  readonly request: LinkRequest
}

/** What a connection stands on: a session, whatever link that has. */
export interface Device extends Reachable {
  readonly session: Session
  readonly peer: Peer
  readonly facts: DeviceFacts
  /** Last round trip in ms; null before the first. */
  readonly latency: number | null
  readonly state: ConnectionState
  /** Milliseconds since it connected. */
  readonly age: number
  /** Names its client. */
  readonly instance: string | undefined
  /** Sends a frame encoded before. */
  writeShared(type: string, frame: SharedFrame, options?: SendOptions): SendResult
  /** Ends it: its client has begun anew at another server. */
  supersede(): void
  /** Asks its client to move. @throws {WseError} `NOT_SUPPORTED` */
  move(url: string): void
  /** What it is subscribed to, to be added to. */
  readonly subscriptions: Subscriptions
  /** Pings its client; see {@link WseConnection.ping}. */
  probe(): Promise<number>
  /** What stands around what its server handles and sends. */
  readonly handling: SentTo
  /** People on other servers; null where there are none. */
  readonly elsewhere: PeopleElsewhere | null
}

/** What one device is subscribed to. */
export interface Subscriptions {
  readonly names: string[]
  has(topic: string): boolean
  add(filter: string): boolean
  remove(filter: string): boolean
}

/** Told of messages that were sent. */
export interface SentTo {
  sent(type: string, payload: Payload, how: SendResult | Delivery, conn?: Member): void
}
