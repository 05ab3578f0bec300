import {
  type Data,
  type Payload,
  type SendOptions,
  type SendResult,
  WSE_CLOSE,
  WSE_ERROR,
  WSE_REASON,
  WseError,
} from '@wse/protocol'
import {
  bytesOf,
  type Channel,
  type Link,
  type LinkOwner,
  Peer,
  type PeerHost,
  type Procedures,
  type Stamp,
} from '@wse/protocol/internal'
import type { Ready } from '../attempt/outcome.js'
import type { ClientSettings } from '../options.js'
import { Outbox } from './outbox.js'

/** Answers calls of the server. */
export type Procedure = (payload: Payload) => unknown

/** What a session needs of its client. */
export interface SessionHost {
  readonly settings: ClientSettings
  readonly channel: Channel<[payload: Payload]>
  readonly procedures: Procedures<Procedure>
  ignored(type: string, payload: Payload): void
  failed(error: WseError): void
  /** Its link ended. */
  ended(session: ClientSession, code: number, reason: string): void
}

/**
 * A conversation with one server: a peer, and the link it speaks on. It may begin without a link: what is said then
 * waits in an outbox. Today it ends with its link; what survives a lost one will live here (ARCHITECTURE.md, "Layers").
 */
export class ClientSession implements LinkOwner, PeerHost {
  readonly peer: Peer
  readonly #host: SessionHost
  readonly #outbox: Outbox
  #link: Link | null = null
  #leaving = false

  constructor(host: SessionHost) {
    const { clock, limits, timeout, queue } = host.settings
    this.#host = host
    this.#outbox = new Outbox(queue)
    this.peer = new Peer({ side: 'client', clock, limits, timeout }, this)
  }

  /** Frames that wait for a link. */
  get queued(): number {
    return this.#outbox.size
  }

  /** Whether it has a link. */
  get bound(): boolean {
    return this.#link !== null
  }

  /** Bytes given to the link and not yet handed to the network. */
  get buffered(): number {
    return this.#link?.transport.bufferedAmount ?? 0
  }

  /** Speaks on a link from now on: first what waits, in order. */
  bind({ link, session }: Ready): void {
    this.#link = link
    link.version = session === null ? 4 : 5
    if (session !== null) {
      link.outboundBytes = session.limit
      this.peer.callerTimeout(session.timeout)
    }
    this.peer.version = link.version
    link.handOver(this)
    link.holdThisTurn()
    for (const { data, stamp, bytes } of this.#outbox.empty()) {
      const error = refusalOf(data, bytes, link)
      if (error === null) link.write(data)
      else if (stamp === undefined) this.#host.failed(error)
      else this.peer.abandon(stamp, error)
    }
  }

  /** Ends on purpose. Frames that never left are reported. */
  close(code: number, reason: string): void {
    if (this.#link !== null) return this.#link.close(code, reason)
    this.end(code, reason)
  }

  /** Lets calls in flight finish, then closes: for a client that has moved on. */
  leave(): void {
    this.#leaving = true
    this.#closeIfDone()
  }

  receive(type: string, payload: Payload, stamp: Stamp | undefined): void {
    this.peer.receive(type, payload, stamp)
    if (this.#leaving) this.#closeIfDone()
  }

  write(type: string, payload: Payload, stamp?: Stamp, options?: SendOptions): SendResult {
    if (this.#link !== null) return this.#link.send(type, payload, stamp, options)
    if (options?.volatile) return 'dropped'
    const { codec, limits } = this.#host.settings
    const bytes = bytesOf(type, payload) !== null
    if (bytes && !codec.bytes)
      throw new WseError(WSE_ERROR.NOT_SUPPORTED, {}, { message: 'this protocol takes no bytes' })
    this.#outbox.push({ data: codec.encode(type, payload, stamp, limits), stamp, bytes })
    return 'queued'
  }

  recall(stamp: Stamp): boolean {
    return this.#outbox.recall(stamp)
  }

  message(type: string, payload: Payload): void {
    if (!this.#host.channel.emit(type, payload)) this.#host.ignored(type, payload)
  }

  procedure(name: string): Procedure | undefined {
    return this.#host.procedures.get(name)
  }

  failed(error: WseError): void {
    this.#host.failed(error)
  }

  ended(code: number, reason: string): void {
    this.end(code, reason)
    this.#host.ended(this, code, reason)
  }

  /** Rejects every call, and reports messages that were accepted and never left. */
  end(code: number, reason: string): void {
    this.peer.end(code, reason, 'unknown')
    const frames = this.#outbox.empty().length
    if (frames === 0) return
    const message = `${frames} messages were never sent`
    this.#host.failed(new WseError(WSE_ERROR.CLOSED, { certainty: 'not-sent', frames }, { message }))
  }

  #closeIfDone(): void {
    if (this.peer.pending === 0) this.#link?.close(WSE_CLOSE.MOVED, WSE_REASON.MOVED)
  }
}

/** Why a frame encoded before the link was known cannot go on it, if it cannot. */
function refusalOf(data: Data, bytes: boolean, link: Link): WseError | null {
  const certainty = 'not-sent'
  if (bytes && !link.takesBytes) {
    return new WseError(WSE_ERROR.NOT_SUPPORTED, { certainty }, { message: 'this server takes no bytes' })
  }
  if (link.takes(data)) return null
  return new WseError(WSE_ERROR.TOO_LARGE, { limit: link.outboundBytes, certainty })
}
