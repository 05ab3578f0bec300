import {
  type CallOptions,
  type Payload,
  type SendOptions,
  type SendResult,
  type Transport,
  type TransportRequest,
  WSE_CLOSE,
  WSE_REASON,
} from '@wse/protocol'
import type { Link, Peer } from '@wse/protocol/internal'
import type { Cid } from './cid.js'
import { fanOut } from './fan-out.js'

/** The link of a connection; for this package alone, since users must not write past the peer. */
export let linkOf: (conn: WseConnection) => Link

/** What a connection is made of. */
export interface ConnectionParts {
  readonly conn_id: string
  readonly link: Link
  readonly peer: Peer
  readonly client: WseIdentity
  readonly identity: Payload
  readonly meta: Payload
  readonly remote_addr: string
  readonly request: TransportRequest
}

/** States of `readyState`, numbered as the WebSocket standard does. */
const READY_STATE = { connecting: 0, open: 1, closing: 2, closed: 3 } as const

/**
 * One device of one user. It is made by the server when the device was accepted, and is of no more use once
 * `disconnected` told of its end: sends are then `'dropped'`, calls reject.
 *
 * @example
 * server.when.connected((conn) => { conn.send('hello', { device: conn.conn_id }) })
 */
export class WseConnection {
  /** Random id of this connection. */
  readonly conn_id: string
  /** The user it belongs to. */
  readonly client: WseIdentity
  /** What this client sent about itself in `connect(identity, meta)`; nobody has checked it. */
  readonly meta: Payload
  /** Address of the device; behind proxies only with `trustProxy`. */
  readonly remote_addr: string
  /** What `connect(identity)` was given: credentials. Not enumerable, so that logging a connection shows none. */
  declare readonly identity: Payload
  /** The request behind the connection. Not enumerable, as it holds cookies. */
  declare readonly request: TransportRequest
  readonly #link: Link
  readonly #peer: Peer

  static {
    linkOf = (conn) => conn.#link
  }

  constructor(parts: ConnectionParts) {
    this.conn_id = parts.conn_id
    this.client = parts.client
    this.meta = parts.meta
    this.remote_addr = parts.remote_addr
    this.#link = parts.link
    this.#peer = parts.peer
    Object.defineProperty(this, 'identity', { value: parts.identity })
    Object.defineProperty(this, 'request', { value: parts.request })
  }

  /** Id of the user; the same as `conn.client.cid`. */
  get cid(): Cid {
    return this.client.cid
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#link.ended && this.#link.transport.state === 'open' ? 2 : READY_STATE[this.#link.transport.state]
  }

  /** Bytes accepted and not yet handed to the network. */
  get buffered(): number {
    return this.#link.transport.bufferedAmount
  }

  /** The transport itself, for what WSE does not cover. */
  get raw(): Transport {
    return this.#link.transport
  }

  /**
   * Sends a message to this device.
   *
   * @throws {WseError} `INVALID_NAME`, `UNSERIALIZABLE`, `TOO_DEEP`, `TOO_LARGE`, `NOT_SUPPORTED`
   * @example
   * if (conn.send('frame', pixels, { volatile: true }) === 'dropped') skipped++
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendResult {
    return this.#peer.send(type, payload, options)
  }

  /**
   * Calls a procedure this device registered. Rejects with `RP_TIMEOUT`, `RP_NOT_REGISTERED`, `RP_DISCONNECT` or the
   * handler's own error; never hangs.
   *
   * @example
   * const sure = await conn.call('confirm', 'Delete everything?', { timeout: 60_000 })
   */
  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload> {
    return this.#peer.call(rp, payload, options)
  }

  /** Disconnects this device for good: it does not come back by itself. Never throws. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    this.#link.close(WSE_CLOSE.DROPPED, reason)
  }

  /** Cuts the link without a closing handshake, as a network failure would; a client with `re` comes back. */
  terminate(): void {
    this.#link.terminate()
  }
}

/**
 * One user, with all devices that are connected now.
 *
 * @example
 * const ann = server.clients.get('ann')
 * ann?.send('news', { unread: 3 })
 */
export class WseIdentity {
  /** Id of the user. */
  readonly cid: Cid
  /** What the user's first connection said about itself. */
  readonly meta: Payload
  /** The user's connections by `conn_id`, oldest first. */
  readonly conns: Map<string, WseConnection> = new Map()

  constructor(cid: Cid, meta: Payload) {
    this.cid = cid
    this.meta = meta
  }

  /**
   * Sends a message to all devices of this user, encoded once: `'queued'` if it waits for any of them, `'dropped'` if
   * none took it.
   *
   * @throws {WseError} `INVALID_NAME`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendResult {
    const { sent, queued } = fanOut(linksOf(this.conns.values()), type, payload, options)
    if (queued > 0) return 'queued'
    return sent > 0 ? 'sent' : 'dropped'
  }

  /** Disconnects all devices of this user. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    for (const conn of [...this.conns.values()]) conn.drop(reason)
  }
}

/** The links of some connections. */
export function* linksOf(conns: Iterable<WseConnection>): Generator<Link> {
  for (const conn of conns) yield linkOf(conn)
}
