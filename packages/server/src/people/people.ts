import {
  type CallOptions,
  type Outcome,
  type Payload,
  type SendOptions,
  type SendResult,
  type Transport,
  WSE_CLOSE,
  WSE_REASON,
  type WseError,
  type WseStream,
} from '@wse/protocol'
import { openStream, outcomeOf } from '@wse/protocol/internal'
import { type LinkRequest, NO_PARAMS, type Params } from '../upgrade/link-request.js'
import type { Cid } from './cid.js'
import { checkCloseCode } from './close-code.js'
import type { Device } from './device.js'
import { Excepted } from './excepted.js'
import { connsOf, Identity } from './identity.js'
import type { ConnectionState } from './member.js'
import { Selection } from './selection.js'
import { scopeOfUser } from './spread/scope.js'
import { type Reach, Target } from './target.js'

/** What a connection stands on; for this package alone, since users must not write past the peer. */
export let deviceOf: (conn: WseConnection) => Device

/** States of `readyState`, numbered as the WebSocket standard does. */
const READY_STATE = { connecting: 0, open: 1, closing: 2, closed: 3 } as const

/**
 * One device of one user. It outlives lost links: while its client is away it is `suspended`, what is sent to it waits,
 * and calls go on. It is of no more use once `disconnected` told of its end: sends are then `'dropped'`, calls reject.
 *
 * @example
 * server.when.connected((conn) => { conn.send('hello', { device: conn.conn_id }) })
 */
export class WseConnection {
  /** Random id of this connection. */
  readonly conn_id: string
  /** The user it belongs to. */
  readonly client: WseIdentity
  readonly #device: Device

  static {
    deviceOf = (conn) => conn.#device
  }

  /** Made by a server. */
  constructor(conn_id: string, client: WseIdentity, device: Device) {
    this.conn_id = conn_id
    this.client = client
    this.#device = device
  }

  /** Id of the user; the same as `conn.client.cid`. */
  get cid(): Cid {
    return this.client.cid
  }

  /** Whether it has a link (`live`), waits for its client to come back (`suspended`), or has ended (`closed`). */
  get state(): ConnectionState {
    return this.#device.state
  }

  /** What `connect(identity)` was given, or a later renewal: credentials. */
  get identity(): Payload {
    return this.#device.facts.identity
  }

  /** What this client sent about itself in `connect(identity, meta)`; nobody has checked it. Of its newest link. */
  get meta(): Payload {
    return this.#device.facts.meta
  }

  /** Address of the device; behind proxies only with `trustProxy`. Of its newest link. */
  get remote_addr(): string {
    return this.#device.facts.remote_addr
  }

  /** The request behind its newest link. */
  get request(): LinkRequest {
    return this.#device.facts.request
  }

  /** What `upgrade` gave as `context` for its newest link. */
  get context(): Payload {
    return this.#device.facts.request.context
  }

  /** Parameters of the path of its newest link: `{ room: '42' }` with `path: '/rooms/{room}'`. */
  get params(): Params {
    return this.#device.facts.request.params ?? NO_PARAMS
  }

  /** Milliseconds the last ping took there and back; null before the first. */
  get latency(): number | null {
    return this.#device.latency
  }

  /** Milliseconds since it connected; links it lost in between do not matter. */
  get age(): number {
    return this.#device.age
  }

  /**
   * The other devices of the same user.
   *
   * @example
   * server.channel.on('read', (conn, id) => { conn.others.send('read', id) })
   */
  get others(): Target<WseConnection> {
    const { client } = this
    const selection = new Selection(() => connsOf(client)).except(this)
    return new Target(selection, reachOf(this.#device), { ...scopeOfUser(this.cid), excepted: [Excepted.of(this)] })
  }

  /** State of its link: 0 connecting, 1 open, 2 closing, 3 closed or none. */
  get readyState(): 0 | 1 | 2 | 3 {
    const { link, lastLink } = this.#device.session
    if (link !== null) return READY_STATE[link.transport.state]
    return lastLink?.transport.state === 'closed' ? 3 : 2
  }

  /**
   * Bytes accepted and not yet handed to the network, what is held back included. While the device is away: all that it
   * has not acknowledged.
   */
  get buffered(): number {
    return this.#device.session.buffered
  }

  /** The transport of its newest link, for what WSE does not cover. */
  get raw(): Transport {
    return this.#device.session.lastLink?.transport as Transport
  }

  /**
   * Sends a message to this device.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`, `TOO_LARGE`, `NOT_SUPPORTED`
   * @example
   * if (conn.send('frame', pixels, { volatile: true }) === 'dropped') skipped++
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendResult {
    const result = this.#device.peer.send(type, payload, options)
    this.#device.handling.sent(type, payload, result, this)
    return result
  }

  /**
   * Resolves once nothing is {@link buffered}: at once, or, while the device is away, when it is back.
   *
   * @throws {WseError} (by rejection) `CLOSED` if the connection ends first
   * @example
   * for (const chunk of chunks) if (conn.send('chunk', chunk) === 'queued') await conn.drained()
   */
  drained(): Promise<void> {
    return this.#device.session.whenDrained()
  }

  /**
   * Runs `send`: whatever it sends to this device leaves together, as soon as it returns. Gives what it returns, throws
   * what it throws.
   *
   * @example
   * conn.batch(() => { for (const point of line) conn.send('point', point) })
   */
  batch<Result>(send: () => Result): Result {
    return this.#device.session.batch(send)
  }

  /**
   * Calls a procedure this device registered. Rejects with `RP_TIMEOUT`, `RP_NOT_REGISTERED`, `RP_DISCONNECT` or the
   * handler's own error; never hangs.
   *
   * @example
   * const sure = await conn.call('confirm', 'Delete everything?', { timeout: 60_000 })
   */
  call(rp: string, payload?: Payload, options?: CallOptions): Promise<Payload> {
    return this.#device.peer.call(rp, payload, options)
  }

  /** Calls a procedure and tells how it ended as a value: `{ ok: true, value }` or `{ ok: false, error }`. */
  try(rp: string, payload?: Payload, options?: CallOptions): Promise<Outcome<Payload, WseError>> {
    return outcomeOf(this.call(rp, payload, options))
  }

  /**
   * Calls a procedure of this device that answers with many items; see `client.stream`.
   *
   * @throws {WseError} `INVALID_NAME`; all else while iterating, as `call` rejects
   * @example
   * for await (const line of conn.stream('log')) console.log(line)
   */
  stream(rp: string, payload?: Payload, options?: CallOptions): AsyncIterableIterator<Payload, Payload, undefined> {
    return this.#device.peer.stream(rp, payload, options)
  }

  /**
   * Opens a stream of bytes in both directions, for whoever listens to `client.streams` under this name.
   *
   * @throws {WseError} `INVALID_NAME`; all else when reading or writing
   * @example
   * await pipeline(createReadStream('report.pdf'), Writable.fromWeb(conn.openStream('report').writable))
   */
  openStream(name: string, meta?: Payload): WseStream {
    return openStream(this.#device.peer, name, meta)
  }

  /** What this device is subscribed to, by its client or by {@link subscribe}: names of topics, and filters. */
  get topics(): string[] {
    return this.#device.subscriptions.names
  }

  /** Whether events of a topic reach this device. */
  isSubscribed(topic: string): boolean {
    return this.#device.subscriptions.has(topic)
  }

  /**
   * Subscribes this device to a topic, or to all that a filter stands for: `+` is one level of a name, `#` at its end all
   * that are left. Nobody is asked whether it may. Its client gets the events by `when.event`, where it has not subscribed
   * to the topic itself. Holds as long as the connection; `false` if it was subscribed so already.
   *
   * @throws {WseError} `INVALID_NAME`; `NOT_SUPPORTED` for a WSE 4 client
   * @example
   * server.when.connected((conn) => conn.subscribe(`orders:${conn.cid}.#`))
   */
  subscribe(filter: string): boolean {
    return this.#device.subscriptions.add(filter)
  }

  /** Takes back what {@link subscribe} did; `false` if it did not. */
  unsubscribe(filter: string): boolean {
    return this.#device.subscriptions.remove(filter)
  }

  /**
   * Milliseconds a ping takes there and back now; `latency` is that from then on. Clients answer by themselves.
   *
   * @throws {WseError} (by rejection) `CONNECTION_NOT_READY` if it has no link, or loses it meanwhile, or a WSE 4 client's
   * link cannot ping; `RP_TIMEOUT` after `tO`
   */
  ping(): Promise<number> {
    return this.#device.probe()
  }

  /** Disconnects this device for good: it does not come back by itself. Never throws. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    this.#device.close(WSE_CLOSE.DROPPED, reason)
  }

  /**
   * Closes its link with a code and reason of your own: with 4100 to 4499 its client may come back; with 1000, 3000 to
   * 3999 and from 4600 on it does not. Those between are the protocol's.
   *
   * @throws {WseError} `INVALID_OPTION` for a code nobody may send
   * @example
   * conn.close(4100, 'maintenance')
   */
  close(code: number = WSE_CLOSE.NORMAL, reason: string = WSE_REASON.NO_REASON): void {
    checkCloseCode(code)
    this.#device.close(code, reason)
  }

  /**
   * Asks this device to move to another server: it connects there first, and calls in flight may finish here. Whether it
   * follows is for its `jumpPolicy` to say.
   *
   * @throws {WseError} `NOT_SUPPORTED` where it is away, or speaks WSE 4
   */
  jump(url: string): void {
    this.#device.move(url)
  }

  /** Cuts the link without a closing handshake, as a network failure would; a client with `re` comes back. */
  terminate(): void {
    this.#device.session.link?.terminate()
  }
}

/**
 * One user, with all devices that are connected to this server now.
 *
 * @example
 * const ann = server.clients.get('ann')
 * ann?.send('news', { unread: 3 })
 */
export class WseIdentity extends Identity<WseConnection> {}

function reachOf(device: Device): Reach<WseConnection> {
  const { elsewhere, publisher } = device
  return { voice: { guard: device.peer.setup.guard, handling: device.handling }, elsewhere, publisher, deviceOf }
}
