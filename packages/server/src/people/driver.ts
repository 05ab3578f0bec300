import type { Clock, Data, Payload, SendOptions, SendResult, WseError } from '@wse/protocol'
import {
  type Channel,
  type Link,
  type LinkOwner,
  Peer,
  type PeerHost,
  type Procedures,
  type Stamp,
} from '@wse/protocol/internal'
import { MessageRate } from '../limits/message-rate.js'
import type { ServerLimits } from '../limits/server-limits.js'
import type { SlowReaders } from '../limits/slow-readers.js'
import type { WseConnection } from './people.js'

/** Answers calls of a client. */
export type Procedure = (conn: WseConnection, payload: Payload) => unknown

/** What a driver needs of its server. */
export interface DriverHost {
  readonly clock: Clock
  readonly limits: ServerLimits
  /** Time-out of calls to clients, in ms. */
  readonly timeout: number
  readonly channel: Channel<[conn: WseConnection, payload: Payload]>
  readonly procedures: Procedures<Procedure>
  readonly slowReaders: SlowReaders
  ignored(conn: WseConnection, type: string, payload: Payload): void
  failed(error: WseError, conn?: WseConnection): void
  left(conn: WseConnection, code: number, reason: string): void
}

/**
 * Joins one connection's link to its peer. Today a session is one link; what survives a lost link will stand between
 * the two (ARCHITECTURE.md, "Layers"), and this is the place.
 */
export class Driver implements LinkOwner, PeerHost {
  readonly peer: Peer
  readonly #link: Link
  readonly #host: DriverHost
  readonly #rate: MessageRate | null
  #conn!: WseConnection

  constructor(link: Link, host: DriverHost) {
    this.#link = link
    this.#host = host
    const { clock, limits, timeout } = host
    this.peer = new Peer({ side: 'server', clock, limits, timeout }, this)
    this.peer.version = link.version
    this.#rate = limits.messageRate ? new MessageRate(clock, link, limits.messageRate) : null
  }

  /** Starts to drive `conn`. */
  drive(conn: WseConnection): void {
    this.#conn = conn
    this.#link.handOver(this)
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    this.#rate?.take()
    // Too many: closed, and a link closed from here delivers nothing more.
    if (this.#link.ended) return
    this.peer.receive(type, payload, stamp)
  }

  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    return this.#link.send(type, payload, stamp, options)
  }

  message(type: string, payload: Payload): void {
    if (!this.#host.channel.emit(type, this.#conn, payload)) this.#host.ignored(this.#conn, type, payload)
  }

  procedure(name: string): ((payload: Payload) => unknown) | undefined {
    const handler = this.#host.procedures.get(name)
    return handler && ((payload) => handler(this.#conn, payload))
  }

  congested(unsent: number, data: Data): void {
    this.#host.slowReaders.congested(this.#link, unsent, data)
  }

  failed(error: WseError): void {
    this.#host.failed(error, this.#conn)
  }

  ended(code: number, reason: string): void {
    this.#rate?.stop()
    this.#host.slowReaders.forget(this.#link)
    this.peer.end(code, reason, 'unknown')
    this.#host.left(this.#conn, code, reason)
  }
}
