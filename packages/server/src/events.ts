import type { Outdated, Payload, Reset, WseError } from '@wse/protocol'
import type { BackplaneState, Gap } from '@wse/protocol/backplane'
import type { Cid } from './people/cid.js'
import type { WseConnection } from './people/people.js'

/** The events of `server.when`, with what each carries. `Conn`: its connections, as a contract may type them. */
export type ServerEvents<Conn extends WseConnection = WseConnection> = {
  /** A user's first device was accepted; `meta` is what that device said about itself. */
  joined: [client: Conn['client'], meta: Conn['meta']]
  /** A user's last device is gone for good. Code and reason are those of its link. */
  left: [client: Conn['client'], code: number, reason: string]
  /** A user has a device with a link, and had none before, for longer than `offlineGrace`. */
  online: [cid: Cid]
  /** A user has had no device with a link for `offlineGrace`. */
  offline: [cid: Cid]
  /** A device was accepted. Its frames are handled after the listeners of this event ran. */
  connected: [conn: Conn]
  /** A device is gone for good: its session has ended. Code and reason are those of its last link. */
  disconnected: [conn: Conn, code: number, reason: string]
  /** A device lost its link, and may come back. What is sent to it waits. */
  suspended: [conn: Conn]
  /** A device came back: everything that waited is on its way. */
  resumed: [conn: Conn]
  /** A device's session could not go on, or took messages with it; `disconnected` follows. */
  reset: [conn: Conn, reset: Reset]
  /** A ping was answered: how long that took, in ms. */
  latency: [conn: Conn, ms: number]
  /** After `send` said `'queued'`: everything for this device has been handed to the network, there is room again. */
  drain: [conn: Conn]
  /** A device speaks by another contract than this server. */
  outdated: [conn: Conn, outdated: Outdated]
  /** Something failed that is nobody's answer: a listener threw, a peer broke the protocol, an upgrade was refused. */
  error: [error: WseError, conn: Conn | undefined]
  /** The other servers can be reached, or not; `detail` is for people. */
  backplane: [state: BackplaneState, detail: string]
  /** Messages of other servers may have been missed. What has a history was repaired, or its subscribers were told. */
  gap: [gap: Gap]
  /** A message came for which the channel has no listener. */
  ignored: [conn: Conn, type: string, payload: Payload]
}

/** Names of the events. */
export const SERVER_EVENTS: readonly (keyof ServerEvents)[] = [
  'joined',
  'left',
  'online',
  'offline',
  'connected',
  'disconnected',
  'suspended',
  'resumed',
  'reset',
  'latency',
  'outdated',
  'drain',
  'error',
  'backplane',
  'gap',
  'ignored',
]
