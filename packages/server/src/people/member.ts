import type { CallOptions, Payload, SendResult } from '@wse/protocol'
import type { Cid } from './cid.js'
import type { Addressee, Delivery } from './fan-out.js'
import type { EncodedEvent } from './spread/abouts.js'

/** `live`: it has a link. `suspended`: it lost it, and may get another. `closed`: it has ended. */
export type ConnectionState = 'live' | 'suspended' | 'closed'

/** One device of one user, as targets see it. */
export interface Member {
  readonly conn_id: string
  readonly cid: Cid
  readonly state: ConnectionState
  readonly meta: Payload
  readonly remote_addr: string
  readonly latency: number | null
  readonly age: number
  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload>
}

/** Publishes events of topics to some devices. */
export interface PublishesTo {
  /** `results`: is given what became of it for each, in order; one that is not on the topic has it `dropped`. */
  publishTo(
    devices: Iterable<Addressee>,
    topic: string,
    event: string,
    data: Payload,
    options: object | undefined,
    results?: SendResult[],
  ): Delivery
  /** The same as other servers are given it, for devices of theirs. */
  encoded(event: { topic: string; event: string; data: Payload }, options: object | undefined): EncodedEvent
}

/** What stands behind a member. */
export interface Reachable extends Addressee {
  /** Place in the order in which the devices of a server acted last: came, sent a message, or called. */
  readonly lastActed: number
  /** Publishes to devices of its server. */
  readonly publisher: PublishesTo
  /** Milliseconds since it acted last. */
  readonly idle: number
  /** Closes its link, or ends it if it has none. */
  close(code: number, reason: string): void
}

/** Facts about one device, as they were when asked for: plain data. */
export interface DeviceInfo<Meta = Payload> {
  /** Id of its user. */
  readonly cid: Cid
  /** Id of the connection: what `revoke` takes. */
  readonly conn_id: string
  /** What it says about itself; nobody has checked it. */
  readonly meta: Meta
  /** Whether it has a link, waits for its client to come back, or has ended. */
  readonly state: ConnectionState
  /** Its address. */
  readonly remote_addr: string
  /** Milliseconds the last ping took there and back; null before the first. */
  readonly latency: number | null
  /** Milliseconds since it connected; links it lost in between do not matter. */
  readonly age: number
}

/** What is known of a device now. */
export function infoOf({ cid, conn_id, meta, state, remote_addr, latency, age }: Member): DeviceInfo {
  return { cid, conn_id, meta, state, remote_addr, latency, age }
}
